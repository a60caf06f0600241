"""Records that a consumer could not apply, kept in its own database until a person decides.

A dead letter is written in the transaction that marks the record as seen: it is never lost and never parked twice.
Later records of the same key went on, so a replay may apply an old event after newer ones; projections are safe (they
compare versions), facts are applied late (docs/runbooks/dead-letters.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.database.queries import beside
from shared.ids import new_id

queries = beside(__file__)


class KafkaRecord(Protocol):
    """What the kit reads of a consumed record; aiokafka's `ConsumerRecord` has it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRecord:
    """A dead letter, in the shape of the record that it was."""

    id: UUID
    consumer: str
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    timestamp: int = 0


def readable(headers: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """Return the headers as text that `jsonb` can keep, whatever bytes they hold."""
    return {_storable(name): _storable((value or b"").decode("utf-8", "backslashreplace")) for name, value in headers}


def _storable(text: str) -> str:
    return text.replace("\x00", "\\x00")


async def park(connection: Any, record: KafkaRecord, *, consumer: str, code: str, error: str, attempts: int) -> None:
    """Keep the record; the same record is kept once however often it is delivered."""
    await queries.insert_dead_letter(
        connection,
        id=new_id(),
        consumer=consumer,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        headers=readable(record.headers),
        payload=record.value,
        error_code=code,
        error=_storable(error)[:2000],
        attempts=attempts,
    )


async def lock(connection: Any, dead_letter_id: UUID) -> ParkedRecord | None:
    """Return the dead letter for a replay in this transaction, or None when it is unknown or resolved."""
    row = await queries.lock_dead_letter(connection, id=dead_letter_id)
    if row is None:
        return None
    return ParkedRecord(
        id=row["id"],
        consumer=row["consumer"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset_"],
        key=row["key"],
        value=row["payload"],
        headers=[(name, value.encode()) for name, value in row["headers"].items()],
    )


async def resolve(connection: Any, dead_letter_id: UUID) -> bool:
    """Mark the dead letter as dealt with; False when it is unknown or somebody did before."""
    return bool(await queries.resolve_dead_letter(connection, id=dead_letter_id))
