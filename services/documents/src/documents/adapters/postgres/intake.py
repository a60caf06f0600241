"""The hot path: an accepted document with its content, first step, event and job, committed by one statement."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from opentelemetry.propagate import inject
from shared.clock import Clock
from shared.contracts.event import Event
from shared.database.failures import DATABASE_DOWN, count_failure, violated_constraint
from shared.database.queries import beside
from shared.messaging.outbox import OutboxWriter

from documents.adapters.postgres.contents import compress
from documents.adapters.postgres.counting import count_event
from documents.domain.errors import DocumentIdUsed
from documents.domain.outbound import Outbound

_queries = beside(__file__)
_UNIQUE_ID = "documents_caller_document_id"


class PostgresIntake:
    def __init__(self, pool: Any, *, source: str, clock: Clock, job_kind: str) -> None:
        self._pool = pool
        self._source = source
        self._clock = clock
        self._job_kind = job_kind

    async def accept(self, document: Outbound, content: bytes, *, archive_until: datetime, event: Event) -> None:
        """Commit the document; raises `DocumentIdUsed` when the caller's id is taken."""
        facts = document.facts
        headers: dict[str, str] = {}
        inject(headers)
        topic, key, event_headers, payload = self._outbox_row(document, event)
        try:
            await _queries.accept_document(
                self._pool,
                **asdict(facts),
                caller_document_id=document.caller_document_id,
                billable=document.billable,
                content_expires_on=document.content.expires_on,
                sha256=document.content.sha256,
                size_bytes=document.content.size,
                data=await compress(content),
                archive_until=archive_until,
                job_kind=self._job_kind,
                job_payload={"document_id": str(facts.id)},
                job_headers=headers,
                outbox_topic=topic,
                outbox_key=key,
                outbox_headers=event_headers,
                outbox_payload=payload,
            )
        except asyncpg.UniqueViolationError as error:
            if violated_constraint(error) == _UNIQUE_ID:
                raise DocumentIdUsed from error
            raise
        except DATABASE_DOWN as error:
            count_failure(error)
            raise
        count_event(event, at=self._clock.now())

    async def find_accepted(self, *, environment_id: UUID, mode: str, caller_document_id: UUID) -> bytes | None:
        found: bytes | None = await _queries.find_accepted(
            self._pool, environment_id=environment_id, mode=mode, caller_document_id=caller_document_id
        )
        return found

    def _outbox_row(self, document: Outbound, event: Event) -> tuple[str, str, dict[str, str], bytes]:
        writer = OutboxWriter(source=self._source)
        facts = document.facts
        writer.add(
            event,
            subject=facts.id,
            environment=facts.environment_id,
            sequence=document.version,
            key=None,
            occurred_at=self._clock.now(),
        )
        (row,) = writer.take()
        return row
