"""A document from the Peppol network: taken for who receives it here, once per message, announced and charged.

The sender's network has validated it; our rules look at it afterwards (`inspect_received`) and their findings stand
beside it, but never keep a document from its receiver. A second delivery of the same message gets the same answer and
changes nothing.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from shared.ids import new_id

from documents.application.deliver_here import Admission, admit
from documents.application.foresee import foresee_later
from documents.application.ports import Contents, DocumentViews, Reader, Rules, Tx, UnitOfWork
from documents.application.validate_document import judge
from documents.application.values import DocumentHeader, Envelope, ReceivingParty
from documents.domain.document import Channel, ContentKey, Facts
from documents.domain.errors import InvalidEnvelope, ReceiverDoesNotReceive
from documents.domain.inbound import Inbound
from documents.domain.retention import Retention, partition_of

INSPECT_JOB = "inspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveDocument:
    """`content` is a Standard Business Document, `mode` the one that the access point serves."""

    content: bytes
    mode: str


async def receive_document(cmd: ReceiveDocument, *, reader: Reader, uow: UnitOfWork, retention: Retention) -> Admission:
    """Take the document, or refuse it with a reason that the access point can pass on."""
    envelope, content = await reader.open_envelope(cmd.content)
    if envelope is None:
        raise InvalidEnvelope
    header = await reader.read(content)
    if envelope.document_type_id != header.document_type.document_type_id:
        raise InvalidEnvelope("The envelope and the document name different document types.")
    async with uow() as tx:
        receiver = await tx.parties.find_receiver(envelope.receiver, mode=cmd.mode)
        if receiver is None or not receiver.receives(envelope.document_type_id):
            raise ReceiverDoesNotReceive(f"{envelope.receiver} does not receive this type of document here.")
        known = await tx.inbound.find_by_message(
            organization_id=receiver.organization_id, message_id=envelope.message_id
        )
        if known is not None:
            return Admission(document_id=known, repeated=True)
        document = _document(cmd, header, envelope, receiver=receiver, content=content, tx=tx, retention=retention)
        await tx.contents.put(document.content, content)
        admission = await admit(document, tx)
        if not admission.repeated:
            document_id = str(admission.document_id)
            tx.enqueue(INSPECT_JOB, {"document_id": document_id}, lane=document_id)
        return admission


async def inspect_received(
    document_id: UUID,
    attempt: int,
    *,
    uow: UnitOfWork,
    views: DocumentViews,
    contents: Contents,
    rules: Rules,
    foreseeing: bool,
) -> None:
    """Keep what our rules say about a received document."""
    view = await views.get(document_id)
    if view is None:
        return
    verdict = await judge(view.content, contents=contents, rules=rules, attempt=attempt)
    async with uow() as tx:
        await tx.verdicts.save(view.exchange_id, verdict)
        if foreseeing:
            foresee_later(tx, view.id, verdict, rules=rules)


def _document(
    cmd: ReceiveDocument,
    header: DocumentHeader,
    envelope: Envelope,
    *,
    receiver: ReceivingParty,
    content: bytes,
    tx: Tx,
    retention: Retention,
) -> Inbound:
    now = tx.now()
    archive_until = retention.archive_until(now, plan=receiver.plan)
    facts = Facts(
        id=new_id(),
        exchange_id=new_id(),
        environment_id=receiver.environment_id,
        mode=cmd.mode,
        organization_id=receiver.organization_id,
        sender=envelope.sender,
        receiver=envelope.receiver,
        document_type_id=envelope.document_type_id,
        process_id=envelope.process_id,
        family=header.document_type.family,
        number=header.number,
        issue_date=header.issue_date,
        country=header.country,
    )
    key = ContentKey(sha256=hashlib.sha256(content).digest(), size=len(content), expires_on=partition_of(archive_until))
    return Inbound.received(
        facts=facts,
        content=key,
        channel=Channel.PEPPOL,
        bus_until=retention.bus_until(now),
        archive_until=archive_until,
        message_id=envelope.message_id,
    )
