"""The ends of an outbound document: delivered, rejected or failed; state, event, charge and hooks commit together."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.documents import DocumentDelivered, DocumentFailed, DocumentRejected, Finding

from documents.application.ports import Tx, UnitOfWork
from documents.application.telling import SEND, call_sent, call_sent_error, charge, facts_of, tell
from documents.domain.document import Channel
from documents.domain.outbound import Outbound, OutboundState


async def deliver(tx: Tx, document: Outbound, channel: Channel) -> Outbound:
    """Deliver it: the channel is fixed from now on, and what was sent by a key is charged."""
    document = document.delivered(channel)
    await tx.outbound.save(document)
    event = DocumentDelivered(document=facts_of(document), channel=channel, message_id=document.message_id)
    tell(tx, event, document)
    if document.billable:
        charge(tx, SEND, document)
    await call_sent(tx, document, channel)
    return document


async def reject(tx: Tx, document: Outbound, *, reason: str, detail: str, findings: Sequence[Finding] = ()) -> Outbound:
    """Refuse it for good; nothing is charged."""
    document = document.rejected(reason, detail)
    await tx.outbound.save(document)
    event = DocumentRejected(document=facts_of(document), reason=reason, detail=detail, findings=tuple(findings))
    tell(tx, event, document)
    await call_sent_error(tx, document)
    return document


async def fail(tx: Tx, document: Outbound, *, reason: str, detail: str) -> Outbound:
    """Give up on it; nothing is charged."""
    document = document.failed(reason, detail)
    await tx.outbound.save(document)
    event = DocumentFailed(
        document=facts_of(document), reason=reason, detail=detail, attempts=max(document.attempts, 1)
    )
    tell(tx, event, document)
    await call_sent_error(tx, document)
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """A job of this document ended without result while the document was in `stuck_in`."""

    document_id: UUID
    stuck_in: OutboundState
    reason: str
    detail: str


async def give_up(cmd: GiveUp, *, uow: UnitOfWork) -> None:
    """Fail a document whose job has no tries left; does nothing when the document moved on."""
    async with uow() as tx:
        document = await tx.outbound.lock(cmd.document_id)
        if document is not None and document.state is cmd.stuck_in:
            await fail(tx, document, reason=cmd.reason, detail=cmd.detail)
