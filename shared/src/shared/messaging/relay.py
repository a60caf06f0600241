"""Moves the outbox to Kafka: one leader per service, in order, at least once.

The leader holds a session advisory lock on a connection of its own (never through a transaction pooler), reads up to
500 rows in id order, sends them pipelined, waits for every acknowledgement and deletes the rows. A crash between the
acknowledgement and the delete sends them again with the same event ids: the consumers' inbox drops them. The session is
pinged while Kafka takes its time; a frozen leader loses it after ten idle seconds, and with it the lock. Kafka or the
database being down only makes the outbox grow; the loop waits and goes on.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from shared.database.failures import DATABASE_DOWN, count_failure, is_transient
from shared.database.pool import set_codecs
from shared.observability.metrics import RELAY_FAILURES, RELAY_LEADER, RELAYED

_log = structlog.get_logger(__name__)

BATCH = 500
_IDLE_MIN, _IDLE_MAX = 0.02, 0.05
_LOCK_RETRY = 0.25
_PING_EVERY = 2.0
_BACKOFF_MIN, _BACKOFF_MAX = 0.5, 10.0
_IDLE_SESSION_TIMEOUT = "10s"
_LOCK = 0x6F757462  # "outb": one lock per database, and each service has its own database


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """One record as Kafka gets it."""

    topic: str
    key: str
    headers: dict[str, str]
    payload: bytes


Send = Callable[[Sequence[OutgoingRecord]], Awaitable[None]]
"""Sends records in the order given and returns when all are acknowledged; raises when any is not."""


class RelayStalledError(Exception):
    """Kafka did not acknowledge a batch."""


_SURVIVED: tuple[type[Exception], ...] = (RelayStalledError, *DATABASE_DOWN)


class Relay:
    """Run `run()` in every worker; whoever gets the lock leads, the others wait for it."""

    def __init__(self, *, dsn: str, send: Send, service: str) -> None:
        self._dsn = dsn
        self._send = send
        self._service = service
        self._backoff = _BACKOFF_MIN
        self.leads = False
        RELAY_LEADER.labels(service=service).set(0)
        RELAY_FAILURES.labels(service=service)

    async def run(self) -> None:
        """Relay until cancelled, over every failure of the database and of Kafka."""
        while True:
            try:
                await self._lead()
            except _SURVIVED as error:
                _log.warning("relay_interrupted", error=repr(error), transient=is_transient(error))
                RELAY_FAILURES.labels(service=self._service).inc()
                count_failure(error)
            finally:
                self._lost()
            await asyncio.sleep(self._backoff)
            self._backoff = min(self._backoff * 2, _BACKOFF_MAX)

    async def _lead(self) -> None:
        connection = await asyncpg.connect(
            self._dsn,
            command_timeout=20,
            server_settings={
                "application_name": f"{self._service} relay",
                "idle_session_timeout": _IDLE_SESSION_TIMEOUT,
            },
        )
        try:
            await set_codecs(connection)
            while not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):  # noqa: ASYNC110
                await asyncio.sleep(_LOCK_RETRY)
            self.leads = True
            RELAY_LEADER.labels(service=self._service).set(1)
            _log.info("relay_leads", service=self._service)
            await self._drain(connection)
        finally:
            connection.terminate()

    async def _drain(self, connection: Any) -> None:
        idle = _IDLE_MIN
        while True:
            moved = await relay_batch(connection, self._send, count=self._count)
            self._backoff = _BACKOFF_MIN
            if moved == BATCH:
                continue
            idle = _IDLE_MIN if moved else min(idle * 1.5, _IDLE_MAX)
            await asyncio.sleep(idle)

    def _count(self, records: Sequence[OutgoingRecord]) -> None:
        for event_type, number in Counter(record.headers.get("ce_type", "") for record in records).items():
            RELAYED.labels(service=self._service, type=event_type).inc(number)

    def _lost(self) -> None:
        if self.leads:
            _log.info("relay_lost_lead", service=self._service)
        self.leads = False
        RELAY_LEADER.labels(service=self._service).set(0)


def _count_nothing(_records: Sequence[OutgoingRecord]) -> None:
    """Be what counts where nobody does."""


async def relay_batch(
    connection: Any, send: Send, *, count: Callable[[Sequence[OutgoingRecord]], None] = _count_nothing
) -> int:
    """Send the oldest rows and delete them once acknowledged; return how many."""
    rows = await connection.fetch("select id, topic, key, headers, payload from outbox order by id limit $1", BATCH)
    if not rows:
        return 0
    records = [OutgoingRecord(row["topic"], row["key"], row["headers"], row["payload"]) for row in rows]
    await _send_alive(connection, send, records)
    await connection.execute("delete from outbox where id = any($1::bigint[])", [row["id"] for row in rows])
    count(records)
    return len(rows)


async def _send_alive(connection: Any, send: Send, records: Sequence[OutgoingRecord]) -> None:
    """Send, and ping the database meanwhile: the session must outlive a slow Kafka, and a lost one end the send."""
    sending = asyncio.ensure_future(send(records))
    try:
        while not (await asyncio.wait({sending}, timeout=_PING_EVERY))[0]:
            await connection.execute("select 1")
    finally:
        sending.cancel()
    try:
        sending.result()
    except Exception as error:
        raise RelayStalledError(repr(error)) from error
