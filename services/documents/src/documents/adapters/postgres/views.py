"""The read side of documents: rows to views, straight from the pool."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from documents.adapters.postgres.documents import channel_of, content_key_of
from documents.application.values import Caller
from documents.application.views import DocumentView, FindingView, NextVerdictView, TimelineEntry, VerdictView
from documents.domain.document import Step

_queries = beside(__file__)


class PostgresDocumentViews:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def get(self, document_id: UUID) -> DocumentView | None:
        return _view(await _queries.get_document(self._pool, id=document_id))

    async def find_for(self, caller: Caller, document_id: UUID) -> DocumentView | None:
        row = await _queries.find_for(
            self._pool, subject=caller.subject, key=caller.key, environment=caller.environment, id=document_id
        )
        return _view(row)

    async def find_sent(self, *, organization_id: UUID, caller_document_id: UUID) -> DocumentView | None:
        row = await _queries.find_sent(
            self._pool, organization_id=organization_id, caller_document_id=caller_document_id
        )
        return _view(row)

    async def find_received(self, *, organization_id: UUID, document_id: UUID) -> DocumentView | None:
        return _view(await _queries.find_received(self._pool, organization_id=organization_id, id=document_id))

    async def list_for(
        self, caller: Caller, *, direction: str | None, party: str | None, after: UUID | None, limit: int
    ) -> Sequence[DocumentView]:
        rows = _queries.list_for(
            self._pool,
            subject=caller.subject,
            key=caller.key,
            direction=direction,
            party=party,
            after=after,
            limit=limit,
        )
        return [_document_view(row) async for row in rows]

    async def timeline(self, document_id: UUID) -> Sequence[TimelineEntry]:
        rows = _queries.read_timeline(self._pool, document_id=document_id)
        return [_entry(row) async for row in rows]

    async def verdict(self, exchange_id: UUID) -> VerdictView | None:
        row = await _queries.read_verdict(self._pool, exchange_id=exchange_id)
        if row is None:
            return None
        return VerdictView(
            rule_sets=row["rule_sets"],
            findings=_findings(row["findings"]),
            omitted=row["omitted"],
            release=row["release"],
            next_release=_next_verdict(row["next_release"]),
        )


def _findings(tables: Sequence[Mapping[str, Any]]) -> list[FindingView]:
    return [FindingView(**table) for table in tables]


def _next_verdict(table: Mapping[str, Any] | None) -> NextVerdictView | None:
    if table is None:
        return None
    return NextVerdictView(
        name=table["name"],
        in_force_from=date.fromisoformat(table["in_force_from"]),
        passes=table["passes"],
        findings=_findings(table["findings"]),
        omitted=table["omitted"],
    )


def _entry(row: Any) -> TimelineEntry:
    step = Step(
        sequence=row["sequence"], status=row["status"], channel=channel_of(row["channel"]), detail=row["detail"]
    )
    return TimelineEntry(at=row["at"], step=step)


def _view(row: Any) -> DocumentView | None:
    return None if row is None else _document_view(row)


_SAME = (
    "id", "exchange_id", "direction", "environment_id", "organization_id", "caller_document_id", "sender", "receiver",
    "document_type_id", "family", "number", "issue_date", "state", "planned_channel", "delivery_channel", "message_id",
    "attempts", "reason", "detail", "original_id", "created_at", "downloaded_at", "bus_until", "archive_until",
)  # fmt: skip


def _document_view(row: Any) -> DocumentView:
    return DocumentView(content=content_key_of(row), **{name: row[name] for name in _SAME})
