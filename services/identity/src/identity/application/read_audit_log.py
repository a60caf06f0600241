"""Shows administrators the audit log of their environment: a page at a time, or all of it as a stream."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from identity.application.ports import AuditViews
from identity.application.views import ActorView
from identity.domain.audit import AuditEntry
from identity.domain.permissions import Permission, require

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAuditLog:
    """`subject_id` asks for the entries about one user or key; `before` is the last entry that was seen."""

    actor: ActorView
    subject_id: UUID | None
    before: UUID | None
    limit: int


async def list_audit_log(query: ListAuditLog, *, views: AuditViews) -> list[AuditEntry]:
    """Return entries of the caller's environment, newest first, one more than `limit` if there are more."""
    require(query.actor.role, Permission.MANAGE_ENVIRONMENT)
    return await views.list_entries(
        query.actor.environment_id, subject_id=query.subject_id, before=query.before, limit=query.limit + 1
    )


def export_audit_log(actor: ActorView, *, views: AuditViews) -> AsyncIterator[AuditEntry]:
    """Return all entries of the caller's environment, newest first, read as fast as they are taken."""
    require(actor.role, Permission.MANAGE_ENVIRONMENT)
    return _all_entries(actor.environment_id, views)


async def _all_entries(environment_id: UUID, views: AuditViews) -> AsyncIterator[AuditEntry]:
    before: UUID | None = None
    while True:
        entries = await views.list_entries(environment_id, subject_id=None, before=before, limit=_PAGE)
        for entry in entries:
            yield entry
        if len(entries) < _PAGE:
            return
        before = entries[-1].id
