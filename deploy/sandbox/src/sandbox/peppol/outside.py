"""An outside company sends a document: look-up of the receiver, envelope, delivery to the address in the SMP."""

from dataclasses import dataclass

from sandbox.background import Background
from sandbox.identifiers import now, token
from sandbox.peppol.delivery import Deliverer, Delivery, DeliveryStatus
from sandbox.peppol.network import Network
from sandbox.peppol.sbdh import Envelope, wrap
from sandbox.xml import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    envelope: Envelope
    document: bytes
    wrapped: bool
    """False sends the bytes as they are, without an envelope: an access point that misbehaves."""
    copies: int


class OutsideWorld:
    def __init__(self, network: Network, deliverer: Deliverer, background: Background) -> None:
        self._network = network
        self._deliverer = deliverer
        self._background = background

    def send(self, sending: Sending) -> list[Delivery]:
        """Start the delivery of each copy; copies share the instance identifier, as a resend on the network does."""
        content = sending.document
        if sending.wrapped:
            content = wrap(parse(sending.document), sending.envelope, now())
        address, reason = self._address(sending.envelope)
        deliveries = []
        for _ in range(sending.copies):
            delivery = Delivery(id=token(16), envelope=sending.envelope, content=content, created_at=now())
            self._network.deliveries.put(delivery.id, delivery)
            if address:
                self._background.start(self._deliverer.deliver(delivery, address))
            else:
                delivery.status, delivery.reason = DeliveryStatus.UNDELIVERABLE, reason
            deliveries.append(delivery)
        return deliveries

    def _address(self, envelope: Envelope) -> tuple[str, str]:
        registration = self._network.directory.get(envelope.receiver)
        if registration is None or not registration.in_sml:
            return "", f"{envelope.receiver} is not registered in the SML"
        service = registration.services.get(envelope.document_type)
        endpoint = service.endpoint(envelope.process) if service else None
        if endpoint is None:
            return "", f"{envelope.receiver} has no endpoint for {envelope.document_type}, process {envelope.process}"
        if registration.is_external:
            return "", f"{envelope.receiver} is served by another access point"
        return endpoint.address, ""
