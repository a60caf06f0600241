"""What the world hears of a document: events, charge and calls of hooks; all commit with the change itself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.contracts.documents import DocumentFacts, ServiceRendered
from shared.contracts.event import Event

from documents.application.ports import Tx
from documents.application.values import NewDelivery
from documents.domain.document import Channel
from documents.domain.hooks import INVOICE_RECEIVED, INVOICE_SENT, INVOICE_SENT_ERROR, INVOICE_SENT_RETRY
from documents.domain.inbound import Inbound
from documents.domain.outbound import Outbound

SEND = "send_einvoice"
RECEIVE = "receive_einvoice"
DELIVER_HOOK = "deliver_hook"


def facts_of(document: Outbound | Inbound) -> DocumentFacts:
    """Return the document as events carry it."""
    facts = document.facts
    return DocumentFacts(
        document_id=facts.id,
        exchange_id=facts.exchange_id,
        direction="outbound" if isinstance(document, Outbound) else "inbound",
        organization_id=facts.organization_id,
        sender=facts.sender,
        receiver=facts.receiver,
        document_type_id=facts.document_type_id,
        family=facts.family,
        number=facts.number,
        issue_date=facts.issue_date,
    )


def tell(tx: Tx, event: Event, document: Outbound | Inbound) -> None:
    """Publish an event of the document, at the version that it has now."""
    facts = document.facts
    tx.publish(event, subject=facts.id, environment=facts.environment_id, sequence=document.version)


def charge(tx: Tx, service: str, document: Outbound | Inbound) -> None:
    """Say that a service was rendered, once per document: billing prices it and knows each pair once."""
    facts = document.facts
    event = ServiceRendered(
        service=service,
        payer_environment=facts.environment_id,
        organization_id=facts.organization_id,
        document_id=facts.id,
        rendered_at=tx.now(),
    )
    tx.publish(
        event,
        subject=facts.id,
        environment=facts.environment_id,
        sequence=document.version,
        key=str(facts.environment_id),
    )


async def call_hooks(tx: Tx, delivery: NewDelivery) -> None:
    """Leave a call for every hook that listens; one lane per hook and document keeps them in order."""
    enqueue_calls(tx, await tx.hooks.queue(delivery), document_id=delivery.about)


def enqueue_calls(tx: Tx, queued: Sequence[tuple[UUID, UUID]], *, document_id: UUID) -> None:
    """Enqueue the calls that were stored, as pairs of delivery and hook."""
    for delivery_id, hook_id in queued:
        tx.enqueue(DELIVER_HOOK, {"delivery_id": str(delivery_id)}, lane=f"hook:{hook_id}:{document_id}")


async def call_sent(tx: Tx, document: Outbound, channel: Channel) -> None:
    message = f"Delivered by {channel}."
    await call_hooks(tx, _sent(document, INVOICE_SENT, message, {"protocol": str(channel)}))


async def call_sent_error(tx: Tx, document: Outbound) -> None:
    details = {"reason": document.reason or ""}
    await call_hooks(tx, _sent(document, INVOICE_SENT_ERROR, document.detail or "", details))


async def call_sent_retry(tx: Tx, document: Outbound, reason: str) -> None:
    await call_hooks(tx, _sent(document, INVOICE_SENT_RETRY, reason, {}))


async def call_received(tx: Tx, document: Inbound) -> None:
    facts = document.facts
    delivery = NewDelivery(
        environment_id=facts.environment_id,
        organization_id=facts.organization_id,
        party=facts.receiver,
        topic=INVOICE_RECEIVED,
        document_id=facts.id,
        about=facts.id,
        message=f"Received by {document.delivery_channel}.",
        details={**_details(document), "protocol": str(document.delivery_channel)},
    )
    await call_hooks(tx, delivery)


def _sent(document: Outbound, topic: str, message: str, details: Mapping[str, str]) -> NewDelivery:
    facts = document.facts
    return NewDelivery(
        environment_id=facts.environment_id,
        organization_id=facts.organization_id,
        party=facts.sender,
        topic=topic,
        document_id=document.caller_document_id,
        about=facts.id,
        message=message,
        details={**_details(document), "attempt": str(max(document.attempts, 1)), **details},
    )


def _details(document: Outbound | Inbound) -> dict[str, str]:
    facts = document.facts
    details = {
        "sender": facts.sender,
        "recipient": facts.receiver,
        "id": facts.number,
        "sourceDocumentTypeId": facts.document_type_id,
        "targetDocumentTypeId": facts.document_type_id,
    }
    if document.message_id:
        details["messageId"] = document.message_id
    return details
