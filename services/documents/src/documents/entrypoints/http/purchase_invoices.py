"""The buyer's side of the message bus: download, status and delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from documents.application.purchase_invoices import DownloadDocument
from documents.domain.errors import DocumentNotFound
from documents.entrypoints.http.dependencies import App, Granted, Locale
from documents.entrypoints.http.responses import BUS_ERRORS, status_list
from documents.entrypoints.http.schemas import StatusItem

router = APIRouter(prefix="/api/v1/{partyId}/purchaseInvoice", tags=["purchase invoices"])


@router.get(
    "/{documentId}/download",
    operation_id="downloadPurchaseInvoice",
    response_class=Response,
    responses={**BUS_ERRORS, 200: {"content": {"application/xml": {}}, "description": "The document as it came."}},
)
async def download(
    application: App,
    grant: Granted,
    documentId: UUID,  # noqa: N803 - the name in the path
    target_format: Annotated[str, Query(alias="targetFormat", max_length=500)] = "",
    target_type: Annotated[str, Query(alias="targetDocumentTypeId", max_length=500)] = "",
) -> Response:
    """Give the document out; seven days after the first download it is gone from the message bus."""
    downloaded = await application.download_document(
        DownloadDocument(
            document_id=documentId, organization_id=grant.organization_id, target_type=target_format or target_type
        )
    )
    return xml_response(downloaded.content, documentId)


@router.get(
    "/{documentId}/status",
    operation_id="getPurchaseInvoiceStatus",
    responses=BUS_ERRORS,
)
async def get_status(application: App, grant: Granted, documentId: UUID, locale: Locale) -> list[StatusItem]:  # noqa: N803 - the name in the path
    """List what happened to a received document, oldest first; also after it is gone from the message bus."""
    document = await application.documents.find_received(organization_id=grant.organization_id, document_id=documentId)
    if document is None:
        raise DocumentNotFound
    return status_list(document.id, await application.documents.timeline(document.id), locale)


@router.delete(
    "/{documentId}", operation_id="deletePurchaseInvoice", status_code=204, response_model=None, responses=BUS_ERRORS
)
async def delete(application: App, grant: Granted, documentId: UUID) -> None:  # noqa: N803 - the name in the path
    """Take the document off the message bus; the archive and the timeline keep it."""
    await application.delete_document(documentId, grant.organization_id)


def xml_response(content: bytes, document_id: UUID) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{document_id}.xml"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/xml", headers=headers)
