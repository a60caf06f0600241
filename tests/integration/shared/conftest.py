"""Fixtures of the kit's tests: a database per module, emptied for each test, on the session's servers."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from koerier.servers.databases import ServiceDatabase
from shared.database.pool import open_pool
from support.kit import KitUnitOfWork, empty, migrate, postgres_settings, unit_of_work
from support.postgres import CreateDatabase


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> Iterator[None]:
    """Print tracebacks without local variables: rendering those takes seconds where many failures are expected."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])
    yield
    structlog.reset_defaults()


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
