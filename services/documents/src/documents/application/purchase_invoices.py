"""The receiver's calls on the message bus. Duplicates, expired and deleted documents do not exist there."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.documents import DocumentDownloaded

from documents.application.ports import Contents, UnitOfWork
from documents.application.telling import facts_of, tell
from documents.domain.errors import ConversionNotOffered, DocumentNotFound
from documents.domain.inbound import Inbound, InboundState
from documents.domain.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadDocument:
    """`target_type` is what the caller wants it as: nothing, or the type that it has."""

    document_id: UUID
    organization_id: UUID
    target_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    document_id: UUID
    content: bytes


async def download_document(
    cmd: DownloadDocument, *, uow: UnitOfWork, contents: Contents, retention: Retention
) -> Downloaded:
    """Give out the document as it came; the first download is announced and starts the short clock."""
    async with uow() as tx:
        document = await tx.inbound.lock(cmd.document_id, organization_id=cmd.organization_id)
        now = tx.now()
        if document is None or not document.on_the_bus(now):
            raise DocumentNotFound
        _refuse_conversion(document, cmd.target_type)
        if document.state is InboundState.AVAILABLE:
            document = document.downloaded(at=now, bus_until=retention.bus_until_after_download(now))
            await tx.inbound.save(document)
            tell(tx, DocumentDownloaded(document=facts_of(document), downloaded_at=now), document)
    return Downloaded(document_id=cmd.document_id, content=await contents.read(document.content))


async def delete_document(document_id: UUID, organization_id: UUID, *, uow: UnitOfWork) -> None:
    """End the document's time on the message bus; the archive and the timeline keep it."""
    async with uow() as tx:
        document = await tx.inbound.lock(document_id, organization_id=organization_id)
        now = tx.now()
        if document is None or not document.on_the_bus(now):
            raise DocumentNotFound
        await tx.inbound.save(document.expired(at=now))


def _refuse_conversion(document: Inbound, target_type: str) -> None:
    own = document.facts.document_type_id
    if target_type and target_type.partition("::")[2] != own and target_type != own:
        raise ConversionNotOffered
