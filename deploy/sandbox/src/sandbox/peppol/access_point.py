"""The platform's access point: looks the receiver up, sends, tries again by itself, and hears what became of it.

The first attempt is made while the caller waits, as the real one does; whatever fails for now is tried again in the
background with a growing pause until the last attempt, which makes it permanent. AS4 itself is not spoken.
"""

import asyncio
import logging
from datetime import timedelta

import httpx2
from lxml import etree

from sandbox.background import Background
from sandbox.identifiers import millis, now, token
from sandbox.peppol.delivery import Deliverer, Delivery
from sandbox.peppol.directory import Behaviour, Registration
from sandbox.peppol.network import Network, Received
from sandbox.peppol.sbdh import Envelope, wrap
from sandbox.peppol.transmission import Attempt, MlsStatus, OutboundStatus, Transmission
from sandbox.xml import parse

log = logging.getLogger("sandbox")
_EBMS = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/"
_FAILURES_BEFORE_UP = 2
_MAX_PAUSE = 60.0


class DuplicateInstanceError(Exception):
    """A transmission with this SBDH instance identifier was submitted before."""


class AccessPoint:
    def __init__(
        self, network: Network, deliverer: Deliverer, *, background: Background, client: httpx2.AsyncClient
    ) -> None:
        self._network = network
        self._deliverer = deliverer
        self._background = background
        self._client = client

    async def submit(self, envelope: Envelope, document: bytes) -> Attempt:
        if self._network.transmissions.get(envelope.instance_id) is not None:
            raise DuplicateInstanceError(envelope.instance_id)
        transmission = Transmission(id=token(20), envelope=envelope, document=document, created_at=now())
        self._network.transmissions.put(envelope.instance_id, transmission)
        transmission.note("accepted")
        attempt = await self._attempt(transmission)
        if transmission.status is OutboundStatus.FAILED:
            self._background.start(self._retry(transmission))
        return attempt

    async def _retry(self, transmission: Transmission) -> None:
        pause = self._network.settings.retry_seconds
        while transmission.status is OutboundStatus.FAILED:
            transmission.next_retry_at = now() + timedelta(seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MAX_PAUSE)
            await self._attempt(transmission)

    async def _attempt(self, transmission: Transmission) -> Attempt:
        transmission.attempts += 1
        transmission.next_retry_at = None
        transmission.status = OutboundStatus.SENDING
        transmission.note(f"attempt {transmission.attempts}")
        attempt = Attempt(started_at=now())
        registration = self._look_up(transmission.envelope, attempt)
        if registration is not None:
            await self._transmit(transmission, registration, attempt)
        self._conclude(transmission, attempt)
        if attempt.succeeded and registration is not None:
            self._background.start(self._acknowledge(transmission, registration.behaviour))
        self._notify(transmission)
        return attempt

    def _look_up(self, envelope: Envelope, attempt: Attempt) -> Registration | None:
        """Find the receiver's endpoint as SML and SMP would give it; a receiver without one fails for good."""
        registration = self._network.directory.get(envelope.receiver)
        if registration is None or not registration.in_sml:
            attempt.lookup_error = (
                f"The participant ID '{envelope.receiver.uri}' is not registered in the Peppol Network."
            )
        else:
            attempt.smp_url = self._network.smp_url
            service = registration.services.get(envelope.document_type)
            endpoint = service.endpoint(envelope.process) if service else None
            if endpoint is None:
                attempt.lookup_error = (
                    f"The participant ID '{envelope.receiver.uri}' has no endpoint for document type "
                    f"'{envelope.document_type}' and process '{envelope.process}'."
                )
            else:
                attempt.endpoint_url = endpoint.address
                return registration
        attempt.retry = False
        return None

    async def _transmit(self, transmission: Transmission, registration: Registration, attempt: Attempt) -> None:
        behaviour = registration.behaviour
        if behaviour is Behaviour.SLOW:
            await asyncio.sleep(self._network.settings.slow_seconds)
        attempt.as4_message_id = f"{token(24)}@koerier-sandbox"
        down = behaviour is Behaviour.DOWN_THEN_UP and transmission.attempts <= _FAILURES_BEFORE_UP
        if down or behaviour is Behaviour.ALWAYS_DOWN:
            attempt.result = "TRANSPORT_ERROR"
            attempt.error = f"An error occurred during the transmission to '{attempt.endpoint_url}': connection refused"
        elif behaviour is Behaviour.AS4_REJECT:
            attempt.result, attempt.retry = "AS4_ERROR_MESSAGE_RECEIVED", False
            attempt.as4_errors = [_not_serviced(attempt.as4_message_id)]
            attempt.error = "The receiving access point answered with an AS4 error: PEPPOL:NOT_SERVICED"
        else:
            self._hand_over(transmission, registration, attempt)

    def _hand_over(self, transmission: Transmission, registration: Registration, attempt: Attempt) -> None:
        if registration.is_external:
            received = Received(
                received_at=now(),
                envelope=transmission.envelope,
                as4_message_id=attempt.as4_message_id or "",
                document=transmission.document,
            )
            self._network.received.put(token(16), received)
        else:
            self._bring_home(transmission, attempt.endpoint_url)
        if registration.behaviour is Behaviour.NO_RECEIPT:
            attempt.result = "NO_SIGNAL_MESSAGE_RECEIVED"
            attempt.error = "The receiving access point answered without an AS4 receipt"
        else:
            attempt.result = "SUCCESS"
            attempt.receipt = _receipt(attempt.as4_message_id or "")

    def _bring_home(self, transmission: Transmission, address: str) -> None:
        """Deliver to a receiver that the platform registered: the document comes back in through the front door."""
        content = wrap(parse(transmission.document), transmission.envelope, now())
        delivery = Delivery(id=token(16), envelope=transmission.envelope, content=content, created_at=now())
        self._network.deliveries.put(delivery.id, delivery)
        self._background.start(self._deliverer.deliver(delivery, address))

    def _conclude(self, transmission: Transmission, attempt: Attempt) -> None:
        exhausted = transmission.attempts >= self._network.settings.retry_max_attempts
        if attempt.succeeded:
            transmission.status, transmission.error = OutboundStatus.SENT, None
            transmission.completed_at = now()
        else:
            final = exhausted or not attempt.retry
            transmission.status = OutboundStatus.PERMANENTLY_FAILED if final else OutboundStatus.FAILED
            transmission.error = attempt.reason
        if transmission.status is not OutboundStatus.FAILED:
            transmission.document = b""  # nothing more will be tried; whoever received it has it
        transmission.note(f"{transmission.status}: {attempt.as4_message_id or attempt.reason}")

    async def _acknowledge(self, transmission: Transmission, behaviour: Behaviour) -> None:
        if behaviour is Behaviour.NEVER_ACKNOWLEDGE:
            return
        times = 2 if behaviour is Behaviour.ACKNOWLEDGE_TWICE else 1
        for _ in range(times):
            await asyncio.sleep(self._network.settings.acknowledge_seconds)
            transmission.mls = MlsStatus.REJECTED if behaviour is Behaviour.REJECT_LATER else MlsStatus.APPROVED
            if transmission.mls is MlsStatus.REJECTED:
                transmission.error = "The receiver rejected the document: business rules were broken"
            transmission.note(f"message level status {transmission.mls}")
            self._notify(transmission)

    def _notify(self, transmission: Transmission) -> None:
        if self._network.settings.notification_url:
            self._background.start(self._post_notification(transmission.view()))

    async def _post_notification(self, view: dict[str, object]) -> None:
        settings = self._network.settings
        headers = {"Authorization": f"Bearer {settings.inbound_token.get_secret_value()}"}
        try:
            await self._client.post(settings.notification_url, json=view, headers=headers, timeout=5)
        except httpx2.HTTPError as error:
            log.warning("notification_failed: %s", error)


def _not_serviced(message_id: str) -> dict[str, str]:
    return {
        "description": "PEPPOL:NOT_SERVICED",
        "errorDetails": "The receiver is not served by this access point",
        "category": "CONTENT",
        "refToMessageInError": message_id,
        "errorCode": "EBMS:0004",
        "severity": "failure",
        "shortDescription": "Other",
    }


def _receipt(message_id: str) -> str:
    root = etree.Element(f"{{{_EBMS}}}SignalMessage", nsmap={"eb": _EBMS})
    info = etree.SubElement(root, f"{{{_EBMS}}}MessageInfo")
    etree.SubElement(info, f"{{{_EBMS}}}Timestamp").text = millis(now())
    etree.SubElement(info, f"{{{_EBMS}}}MessageId").text = f"{token(24)}@elsewhere-sandbox"
    etree.SubElement(info, f"{{{_EBMS}}}RefToMessageId").text = message_id
    etree.SubElement(root, f"{{{_EBMS}}}Receipt")
    return etree.tostring(root, encoding="unicode")
