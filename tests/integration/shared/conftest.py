"""Fixtures of the kit's tests: a database per module, emptied for each test, on the session's servers."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from koerier.servers.databases import ServiceDatabase
from shared.database.pool import open_pool
from support.controlled import Controlled, controlled_kafka, controlled_postgres
from support.kit import KitUnitOfWork, empty, migrate, postgres_settings, unit_of_work
from support.logs import plain_logs
from support.nursery import Nursery, nursery
from support.postgres import CreateDatabase

__all__ = ["plain_logs"]


@pytest.fixture(scope="module")
def database(create_database: CreateDatabase) -> ServiceDatabase:
    """Return a database with the kit's tables."""
    return create_database("kit", migrate)


@pytest.fixture(scope="module")
async def module_pool(database: ServiceDatabase) -> AsyncIterator[Any]:
    async with open_pool(postgres_settings(database.app_dsn), application_name="tests") as opened:
        yield opened


@pytest.fixture
async def pool(module_pool: Any) -> Any:
    """Return a pool on the database, which is empty, with the application role."""
    await empty(module_pool)
    return module_pool


@pytest.fixture
def uow(pool: Any) -> KitUnitOfWork:
    return unit_of_work(pool)


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery("support.matrix_service", tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="session")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controlled]:
    """Yield a PostgreSQL that the test may kill."""
    with controlled_postgres(tmp_path_factory.mktemp("postgres-of-the-matrix")) as made:
        yield made


@pytest.fixture(scope="session")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controlled]:
    """Yield a Kafka that the test may kill."""
    with controlled_kafka(tmp_path_factory.mktemp("kafka-of-the-matrix")) as made:
        yield made
