"""Fixtures of all tests: PostgreSQL, databases and Kafka, each started when the first test asks for it.

- `postgres_server` (session): a superuser's address.
- `create_database` (module): `create_database(service, migrate)` gives a `ServiceDatabase` with `owner_dsn` and
  `app_dsn`, copied from a template that `migrate(owner_dsn)` filled once.
- `kafka_server` (session): bootstrap servers; `support.kafka` makes topics.
A test that uses one of them is marked `integration` by itself.
"""

from collections.abc import Callable, Iterator

import pytest
from koerier.servers.databases import ServiceDatabase
from support import side_by_side
from support.postgres import CreateDatabase, Migrate, TestDatabases
from support.servers import KAFKA_VARIABLE, POSTGRES_VARIABLE, Usage, provider_of, running_kafka, running_postgres

SERVER_FIXTURES = frozenset({"postgres_server", "kafka_server"})
_usage = Usage()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield a superuser's address of a PostgreSQL server that lives as long as the session."""
    with running_postgres(tmp_path_factory.mktemp("postgres"), _usage) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def databases(postgres_server: str) -> Iterator[TestDatabases]:
    """Yield the maker of databases; tests use `create_database`."""
    made = TestDatabases(admin_dsn=postgres_server)
    yield made
    made.drop_all()


@pytest.fixture(scope="module")
def create_database(databases: TestDatabases) -> Iterator[CreateDatabase]:
    """Yield a function that makes migrated databases, dropped after the module's last test."""
    created: list[ServiceDatabase] = []

    def create(service: str, migrate: Migrate) -> ServiceDatabase:
        created.append(databases.create(service, migrate))
        return created[-1]

    yield create
    for database in created:
        databases.drop(database)


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the bootstrap servers of a Kafka node that lives as long as the session."""
    with running_kafka(tmp_path_factory.mktemp("kafka"), _usage) as bootstrap_servers:
        yield bootstrap_servers


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(side_by_side.SideBySide(_usage.lines))


def pytest_sessionfinish(session: pytest.Session) -> None:
    side_by_side.tell(session, _usage.lines)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        if SERVER_FIXTURES.intersection(fixtures):
            item.add_marker(pytest.mark.integration)


def pytest_report_header() -> str:
    postgres, kafka = provider_of(POSTGRES_VARIABLE), provider_of(KAFKA_VARIABLE)
    return f"servers, when a test asks: PostgreSQL from {postgres}, Kafka from {kafka}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    write: Callable[[str], None] = terminalreporter.write_line
    for line in _usage.lines:
        write(f"servers used: {line}")
