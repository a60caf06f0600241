"""Delivers a Standard Business Document by HTTP to the address that service metadata names; tries again on failure.

This is what the receiving access point does towards its own customer: POST of the complete document, bearer token,
any 2xx is success, an answer `{"retry": "none"}` ends it, everything else is tried again. The AS4 leg between the two
access points is not spoken; documents for the access point's own AS4 address go to its forwarding address.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import httpx2

from sandbox.identifiers import millis, now
from sandbox.peppol.sbdh import Envelope
from sandbox.settings import PeppolSettings

_MAX_SHOWN = 2_000


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    at: datetime
    status: int | None
    error: str | None
    response: str

    def view(self) -> dict[str, Any]:
        return {"at": millis(self.at), "status": self.status, "error": self.error, "response": self.response}


@dataclass(slots=True, kw_only=True)
class Delivery:
    id: str
    envelope: Envelope
    content: bytes
    created_at: datetime
    endpoint: str = ""
    status: DeliveryStatus = DeliveryStatus.PENDING
    reason: str | None = None
    delivered_at: datetime | None = None
    tries: list[Try] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        envelope = self.envelope
        return {
            "id": self.id,
            "instanceId": envelope.instance_id,
            "sender": envelope.sender.value,
            "receiver": envelope.receiver.value,
            "documentType": f"{envelope.document_scheme}::{envelope.document_type}",
            "process": f"{envelope.process_scheme}::{envelope.process}",
            "endpoint": self.endpoint,
            "status": self.status,
            "reason": self.reason,
            "createdAt": millis(self.created_at),
            "deliveredAt": millis(self.delivered_at) if self.delivered_at else None,
            "attempts": [attempt.view() for attempt in self.tries],
        }


class Deliverer:
    def __init__(self, settings: PeppolSettings, client: httpx2.AsyncClient, own_address: str) -> None:
        self._settings = settings
        self._client = client
        self._own_address = own_address

    async def deliver(self, delivery: Delivery, address: str) -> None:
        """Try until it is taken, refused for good, or the last delay has passed; then the content is let go."""
        await self._deliver(delivery, address)
        delivery.content = b""

    async def _deliver(self, delivery: Delivery, address: str) -> None:
        delivery.endpoint = address
        target = self._settings.forward_url if address == self._own_address else address
        for delay in self._settings.delivery_delays:
            await asyncio.sleep(delay)
            if await self._try(delivery, target):
                return
            delivery.status = DeliveryStatus.RETRYING
        delivery.status = DeliveryStatus.FAILED
        delivery.reason = "no attempt succeeded"

    async def _try(self, delivery: Delivery, target: str) -> bool:
        headers = {
            "Content-Type": "application/xml",
            "Authorization": f"Bearer {self._settings.inbound_token.get_secret_value()}",
        }
        try:
            answer = await self._client.post(
                target, content=delivery.content, headers=headers, timeout=self._settings.delivery_timeout
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = f"{type(error).__name__}: {error}"
            delivery.tries.append(Try(at=now(), status=None, error=reason, response=""))
            return False
        delivery.tries.append(Try(at=now(), status=answer.status_code, error=None, response=answer.text[:_MAX_SHOWN]))
        if _refuses_for_good(answer.text):
            delivery.status, delivery.reason = DeliveryStatus.REFUSED, "the receiver wants no retry"
            return True
        if answer.is_success:
            delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, now()
        return answer.is_success


def _refuses_for_good(body: str) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("retry") == "none"
