"""Give a document to the access point, and try again for a day and a half when the network does not take it.

The message id follows from the document and the number of tries before, so that a worker that dies between submitting
and committing finds its own submission again instead of sending twice. Each failed try is announced
(`InvoiceSentRetry`); the last one fails the document. In transit has no delivery channel: that comes with the
acknowledgement (`confirm_transmission`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from shared.contracts.documents import DocumentTransmitted
from shared.errors import Unavailable

from documents.application.ports import AccessPoint, Contents, Tx, UnitOfWork
from documents.application.settle import fail
from documents.application.telling import call_sent_retry, facts_of, tell
from documents.application.values import (
    AcknowledgementState,
    Handover,
    HandoverState,
    Shipment,
)
from documents.domain.document import Channel
from documents.domain.outbound import Outbound, OutboundState

JOB = "transmit"
CONFIRM_JOB = "confirm"
REFUSED = "network_refused"
EXHAUSTED = "transmission_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmissionPlan:
    """`retries` are the pauses between tries, `polls` those between questions about the acknowledgement."""

    retries: Sequence[timedelta]
    polls: Sequence[timedelta]


async def transmit_document(
    document_id: UUID,
    *,
    uow: UnitOfWork,
    contents: Contents,
    access_point: AccessPoint,
    plan: TransmissionPlan,
) -> None:
    """Make one try; does nothing when the document is past this."""
    async with uow() as tx:
        document = await tx.outbound.lock(document_id)
    if document is None or document.state is not OutboundState.ROUTED:
        return
    content = await contents.read(document.content)
    handover, message_id = await _try(document, content, access_point)
    async with uow() as tx:
        current = await tx.outbound.lock(document_id)
        if current is not None and current.version == document.version:
            await _settle(tx, current, handover, message_id=message_id, plan=plan)


def message_id_of(document: Outbound, tries: int) -> str:
    """Return the message id of the try that follows `tries` others."""
    return str(uuid5(document.facts.id, f"transmission {tries}"))


async def _try(document: Outbound, content: bytes, access_point: AccessPoint) -> tuple[Handover, str]:
    """Submit, unless the access point has brought a try before to its end, or still tries by itself."""
    facts = document.facts
    message_id = message_id_of(document, document.attempts)
    try:
        earlier = await _earlier_submission(document, access_point)
        if earlier is not None:
            return earlier
        shipment = Shipment(
            message_id=message_id,
            sender=facts.sender,
            receiver=facts.receiver,
            document_type_id=facts.document_type_id,
            process_id=facts.process_id,
            country=facts.country,
            content=content,
        )
        return await access_point.submit(shipment), message_id
    except Unavailable as error:
        return Handover(state=HandoverState.RETRY, reason=error.detail), message_id


async def _earlier_submission(document: Outbound, access_point: AccessPoint) -> tuple[Handover, str] | None:
    """What became of the last submission, while that does not call for another one.

    A try that found the one before in progress submitted nothing: the access point knows the last id that it was given.
    """
    for tries in reversed(range(document.attempts)):
        message_id = message_id_of(document, tries)
        known = await access_point.status(message_id)
        if known.state in (AcknowledgementState.SENT, AcknowledgementState.ACKNOWLEDGED):
            return Handover(state=HandoverState.SENT), message_id
        if known.state is AcknowledgementState.IN_PROGRESS:
            return Handover(state=HandoverState.RETRY, reason=known.reason), message_id
        if known.state is not AcknowledgementState.UNKNOWN:
            return None
    return None


async def _settle(tx: Tx, document: Outbound, handover: Handover, *, message_id: str, plan: TransmissionPlan) -> None:
    if handover.state is HandoverState.SENT:
        await _note_transmitted(tx, document, message_id, plan)
    elif handover.state is HandoverState.REFUSED:
        await fail(tx, document.tried(), reason=REFUSED, detail=handover.reason)
    elif document.attempts >= len(plan.retries):
        document = document.tried()
        detail = f"{document.attempts} tries failed, the last one: {handover.reason}"
        await fail(tx, document, reason=EXHAUSTED, detail=detail)
    else:
        pause = plan.retries[document.attempts]
        document = document.retried(handover.reason)
        await tx.outbound.save(document)
        await call_sent_retry(tx, document, handover.reason)
        tx.enqueue(JOB, {"document_id": str(document.facts.id)}, lane=str(document.facts.id), delay=pause)


async def _note_transmitted(tx: Tx, document: Outbound, message_id: str, plan: TransmissionPlan) -> None:
    document = document.transmitted(message_id)
    await tx.outbound.save(document)
    event = DocumentTransmitted(document=facts_of(document), channel=Channel.PEPPOL, message_id=message_id)
    tell(tx, event, document)
    lane = str(document.facts.id)
    tx.enqueue(CONFIRM_JOB, {"document_id": lane, "poll": 0}, lane=lane, delay=plan.polls[0])
