"""Identity on a real database of its own per module, with its mail kept in memory."""

from collections.abc import AsyncIterator

import pytest
from support.identity import Identity, migrate_identity, running_identity
from support.postgres import CreateDatabase


@pytest.fixture(scope="module")
async def identity(create_database: CreateDatabase) -> AsyncIterator[Identity]:
    database = create_database("identity", migrate_identity)
    sections = {
        "login": {"attempts_per_client": 10_000},
        "registration": {"requests_per_client_per_hour": 10_000},
    }
    async with running_identity(database.app_dsn, **sections) as running:
        yield running
