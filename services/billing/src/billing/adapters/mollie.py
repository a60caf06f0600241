"""The payment provider: Mollie's API (v2), base URL and key from settings.

Guarantees: asking twice for the same payment of ours makes one of theirs (`Idempotency-Key`). What may pass (no answer,
5xx, too many requests, our key refused) is `ProviderUnavailable`, what will not is `PaymentRefused`; an answer that is
not a payment is `ProviderAnswerUnreadable`. Account numbers leave this module as a keyed fingerprint and four
characters.
"""

import hashlib
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx2
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from shared.observability.outside import OutsideSystem

from billing.application.ports import PaymentOrder
from billing.domain.errors import PaymentRefused, ProviderAnswerUnreadable, ProviderUnavailable
from billing.domain.money import cents_text, micros_of
from billing.domain.payment import AccountHolder, ProviderPayment

_DESCRIPTION_MAX = 255
_NAME_MAX = 200
_mollie = OutsideSystem("mollie")
_PASSING = frozenset({
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
})  # fmt: skip
"""Refusals that say nothing about the payment: our key is being changed, or we must wait."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Amount(_Part):
    value: str = Field(pattern=r"^[0-9]{1,9}\.[0-9]{2}$")
    currency: str


class _Details(_Part):
    consumer_name: str | None = Field(default=None, alias="consumerName")
    consumer_account: str | None = Field(default=None, alias="consumerAccount")


class _Link(_Part):
    href: str = Field(pattern=r"^https?://")


class _Links(_Part):
    checkout: _Link | None = None


class _Payment(_Part):
    id: str = Field(pattern=r"^tr_[A-Za-z0-9]{1,64}$")
    status: str
    amount: _Amount
    method: str | None = None
    metadata: Any = None
    details: _Details | None = None
    expires_at: AwareDatetime | None = Field(default=None, alias="expiresAt")
    paid_at: AwareDatetime | None = Field(default=None, alias="paidAt")
    amount_refunded: _Amount | None = Field(default=None, alias="amountRefunded")
    amount_charged_back: _Amount | None = Field(default=None, alias="amountChargedBack")
    links: _Links = Field(default=_Links(), alias="_links")


@dataclass(frozen=True, slots=True, kw_only=True)
class MollieAddresses:
    """Where the provider calls us, and where the payer comes back to (the payment's id is put in)."""

    webhook_url: str
    return_url: str


class MollieProvider:
    """`client` carries the base URL, the API key and the time-out; `fingerprint_key` makes fingerprints ours alone."""

    def __init__(self, client: httpx2.AsyncClient, *, addresses: MollieAddresses, fingerprint_key: bytes) -> None:
        self._client = client
        self._addresses = addresses
        self._fingerprint_key = fingerprint_key

    async def create(self, order: PaymentOrder) -> ProviderPayment:
        body = {
            "amount": {"currency": order.currency, "value": cents_text(order.amount_micros)},
            "description": order.description[:_DESCRIPTION_MAX],
            "redirectUrl": self._addresses.return_url.format(payment_id=order.payment_id),
            "webhookUrl": self._addresses.webhook_url,
            "method": order.method,
            "locale": "nl_NL",
            "metadata": {
                "paymentId": str(order.payment_id),
                "purpose": order.purpose.value,
                "referenceId": str(order.reference_id),
            },
            "sequenceType": "oneoff",
        }
        answer = await self._send("POST", "v2/payments", json=body, headers={"Idempotency-Key": str(order.payment_id)})
        payment = self._read(_expected(answer, HTTPStatus.CREATED))
        if payment.checkout_url is None:
            raise ProviderAnswerUnreadable("The payment provider gave no page to pay on.")
        return payment

    async def find(self, provider_id: str) -> ProviderPayment | None:
        answer = await self._send("GET", f"v2/payments/{quote(provider_id, safe='')}")
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return None
        return self._read(_expected(answer, HTTPStatus.OK))

    async def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        with _mollie.called():
            return await self._request(method, path, **request)

    async def _request(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            answer = await self._client.request(method, path, **request)
        except httpx2.HTTPError as error:
            raise ProviderUnavailable(f"The payment provider does not answer: {type(error).__name__}.") from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code in _PASSING:
            raise ProviderUnavailable(f"The payment provider answered {answer.status_code}.")
        return answer

    def _read(self, answer: httpx2.Response) -> ProviderPayment:
        try:
            payment = _Payment.model_validate_json(answer.content)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, item["loc"])) or "body" for item in error.errors()[:3])
            raise ProviderAnswerUnreadable(f"The payment provider's answer cannot be read: {fields}.") from error
        metadata = payment.metadata if isinstance(payment.metadata, dict) else {}
        return ProviderPayment(
            provider_id=payment.id,
            payment_id=_text(metadata.get("paymentId")),
            status=payment.status,
            amount_micros=micros_of(payment.amount.value),
            currency=payment.amount.currency,
            method=payment.method,
            checkout_url=payment.links.checkout.href if payment.links.checkout else None,
            expires_at=payment.expires_at,
            paid_at=payment.paid_at,
            holder=self._holder(payment.details),
            refunded_micros=_micros(payment.amount_refunded),
            charged_back_micros=_micros(payment.amount_charged_back),
        )

    def _holder(self, details: _Details | None) -> AccountHolder:
        if details is None:
            return AccountHolder()
        account = (details.consumer_account or "").replace(" ", "").upper()
        fingerprint = hmac.new(self._fingerprint_key, account.encode(), hashlib.sha256).digest() if account else None
        name = (details.consumer_name or "").replace("\x00", "").strip()[:_NAME_MAX]
        return AccountHolder(name=name or None, fingerprint=fingerprint, last4=account[-4:] or None)


def create_client(
    *, base_url: str, api_key: str, timeout: float, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """Return the client that a `MollieProvider` is made with; close it when the service ends."""
    return httpx2.AsyncClient(
        base_url=base_url.rstrip("/") + "/",
        headers={"Authorization": f"Bearer {api_key}", "Accept": "application/hal+json"},
        timeout=timeout,
        follow_redirects=False,
        transport=transport,
    )


def _expected(answer: httpx2.Response, status: HTTPStatus) -> httpx2.Response:
    if answer.status_code == status:
        return answer
    raise PaymentRefused(f"The payment provider answered {answer.status_code}: {_reason(answer)}.")


def _reason(answer: httpx2.Response) -> str:
    """Return the provider's explanation, if it gave one."""
    try:
        body = answer.json()
    except ValueError:
        return "no explanation"
    detail = body.get("detail") if isinstance(body, dict) else None
    return str(detail or "no explanation")[:200].rstrip(".")


def _micros(amount: _Amount | None) -> int:
    return micros_of(amount.value) if amount else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
