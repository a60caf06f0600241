"""Hooks, the calls that wait for them and the log of every attempt. Secrets are stored as they come: sealed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from shared.database.queries import beside
from shared.messaging.transaction import Transaction

from documents.adapters.postgres.counting import count_call
from documents.application.values import NewDelivery, PendingCall, Response
from documents.application.views import AttemptView, DeliveryView
from documents.domain.hooks import Hook

_queries = beside(__file__)
_EXCERPT = 500


class PostgresHooks:
    """Write within a transaction."""

    def __init__(self, connection: Any, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction

    async def save(
        self,
        hook: Hook,
        *,
        secret: bytes | None,
        standard_secret: bytes | None,
        fallback_standard_secret: bytes,
        created_by: UUID,
    ) -> tuple[Hook, bool]:
        """Insert or change; return the hook as it is now, and whether it is new."""
        row = await _queries.save_hook(
            self._connection,
            id=hook.id,
            public_id=hook.public_id,
            environment_id=hook.environment_id,
            organization_id=hook.organization_id,
            name=hook.name,
            url=hook.url,
            secret=secret,
            standard_secret=standard_secret,
            fallback_standard_secret=fallback_standard_secret,
            topics=list(hook.topics),
            is_active=hook.is_active,
            created_by=created_by,
            moment=hook.changed_at,
        )
        return _hook(row), row["is_new"]

    async def remove(self, *, environment_id: UUID, organization_id: UUID | None, public_id: str) -> bool:
        removed = await _queries.remove_hook(
            self._connection, environment_id=environment_id, organization_id=organization_id, public_id=public_id
        )
        return bool(removed)

    async def disable(self, hook_id: UUID, reason: str) -> None:
        await _queries.disable_hook(self._connection, id=hook_id, reason=reason)

    async def queue(self, delivery: NewDelivery) -> Sequence[tuple[UUID, UUID]]:
        """Store a call for each hook that listens; return the pairs of call and hook."""
        rows = _queries.queue_deliveries(self._connection, **_new(delivery))
        return [(row["id"], row["hook_id"]) async for row in rows]

    async def queue_ping(self, delivery: NewDelivery) -> Sequence[tuple[UUID, UUID]]:
        """Store a call for each hook of the party, whatever it listens to."""
        rows = _queries.queue_ping(self._connection, **_new(delivery))
        return [(row["id"], row["hook_id"]) async for row in rows]

    async def record(self, call: PendingCall, response: Response, *, attempt: int, state: str) -> bool:
        """Log the attempt and settle the call, unless another try did; a hook that is removed takes both with it."""
        recorded = await _queries.record_attempt(
            self._connection,
            delivery_id=call.delivery_id,
            attempt=attempt,
            status=response.status,
            error=response.error,
            milliseconds=response.milliseconds,
            response=response.excerpt[:_EXCERPT].replace("\x00", "") or None,
            state=state,
        )
        at = self._transaction.clock.now()
        self._transaction.after_commit.append(partial(count_call, call, response, state=state, at=at))
        return bool(recorded)


class PostgresHookViews:
    """Read from the pool."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def list_hooks(self, *, environment_id: UUID, organization_id: UUID | None) -> Sequence[Hook]:
        rows = _queries.list_hooks(self._pool, environment_id=environment_id, organization_id=organization_id)
        return [_hook(row) async for row in rows]

    async def find_by_public_id(self, *, environment_id: UUID, public_id: str) -> Sequence[Hook]:
        rows = _queries.find_by_public_id(self._pool, environment_id=environment_id, public_id=public_id)
        return [_hook(row) async for row in rows]

    async def list_deliveries(self, hook_id: UUID, *, after: UUID | None, limit: int) -> Sequence[DeliveryView]:
        rows = _queries.list_deliveries(self._pool, hook_id=hook_id, after=after, limit=limit)
        return [_delivery(row) async for row in rows]

    async def find_call(self, delivery_id: UUID) -> PendingCall | None:
        row = await _queries.find_call(self._pool, delivery_id=delivery_id)
        if row is None:
            return None
        return PendingCall(
            delivery_id=row["delivery_id"],
            hook=_hook(row),
            secret=row["secret"],
            standard_secret=row["standard_secret"],
            topic=row["topic"],
            party=row["party"],
            document_id=row["document_id"],
            about=row["about"],
            message=row["message"],
            details=row["details"],
            created_at=row["delivery_created_at"],
            state=row["state"],
            exchange_id=row["exchange_id"],
        )


def _new(delivery: NewDelivery) -> dict[str, Any]:
    values = asdict(delivery)
    return {**values, "details": dict(delivery.details)}


def _hook(row: Any) -> Hook:
    return Hook(
        id=row["id"],
        public_id=row["public_id"],
        environment_id=row["environment_id"],
        organization_id=row["organization_id"],
        name=row["name"],
        url=row["url"],
        topics=tuple(row["topics"]),
        is_active=row["is_active"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def _delivery(row: Any) -> DeliveryView:
    return DeliveryView(
        id=row["id"],
        topic=row["topic"],
        party=row["party"],
        document_id=row["document_id"],
        state=row["state"],
        created_at=row["created_at"],
        attempts=[
            AttemptView(**{**attempt, "at": datetime.fromisoformat(attempt["at"])}) for attempt in row["attempts"]
        ],
    )
