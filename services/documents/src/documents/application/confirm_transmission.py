"""Ask the access point what became of a document in transit, until that is settled or nobody answers any more.

The receiver's message level status decides while it may still come. A receiver that never sends one is taken at the
word of its access point: without a receipt of that one the document would not be in transit. Then, and only then, the
channel is `peppol`.
"""

from uuid import UUID

from shared.errors import Unavailable

from documents.application.ports import AccessPoint, Tx, UnitOfWork
from documents.application.settle import deliver, reject
from documents.application.transmit_document import CONFIRM_JOB, TransmissionPlan
from documents.application.values import Acknowledgement, AcknowledgementState
from documents.domain.document import Channel
from documents.domain.outbound import Outbound, OutboundState

REFUSED_BY_RECEIVER = "refused_by_receiver"
UNCONFIRMED = "transmission_unconfirmed"


async def confirm_transmission(
    document_id: UUID, poll: int, *, uow: UnitOfWork, access_point: AccessPoint, plan: TransmissionPlan
) -> None:
    """Ask once, and settle the document or ask again later; does nothing when it is settled."""
    async with uow() as tx:
        document = await tx.outbound.lock(document_id)
    if document is None or document.state is not OutboundState.TRANSMITTED:
        return
    known = await _ask(document, access_point)
    async with uow() as tx:
        current = await tx.outbound.lock(document_id)
        if current is not None and current.state is OutboundState.TRANSMITTED:
            await _settle(tx, current, known, poll=poll, plan=plan)


async def _ask(document: Outbound, access_point: AccessPoint) -> Acknowledgement:
    try:
        return await access_point.status(document.message_id or "")
    except Unavailable as error:
        return Acknowledgement(state=AcknowledgementState.UNKNOWN, reason=error.detail)


async def _settle(tx: Tx, document: Outbound, known: Acknowledgement, *, poll: int, plan: TransmissionPlan) -> None:
    if known.state is AcknowledgementState.ACKNOWLEDGED:
        await deliver(tx, document, Channel.PEPPOL)
    elif known.state is AcknowledgementState.REFUSED_BY_RECEIVER:
        await reject(tx, document, reason=REFUSED_BY_RECEIVER, detail=known.reason)
    elif poll + 1 < len(plan.polls):
        lane = str(document.facts.id)
        tx.enqueue(CONFIRM_JOB, {"document_id": lane, "poll": poll + 1}, lane=lane, delay=plan.polls[poll + 1])
    else:
        await deliver(tx, document, Channel.PEPPOL)
