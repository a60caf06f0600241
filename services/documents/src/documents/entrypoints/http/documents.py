"""Our own API over documents: lists, details, timelines and contents of the organizations of which one is a member."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from documents.application.app import Application
from documents.application.values import Caller
from documents.application.views import DocumentView
from documents.domain.errors import (
    DocumentNotFound,
    HookNotFound,
    NotEnvironmentAdministrator,
    PartyNotAllowed,
    PartyNotVisible,
)
from documents.domain.hooks import Hook
from documents.domain.parties import canonical_party
from documents.entrypoints.http.dependencies import App, DocumentReader, Locale
from documents.entrypoints.http.purchase_invoices import xml_response
from documents.entrypoints.http.responses import PROBLEMS, delivery_body, document_body, document_detail, timeline_item
from documents.entrypoints.http.schemas import (
    DeliveryPage,
    DocumentDetailBody,
    DocumentPage,
    TimelineBody,
)

router = APIRouter(prefix="/documents/v1", tags=["documents"])


@router.get("/documents", operation_id="listDocuments", responses=PROBLEMS)
async def list_documents(
    application: App,
    caller: DocumentReader,
    locale: Locale,
    direction: Literal["outbound", "inbound"] | None = None,
    party_id: Annotated[str | None, Query(alias="partyId", max_length=200)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DocumentPage:
    """List documents, newest first, of the organizations of which the caller is an active member."""
    party = canonical_party(party_id) if party_id else None
    if party:
        await _own_party(application, caller, party)
    rows = await application.documents.list_for(
        caller, direction=direction, party=party, after=decode_cursor(cursor), limit=limit + 1
    )
    items, following = page(rows, limit=limit, id_of=lambda view: view.id)
    return DocumentPage(items=[document_body(view, locale) for view in items], next=following)


@router.get("/documents/{documentId}", operation_id="getDocument", responses=PROBLEMS)
async def get_document(
    application: App,
    caller: DocumentReader,
    documentId: UUID,  # noqa: N803 - the name in the path
    locale: Locale,
) -> DocumentDetailBody:
    """Return a document with what the rules said; by our id or by the one that was sent with it."""
    view = await _visible(application, caller, documentId)
    return document_detail(view, await application.documents.verdict(view.exchange_id), locale)


@router.get("/documents/{documentId}/timeline", operation_id="getTimeline", responses=PROBLEMS)
async def get_timeline(
    application: App,
    caller: DocumentReader,
    documentId: UUID,  # noqa: N803 - the name in the path
    locale: Locale,
) -> TimelineBody:
    """Return every step with its icon; labels are Dutch unless Accept-Language asks for English."""
    view = await _visible(application, caller, documentId)
    entries = await application.documents.timeline(view.id)
    return TimelineBody(items=[timeline_item(entry, locale) for entry in entries])


@router.get(
    "/documents/{documentId}/content",
    operation_id="getContent",
    response_class=Response,
    responses={**PROBLEMS, 200: {"content": {"application/xml": {}}, "description": "The document as it came."}},
)
async def get_content(
    application: App,
    caller: DocumentReader,
    documentId: UUID,  # noqa: N803 - the name in the path
) -> Response:
    """Return the document itself, as long as the archive keeps it; this is not a download from the message bus."""
    view = await _visible(application, caller, documentId)
    return xml_response(await application.read_content(view.content), view.id)


@router.get("/hooks/{hookId}/deliveries", operation_id="listHookDeliveries", responses=PROBLEMS)
async def list_hook_deliveries(
    application: App,
    caller: DocumentReader,
    hookId: str,  # noqa: N803 - the name in the path
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DeliveryPage:
    """List the calls of a hook, newest first, with every attempt."""
    hook = await _visible_hook(application, caller, hookId)
    rows = await application.hooks.list_deliveries(hook.id, after=decode_cursor(cursor), limit=limit + 1)
    items, following = page(rows, limit=limit, id_of=lambda delivery: delivery.id)
    return DeliveryPage(items=[delivery_body(delivery) for delivery in items], next=following)


async def _own_party(application: Application, caller: Caller, party: str) -> None:
    """Refuse as not there what the caller may not see, so that nobody learns which parties exist."""
    try:
        await application.authorize(caller, party)
    except PartyNotAllowed as error:
        raise PartyNotVisible(party=party) from error


async def _visible(application: Application, caller: Caller, document_id: UUID) -> DocumentView:
    view = await application.documents.find_for(caller, document_id)
    if view is None:
        raise DocumentNotFound
    return view


async def _visible_hook(application: Application, caller: Caller, public_id: str) -> Hook:
    """Return the hook when the caller may see it: a party's for its members, the environment's for administrators."""
    for hook in await application.hooks.find_by_public_id(environment_id=caller.environment, public_id=public_id):
        if await _may_manage(application, caller, hook):
            return hook
    raise HookNotFound


async def _may_manage(application: Application, caller: Caller, hook: Hook) -> bool:
    try:
        if hook.organization_id is None:
            await application.authorize_administrator(caller)
            return True
        return await application.is_member(caller, hook.organization_id)
    except (NotEnvironmentAdministrator, PartyNotAllowed):
        return False
