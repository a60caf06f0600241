"""Documents on a real database: one copy per module, emptied and with fresh neighbours for each test."""

from collections.abc import AsyncIterator

import pytest
from support.documents import World, migrate_documents, running_documents
from support.postgres import CreateDatabase

_TABLES = (
    "outbox, jobs, inbox, documents, timeline, verdicts, contents, hooks, hook_deliveries, hook_attempts, checks, "
    "organizations, parties, memberships, users, connection_keys, accounts"
)


@pytest.fixture(scope="module")
def documents_database(create_database: CreateDatabase) -> tuple[str, str]:
    """Return the addresses of the application's role and of the owner."""
    database = create_database("documents", migrate_documents)
    return database.app_dsn, database.owner_dsn


@pytest.fixture
async def world(documents_database: tuple[str, str]) -> AsyncIterator[World]:
    dsn, _ = documents_database
    async with running_documents(dsn) as running:
        yield running
        for table in _TABLES.split(", "):
            await running.pool.execute(f"delete from {table}")  # noqa: S608 - our own list
