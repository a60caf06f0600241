"""Applies one topic to one service's database: each event exactly once in effect, in order per key.

A batch is one transaction: claim the event ids in the inbox, run the handlers of the new ones, commit; only then does
Kafka learn the offset. A record that cannot be read is parked as a dead letter in that same transaction. When a handler
fails, the batch is rolled back and its records are applied one by one, three attempts each, and the one that still
fails is parked. When the database or another part is down, or when parking itself fails, nothing is parked:
`RetryBatchError` asks for the whole batch again, after a pause. Many dead letters in a row stop the consumer: a bad
deploy must not empty a topic.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import stamina
import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract

from shared.contracts.event import Contract, Envelope, Event
from shared.contracts.topics import Topic, TopicKind
from shared.database.failures import is_transient, is_unstorable_text
from shared.database.unit_of_work import UnitOfWork
from shared.messaging import dead_letters, inbox
from shared.messaging.dead_letters import KafkaRecord
from shared.messaging.parsing import (
    Attributes,
    UnreadableRecordError,
    read_attributes,
    read_data,
    refuse_unknown_version,
)
from shared.messaging.transaction import Transaction
from shared.observability.metrics import BATCH_SECONDS, BREAKER_OPEN, CONSUMED, DEAD_LETTERS
from shared.observability.tracing import open_span

T = TypeVar("T")
E = TypeVar("E", bound=Event)
S = TypeVar("S", bound=Contract)
Handler = Callable[[Envelope[Any], T], Awaitable[None]]

_log = structlog.get_logger(__name__)
_tracer = trace.get_tracer("shared.messaging")
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
ATTEMPTS = 3
CONSECUTIVE_LIMIT = 20
WINDOW, WINDOW_LIMIT = 200, 100


class RetryBatchError(Exception):
    """The whole batch must be delivered again."""


class ConsumerStoppedError(RetryBatchError):
    """The breaker is open: a person must look before this consumer goes on."""


@dataclass(frozen=True, slots=True)
class _Prepared(Generic[T]):
    """A readable record: what it says, and whom to tell."""

    attributes: Attributes
    calls: list[tuple[Handler[T], Envelope[Any]]]


class EventConsumer(Generic[T]):
    """One consumer group on one topic. `on` and `project` register handlers; the kit calls `apply`."""

    def __init__(self, *, service: str, topic: Topic, uow: UnitOfWork[Transaction, T], role: str | None = None) -> None:
        self.topic = topic
        self.group = f"{service}-{role}.{topic.name}" if role else f"{service}.{topic.name}"
        self._uow = uow
        self._handlers: dict[str, list[tuple[type[Event], Handler[T]]]] = {}
        self._projections: list[tuple[type[Contract], Handler[T]]] = []
        self._outages = 0
        self._consecutive = 0
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self.stopped = False
        self.in_hand = 0
        self.oldest_in_hand: float | None = None
        """When the oldest record in hand was written to Kafka, in seconds since 1970."""
        self.applying = False
        """Whether a batch is being applied now, rather than waited for."""

    def on(self, event: type[E], handler: Callable[[Envelope[E], T], Awaitable[None]]) -> None:
        """Run `handler` for each event of exactly this type and version."""
        if event.topic != self.topic:
            raise ValueError(f"{event.type} is published on {event.topic.name}, not on {self.topic.name}")
        self._handlers.setdefault(event.type, []).append((event, handler))

    def project(self, carrier: type[S], handler: Callable[[Envelope[S], T], Awaitable[None]]) -> None:
        """Run `handler` for every event of a state topic, known type or not; `carrier` reads its `state`."""
        if self.topic.kind is not TopicKind.STATE:
            raise ValueError(f"{self.topic.name} carries no state")
        self._projections.append((carrier, handler))

    def reads(self, event: type[Event]) -> bool:
        """Tell whether an event of this type makes this consumer do anything."""
        return event.topic == self.topic and (bool(self._projections) or event.type in self._handlers)

    async def apply(self, records: Sequence[KafkaRecord]) -> None:
        """Apply a batch. Raises `RetryBatchError` when it must be delivered again; nothing was applied then."""
        self.in_hand = len(records)  # stays so after a failure: the batch is on its way back
        self.oldest_in_hand = min((record.timestamp for record in records), default=0) / 1000
        self.applying = True
        try:
            await self._apply_or_retry(records)
        finally:
            self.applying = False
        self._outages = 0
        self.in_hand = 0
        self.oldest_in_hand = None

    async def _apply_or_retry(self, records: Sequence[KafkaRecord]) -> None:
        if self.stopped:
            await asyncio.sleep(_PAUSES[-1])
            raise ConsumerStoppedError(self.group)
        try:
            with BATCH_SECONDS.labels(consumer=self.group).time():
                await self._apply_together_or_one_by_one(records)
        except ConsumerStoppedError:
            raise
        except Exception as error:
            await self._pause(error)
            raise RetryBatchError(repr(error)) from error

    async def replay(self, parked: dead_letters.ParkedRecord) -> bool:
        """Apply a dead letter again and resolve it, in one transaction; raises what its handler raises.

        Returns False when somebody else resolved it meanwhile: nothing is applied then.
        """
        prepared = self._prepare(parked)
        async with self._uow.transaction() as (transaction, bound):
            if not await dead_letters.resolve(transaction.connection, parked.id):
                return False
            await inbox.claim(transaction.connection, consumer=self.group, ids=[prepared.attributes.id])
            await _handle(prepared, bound)
        return True

    async def _apply_together_or_one_by_one(self, records: Sequence[KafkaRecord]) -> None:
        try:
            await self._apply_together(records)
        except Exception as error:
            if is_transient(error):
                raise
            _log.warning("batch_applied_one_by_one", consumer=self.group, error=repr(error))
            for record in records:
                await self._apply_alone(record)
                if self.stopped:  # what follows stays in Kafka
                    raise ConsumerStoppedError(self.group) from error

    async def _apply_together(self, records: Sequence[KafkaRecord]) -> None:
        read: list[_Prepared[T] | UnreadableRecordError] = []
        applied: set[int] = set()
        async with self._uow.transaction() as (transaction, bound):
            for record in records:
                try:
                    read.append(self._prepare(record))
                except UnreadableRecordError as error:
                    read.append(error)
                    await self._park(transaction, record, error)
            ids = [entry.attributes.id for entry in read if isinstance(entry, _Prepared)]
            new = await inbox.claim(transaction.connection, consumer=self.group, ids=ids)
            for position, entry in enumerate(read):
                if isinstance(entry, _Prepared) and entry.attributes.id in new:
                    new.discard(entry.attributes.id)
                    applied.add(position)
                    await _handle(entry, bound)
        for position, entry in enumerate(read):
            if isinstance(entry, UnreadableRecordError):
                where = {"topic": records[position].topic, "offset": records[position].offset}
                _log.error("record_parked", consumer=self.group, code=entry.code, error=str(entry), **where)
                self._count_parked(entry.code)
            else:
                self._count(entry, applied=position in applied)

    async def _apply_alone(self, record: KafkaRecord) -> None:
        try:
            async for attempt in stamina.retry_context(
                on=_is_handler_failure, attempts=ATTEMPTS, wait_initial=0.05, wait_jitter=0.05
            ):
                with attempt:
                    await self._apply_together([record])
        except Exception as error:
            if is_transient(error):
                raise
            _log.exception("record_parked", consumer=self.group, topic=record.topic, offset=record.offset)
            async with self._uow.transaction() as (transaction, _):
                await self._park(transaction, record, error, attempts=ATTEMPTS)
                await inbox.claim(transaction.connection, consumer=self.group, ids=[read_attributes(record).id])
            self._count_parked(_code(error))

    def _prepare(self, record: KafkaRecord) -> "_Prepared[T]":
        attributes = read_attributes(record)
        refuse_unknown_version(attributes)
        calls: list[tuple[Handler[T], Envelope[Any]]] = []
        if record.value is not None:
            for carrier, projection in self._projections:
                calls.append((projection, read_data(record, attributes, carrier)))
            for event, handler in self._handlers.get(attributes.type, []):
                calls.append((handler, read_data(record, attributes, event)))
        return _Prepared(attributes=attributes, calls=calls)

    async def _park(
        self, transaction: Transaction, record: KafkaRecord, error: Exception, *, attempts: int = 1
    ) -> None:
        await dead_letters.park(
            transaction.connection, record, consumer=self.group, code=_code(error), error=repr(error), attempts=attempts
        )

    async def _pause(self, error: Exception) -> None:
        pause = _PAUSES[min(self._outages, len(_PAUSES) - 1)]
        self._outages += 1
        log = _log.warning if is_transient(error) else _log.error
        log("consumer_waits", consumer=self.group, seconds=pause, error=repr(error))
        CONSUMED.labels(consumer=self.group, outcome="retried_batch").inc()
        await asyncio.sleep(pause)

    def _count(self, prepared: _Prepared[T], *, applied: bool) -> None:
        CONSUMED.labels(consumer=self.group, outcome="applied" if applied else "duplicate").inc()
        if not prepared.attributes.known:
            CONSUMED.labels(consumer=self.group, outcome="unknown_type").inc()
        if applied:
            self._consecutive = 0
            self._recent.append(False)

    def _count_parked(self, code: str) -> None:
        DEAD_LETTERS.labels(consumer=self.group, code=code).inc()
        self._consecutive += 1
        self._recent.append(True)
        if self._consecutive > CONSECUTIVE_LIMIT or sum(self._recent) > WINDOW_LIMIT:
            self.stopped = True
            BREAKER_OPEN.labels(consumer=self.group).set(1)
            _log.error("consumer_stopped", consumer=self.group, parked=sum(self._recent))


async def _handle(prepared: _Prepared[T], bound: T) -> None:
    if not prepared.calls:
        return
    attributes = prepared.attributes
    parent = extract({"traceparent": attributes.traceparent}) if attributes.traceparent else None
    with open_span(_tracer, f"consume {attributes.type}", context=parent):
        for handler, envelope in prepared.calls:
            await handler(envelope, bound)


def _code(error: Exception) -> str:
    return str(getattr(error, "code", None) or type(error).__name__)


def _is_handler_failure(error: Exception) -> bool:
    return not is_transient(error) and not is_unstorable_text(error)
