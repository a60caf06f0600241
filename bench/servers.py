"""PostgreSQL and Kafka for scenarios that measure parts of the platform: the project's own, empty, on free ports.

Guarantees: they are ended and their data deleted when the block ends. They are set up as on a laptop: fsync is on.
Enter it in the main thread: the kernel ends the servers when the thread that started them ends.
"""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from koerier.servers.databases import ServiceDatabase, provision_database, provision_roles, service_roles
from koerier.servers.throwaway import throwaway_kafka, throwaway_postgres
from pydantic import SecretStr
from shared.contracts.topics import Topic
from shared.database.migrations import migrate
from shared.messaging.kafka_admin import provision_topics
from shared.observability.logging import configure_logging
from shared.observability.tracing import configure_tracing
from shared.settings import KafkaSettings, LogSettings, PostgresSettings, TelemetrySettings

T = TypeVar("T")
CONNECTIONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The running servers; `bootstrap_servers` is empty where Kafka was not wanted."""

    admin_dsn: str
    bootstrap_servers: str

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(bootstrap_servers=self.bootstrap_servers)

    def database(self, service: str, migrations: Path) -> ServiceDatabase:
        """Make the service's database, with all its migrations."""
        roles = service_roles(service, owner_password=secrets.token_urlsafe(16), app_password=secrets.token_urlsafe(16))
        provision_roles(self.admin_dsn, roles)
        database = provision_database(self.admin_dsn, service, roles)
        migrate(database.owner_dsn, migrations)
        return database

    async def make_topics(self, topics: Sequence[Topic]) -> None:
        await provision_topics(self.kafka, topics)


@contextmanager
def running_servers(*, kafka: bool = False) -> Iterator[Servers]:
    """Run PostgreSQL, and Kafka when it is wanted, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="koerier-bench-"))
    try:
        with ExitStack() as stack:
            postgres = stack.enter_context(throwaway_postgres(folder))
            node = stack.enter_context(throwaway_kafka(folder)) if kafka else None
            yield Servers(admin_dsn=postgres.dsn, bootstrap_servers=node.bootstrap_servers if node else "")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def pool_settings(database: ServiceDatabase, *, connections: int = CONNECTIONS) -> PostgresSettings:
    """Return how a service's processes reach the database: with the application's rights."""
    return PostgresSettings(dsn=SecretStr(database.app_dsn), min_connections=4, max_connections=connections)


def run_as_service(main: Coroutine[Any, Any, T]) -> T:
    """Run on the event loop that the services' processes use, with their logging and tracing."""
    configure_logging(LogSettings(level="WARNING"), service="bench")
    configure_tracing(TelemetrySettings(), service="bench")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
