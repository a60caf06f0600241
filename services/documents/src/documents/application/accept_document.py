"""Take a document in: every check that can be made at once, then one statement that makes it ours.

Whoever has the id back knows that the document, its content, its event and its validation job are committed together. A
refused document leaves nothing behind. The rules speak later (`validate_document`).
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.contracts.documents import DocumentAccepted
from shared.ids import new_id

from documents.application.ports import Intake, Reader
from documents.application.telling import facts_of
from documents.application.values import DocumentHeader, Envelope, Grant
from documents.domain.document import ContentKey, Facts
from documents.domain.errors import (
    DocumentIdReused,
    DocumentIdUsed,
    InsufficientBalance,
    ReceiverMissing,
    SenderMismatch,
    SenderMissing,
    UnknownChannel,
)
from documents.domain.outbound import Outbound
from documents.domain.parties import canonical_party
from documents.domain.retention import Retention, partition_of

# Routing decides; `peppol` is what it is called by those who ask for what happens anyway.
_CHANNELS = frozenset({"", "peppol", "platform"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptDocument:
    """`billable` is False for a person's own sending. `receiver_id` replaces the receiver in the document."""

    grant: Grant
    content: bytes
    billable: bool
    document_id: UUID | None = None
    receiver_id: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """`caller_document_id` is what the caller gets back, `id` our own."""

    id: UUID
    exchange_id: UUID
    caller_document_id: UUID


async def accept_document(
    cmd: AcceptDocument, *, reader: Reader, intake: Intake, retention: Retention, clock: Clock
) -> Accepted:
    """Accept or refuse; raises the first reason not to, in the order of the contract."""
    if cmd.channel not in _CHANNELS:
        raise UnknownChannel(f"The channel {cmd.channel[:40]!r} is not known; leave it out, routing finds the way.")
    envelope, content = await reader.open_envelope(cmd.content)
    header = await reader.read(content)
    sender = _sender(header, envelope, cmd.grant)
    if cmd.receiver_id:
        receiver = canonical_party(cmd.receiver_id)
        content = await reader.with_receiver(content, receiver)
    else:
        receiver = _receiver(header, envelope)
    now = clock.now()
    archive_until = retention.archive_until(now, plan=cmd.grant.plan)
    key = ContentKey(sha256=hashlib.sha256(content).digest(), size=len(content), expires_on=partition_of(archive_until))
    document = _document(cmd, header, parties=(sender, receiver), content=key)
    if cmd.billable and cmd.grant.depleted:
        await _refuse_used(document, intake)
        raise InsufficientBalance
    event = DocumentAccepted(document=facts_of(document), size_bytes=key.size, sha256=key.sha256.hex())
    try:
        await intake.accept(document, content, archive_until=archive_until, event=event)
    except DocumentIdUsed:
        await _refuse_used(document, intake)
        raise
    return Accepted(
        id=document.facts.id,
        exchange_id=document.facts.exchange_id,
        caller_document_id=document.caller_document_id,
    )


def _sender(header: DocumentHeader, envelope: Envelope | None, grant: Grant) -> str:
    """Return the sender as the document names it, when it is the party that sends.

    The electronic address decides when there is one: it is where the receiver answers to. Without one any identifier
    of the party will do.
    """
    if not header.sender_ids:
        raise SenderMissing
    ours = {grant.party, *grant.parties}
    named_ids = header.sender_ids[:1] if header.has_sender_endpoint else header.sender_ids
    named = next((party for party in named_ids if party in ours), None)
    if named is None:
        raise SenderMismatch(f"The sender in the document is {header.sender_ids[0]}, not {grant.party}.")
    if envelope is not None and envelope.sender not in ours:
        raise SenderMismatch(f"The sender in the envelope is {envelope.sender}, not {grant.party}.")
    return named


def _receiver(header: DocumentHeader, envelope: Envelope | None) -> str:
    if envelope is not None and header.receiver not in (None, envelope.receiver):
        raise SenderMismatch(
            f"The receiver in the envelope is {envelope.receiver}, in the document it is {header.receiver}."
        )
    receiver = header.receiver or (envelope.receiver if envelope else None)
    if receiver is None:
        raise ReceiverMissing
    return receiver


def _document(
    cmd: AcceptDocument, header: DocumentHeader, *, parties: tuple[str, str], content: ContentKey
) -> Outbound:
    document_id = new_id()
    sender, receiver = parties
    return Outbound(
        facts=Facts(
            id=document_id,
            exchange_id=new_id(),
            environment_id=cmd.grant.environment_id,
            mode=cmd.grant.mode,
            organization_id=cmd.grant.organization_id,
            sender=sender,
            receiver=receiver,
            document_type_id=header.document_type.document_type_id,
            process_id=header.document_type.process_id,
            family=header.document_type.family,
            number=header.number,
            issue_date=header.issue_date,
            country=header.country,
        ),
        content=content,
        caller_document_id=cmd.document_id or document_id,
        billable=cmd.billable,
    )


async def _refuse_used(document: Outbound, intake: Intake) -> None:
    """Raise when the caller's id was used before: with other content that is not a success."""
    facts = document.facts
    used = await intake.find_accepted(
        environment_id=facts.environment_id, mode=facts.mode, caller_document_id=document.caller_document_id
    )
    if used is None:
        return
    if used == document.content.sha256:
        raise DocumentIdUsed(f"Document {document.caller_document_id} was accepted before; treat this as success.")
    raise DocumentIdReused(f"Document {document.caller_document_id} was accepted before with different content.")
