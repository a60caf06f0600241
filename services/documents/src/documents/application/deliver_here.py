"""Delivery within the platform: the sender's and the receiver's side commit in one transaction.

A receiver that is active here and receives this type gets the document at once. Who else it is for, the route job asks
the network. Another document of the same supplier, date and number is kept as a duplicate: not announced, not charged.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from shared.contracts.documents import DocumentReceived, DocumentRouted, DuplicateDetected
from shared.ids import new_id

from documents.application.ports import Tx
from documents.application.settle import deliver
from documents.application.telling import RECEIVE, call_received, charge, facts_of, tell
from documents.application.values import ReceivingParty
from documents.domain.document import Channel
from documents.domain.inbound import Inbound
from documents.domain.outbound import Outbound
from documents.domain.retention import Retention, partition_of

ROUTE_JOB = "route"


async def continue_to_receiver(document: Outbound, tx: Tx, retention: Retention) -> None:
    """Deliver a validated document here, or leave it to the route job."""
    receiver = await tx.parties.find_receiver(document.facts.receiver, mode=document.facts.mode)
    if receiver is not None and receiver.receives(document.facts.document_type_id):
        await deliver_here(document, receiver, tx, retention)
        return
    await tx.outbound.save(document)
    tx.enqueue(ROUTE_JOB, {"document_id": str(document.facts.id)}, lane=str(document.facts.id))


async def deliver_here(document: Outbound, receiver: ReceivingParty, tx: Tx, retention: Retention) -> None:
    """Deliver to an organization of this platform."""
    document = document.routed(Channel.PLATFORM)
    tell(tx, DocumentRouted(document=facts_of(document), channel=Channel.PLATFORM), document)
    await deliver(tx, document, Channel.PLATFORM)
    now = tx.now()
    archive_until = retention.archive_until(now, plan=receiver.plan)
    content = replace(document.content, expires_on=partition_of(archive_until))
    await tx.contents.copy(document.content, content)
    facts = replace(
        document.facts,
        id=new_id(),
        environment_id=receiver.environment_id,
        organization_id=receiver.organization_id,
    )
    received = Inbound.received(
        facts=facts,
        content=content,
        channel=Channel.PLATFORM,
        bus_until=retention.bus_until(now),
        archive_until=archive_until,
    )
    await admit(received, tx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """`repeated` when this very message was here before."""

    document_id: UUID
    repeated: bool = False


async def admit(received: Inbound, tx: Tx) -> Admission:
    """Put a received document in the inbox, or beside it when the same invoice was there before."""
    available = received.available()
    if await tx.inbound.add(available):
        tell(tx, DocumentReceived(document=facts_of(available), channel=available.delivery_channel), available)
        charge(tx, RECEIVE, available)
        await call_received(tx, available)
        return Admission(document_id=available.facts.id)
    known = await _find_repeated(received, tx)
    if known is not None:
        return Admission(document_id=known, repeated=True)
    original = await tx.inbound.find_original(received)
    if original is None:
        raise LookupError(f"nothing stands in the way of {received.facts.id}, yet it was refused")
    duplicate = received.duplicate_of(original)
    await tx.inbound.add(duplicate)
    tell(tx, DuplicateDetected(document=facts_of(duplicate), original_id=original), duplicate)
    return Admission(document_id=duplicate.facts.id)


async def _find_repeated(received: Inbound, tx: Tx) -> UUID | None:
    """Return the document that a rival delivery of the same message has just made."""
    if received.message_id is None:
        return None
    return await tx.inbound.find_by_message(
        organization_id=received.facts.organization_id, message_id=received.message_id
    )
