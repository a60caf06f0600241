"""The stage of the failure matrix: a service whose processes are really killed, and what was seen afterwards."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx2
from koerier.servers.databases import ServiceDatabase
from koerier.servers.ports import free_ports
from shared.database.pool import set_codecs
from shared.messaging.kafka_admin import provision_topics
from shared.settings import KafkaSettings

from support.controlled import Controlled
from support.events import outgoing
from support.kafka_reader import Writable, eventually, read_topic, write_topic
from support.kit_events import Note, note_type
from support.nursery import Child, Nursery

REQUEST_SECONDS = 10.0


@dataclass(slots=True, kw_only=True)
class Matrix:
    """One scenario's service: its database, its topic, its processes."""

    nursery: Nursery
    database: ServiceDatabase
    bootstrap_servers: str
    without: str = ""
    patience: float = 20.0
    postgres: Controlled | None = None
    kafka: Controlled | None = None
    notes: type[Note] = field(default_factory=note_type)
    _port: int = 0
    _worker_port: int = 0

    def run(self, *argv: str, **changes: str) -> Child:
        """Start a process of the service: `api`, `worker`, or any other command."""
        port, worker_port = free_ports(2)
        if argv[0] == "api":
            self._port = port
        else:
            self._worker_port = worker_port
        return self.nursery.start(
            argv,
            {
                "MATRIX_POSTGRES__DSN": self.database.app_dsn,
                "MATRIX_KAFKA__BOOTSTRAP_SERVERS": self.bootstrap_servers,
                "MATRIX_KAFKA__INSTANCE": "1",
                "MATRIX_HTTP__PORT": str(port),
                "MATRIX_WORKER__PORT": str(worker_port),
                "MATRIX_TOPIC": self.notes.topic.name,
                "MATRIX_EVENT_TYPE": self.notes.type,
                "MATRIX_WITHOUT": self.without,
                **{f"MATRIX_{name.upper()}": value for name, value in changes.items()},
            },
        )

    async def provision(self) -> None:
        await provision_topics(KafkaSettings(bootstrap_servers=self.bootstrap_servers), [self.notes.topic])

    async def post(self, key: str, *, number: int = 1) -> httpx2.Response | None:
        """Make a thing; None when there was no answer."""
        async with httpx2.AsyncClient(timeout=REQUEST_SECONDS) as client:
            try:
                return await client.post(
                    f"http://127.0.0.1:{self._port}/things",
                    json={"number": number},
                    headers={"Idempotency-Key": key},
                )
            except httpx2.TransportError:
                return None

    async def api_answers(self) -> bool:
        return (await self.health("api", "health/live"))[0] == 200

    async def health(self, part: str, path: str) -> tuple[int, str]:
        """Return status and body of a health page of the last `api` or `worker`; 0 when it does not answer."""
        port = self._port if part == "api" else self._worker_port
        async with httpx2.AsyncClient(timeout=5) as client:
            try:
                response = await client.get(f"http://127.0.0.1:{port}/{path}")
            except httpx2.TransportError as error:
                return 0, repr(error)
        return response.status_code, response.text

    async def is_ready(self, part: str) -> bool:
        return (await self.health(part, "health/ready"))[0] == 200

    async def make_thing(self, key: str, *, number: int = 1) -> bool:
        """Make a thing as a client does that retries with its key until it is told."""

        async def made() -> bool:
            response = await self.post(key, number=number)
            return response is not None and response.status_code == 201

        return await eventually(made, seconds=self.patience)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self.database.app_dsn)
        try:
            await set_codecs(connection)
            yield connection
        finally:
            await connection.close()

    async def count(self, table: str) -> int:
        async with self.connection() as connection:
            return int(await connection.fetchval(f"select count(*) from {table}"))  # noqa: S608 - named by tests

    async def has(self, table: str, count: int) -> bool:
        """Wait until the table has exactly so many rows, and tell whether it came to that."""

        async def reached() -> bool:
            return await self.count(table) == count

        return await eventually(reached, seconds=self.patience)

    async def applied(self) -> dict[str, int]:
        """Return how often each event was applied."""
        async with self.connection() as connection:
            rows = await connection.fetch("select event_id, count(*) from effects group by event_id")
        return {str(row[0]): row[1] for row in rows}

    async def fill_outbox(self, count: int) -> list[str]:
        """Commit events, as commands of the service would; returns their ids in order."""
        records = [outgoing(self.notes(number=100 + number)) for number in range(count)]
        async with self.connection() as connection, connection.transaction():
            await connection.executemany(
                "insert into outbox (topic, key, headers, payload) values ($1, $2, $3, $4)",
                [(record.topic, f"key-{n % 5}", record.headers, record.payload) for n, record in enumerate(records)],
            )
        return [record.headers["ce_id"] for record in records]

    async def relays(self) -> int:
        """Return how many relays have a session."""
        async with self.connection() as connection:
            return int(
                await connection.fetchval(
                    "select count(*) from pg_stat_activity"
                    " where datname = current_database() and application_name = 'matrix relay'"
                )
            )

    async def leaders(self) -> int:
        """Return how many relays hold a lock."""
        async with self.connection() as connection:
            return int(
                await connection.fetchval(
                    "select count(*) from pg_locks join pg_database on pg_database.oid = database"
                    " where locktype = 'advisory' and granted and datname = current_database()"
                )
            )

    async def publish(self, *numbers: int, key: str = "key") -> list[str]:
        """Put events on the topic past the outbox; returns their ids in order."""
        records = [outgoing(self.notes(number=number)) for number in numbers]
        await self.write(
            [
                (key.encode(), record.payload, [(name, text.encode()) for name, text in record.headers.items()])
                for record in records
            ]
        )
        return [record.headers["ce_id"] for record in records]

    async def write(self, records: list[Writable]) -> None:
        await write_topic(self.bootstrap_servers, self.notes.topic.name, records)

    async def on_kafka(self) -> list[tuple[str, str]]:
        """Return key and event id of every record, in order per partition."""
        records = await read_topic(self.bootstrap_servers, self.notes.topic.name)
        return [(record.key.decode(), dict(record.headers)["ce_id"].decode()) for record in records]
