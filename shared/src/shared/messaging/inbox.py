"""Makes redelivery harmless: an event is claimed by a consumer in the transaction that applies it.

A claim and its effects commit together; a second delivery of the same event id finds the claim and is skipped. Claims
are kept longer than any topic that this service reads (`prune`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database.queries import beside

_queries = beside(__file__)


async def claim(connection: Any, *, consumer: str, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of `ids` that this consumer has not applied before, and mark them applied."""
    rows = [row async for row in _queries.claim_inbox(connection, consumer=consumer, ids=list(ids))]
    return {row["event_id"] for row in rows}


async def prune(connection: Any, *, before: datetime, consumers: Iterable[str]) -> None:
    """Forget the claims that `consumers` made before `before`."""
    await _queries.prune_inbox(connection, before=before, consumers=list(consumers))
