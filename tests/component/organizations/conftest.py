"""The service on a database of the test module's own."""

from collections.abc import AsyncIterator

import pytest
from support.organizations import World, migrate, open_world
from support.postgres import CreateDatabase


@pytest.fixture(scope="module")
def application_dsn(create_database: CreateDatabase) -> str:
    return create_database("organizations", migrate).app_dsn


@pytest.fixture
async def world(application_dsn: str) -> AsyncIterator[World]:
    async with open_world(application_dsn) as opened:
        yield opened
