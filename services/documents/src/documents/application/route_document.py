"""Where a validated document goes, in this order: this platform, the Peppol network, nowhere.

A directory that does not answer is no answer: the job is retried, never the document refused. A receiver that is
active here but does not receive, and is not on the network, is told to the sender; the document is never mailed behind
their back. Delivery by e-mail to receivers that nobody knows is not offered yet: such a document is rejected with that
reason.
"""

from uuid import UUID

from shared.contracts.documents import DocumentRouted

from documents.application.deliver_here import deliver_here
from documents.application.ports import DocumentViews, Network, Tx, UnitOfWork
from documents.application.settle import reject
from documents.application.telling import facts_of, tell
from documents.application.transmit_document import JOB as TRANSMIT_JOB
from documents.application.values import Reachability, ReceivingParty
from documents.domain.document import Channel
from documents.domain.outbound import Outbound, OutboundState
from documents.domain.retention import Retention

DOES_NOT_RECEIVE = "receiver_does_not_receive"
UNKNOWN = "receiver_unknown"
LOOKUP_FAILED = "lookup_unavailable"


async def route_document(
    document_id: UUID, *, uow: UnitOfWork, views: DocumentViews, network: Network, retention: Retention
) -> None:
    """Route and, within the platform, deliver; does nothing when that was done before."""
    view = await views.get(document_id)
    if view is None or view.state != OutboundState.VALIDATED:
        return
    found = await network.look_up(view.receiver, view.document_type_id)
    async with uow() as tx:
        document = await tx.outbound.lock(document_id)
        if document is None or document.state is not OutboundState.VALIDATED:
            return
        receiver = await tx.parties.find_receiver(document.facts.receiver, mode=document.facts.mode)
        if receiver is not None and receiver.receives(document.facts.document_type_id):
            await deliver_here(document, receiver, tx, retention)
        elif _endpoint_for(document, found):
            await _send_to_network(document, tx)
        else:
            reason, detail = _why_not(receiver, found)
            await reject(tx, document, reason=reason, detail=detail)


def _endpoint_for(document: Outbound, found: Reachability) -> bool:
    return any(endpoint.process_id == document.facts.process_id for endpoint in found.endpoints)


async def _send_to_network(document: Outbound, tx: Tx) -> None:
    document = document.routed(Channel.PEPPOL)
    await tx.outbound.save(document)
    tell(tx, DocumentRouted(document=facts_of(document), channel=Channel.PEPPOL), document)
    tx.enqueue(TRANSMIT_JOB, {"document_id": str(document.facts.id)}, lane=str(document.facts.id))


def _why_not(receiver: ReceivingParty | None, found: Reachability) -> tuple[str, str]:
    if receiver is not None and not receiver.receiving:
        return DOES_NOT_RECEIVE, "The receiver is on this platform but has not enabled receiving."
    if receiver is not None:
        return DOES_NOT_RECEIVE, "The receiver is on this platform but does not receive this type of document."
    if found.known:
        return DOES_NOT_RECEIVE, "The receiver is on the Peppol network but does not receive this type of document."
    return UNKNOWN, (
        "The receiver is neither on this platform nor on the Peppol network; delivery by e-mail is not offered yet."
    )
