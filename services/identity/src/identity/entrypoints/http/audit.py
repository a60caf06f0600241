"""The audit log of an environment, for its administrators."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from identity.application.read_audit_log import ListAuditLog
from identity.domain.audit import AuditEntry
from identity.entrypoints.http.dependencies import App, UserManager, problems
from identity.entrypoints.http.operator_schemas import AuditEntryResponse, AuditPage

router = APIRouter(prefix="/identity/v1/audit-log", tags=["audit log"])
LINES = "application/x-ndjson"
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "One entry per line, newest first", "content": {LINES: {}}}
}


@router.get("", operation_id="listAuditLog", responses=problems(400, 401, 403))
async def list_audit_log(
    app: App,
    actor: UserManager,
    subject_id: Annotated[UUID | None, Query(alias="subjectId", description="Of one user or key")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AuditPage:
    """Return what was done in the caller's environment, newest first; administrators only."""
    query = ListAuditLog(actor=actor, subject_id=subject_id, before=decode_cursor(cursor), limit=limit)
    items, following = page(await app.audit.list_page(query), limit=limit, id_of=lambda entry: entry.id)
    return AuditPage(items=[AuditEntryResponse.model_validate(entry) for entry in items], next=following)


@router.get(
    "/export",
    operation_id="exportAuditLog",
    response_class=StreamingResponse,
    responses={**_EXPORTED, **problems(401, 403)},
)
async def export_audit_log(app: App, actor: UserManager) -> StreamingResponse:
    """Return the whole log as a stream of JSON lines, newest first."""
    disposition = {"Content-Disposition": 'attachment; filename="audit-log.ndjson"'}
    return StreamingResponse(_lines(app.audit.export(actor)), media_type=LINES, headers=disposition)


async def _lines(entries: AsyncIterator[AuditEntry]) -> AsyncIterator[bytes]:
    async for entry in entries:
        yield AuditEntryResponse.model_validate(entry).model_dump_json(by_alias=True).encode() + b"\n"
