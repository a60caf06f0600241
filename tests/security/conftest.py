"""The four services in one process, each on a database of the module's own."""

from collections.abc import AsyncIterator

import pytest
from support.billing import Billing, migrate_billing, running_billing
from support.documents import World as Documents
from support.documents import migrate_documents, running_documents
from support.identity import Identity, migrate_identity, running_identity
from support.logs import plain_logs
from support.mollie import FakeMollie
from support.organizations import World as Organizations
from support.organizations import migrate as migrate_organizations
from support.organizations import open_world
from support.postgres import CreateDatabase

__all__ = ["plain_logs"]


@pytest.fixture(scope="module")
async def identity(create_database: CreateDatabase) -> AsyncIterator[Identity]:
    sections = {
        "login": {"attempts_per_client": 10_000},
        "registration": {"requests_per_client_per_hour": 10_000},
    }
    async with running_identity(create_database("identity", migrate_identity).app_dsn, **sections) as running:
        yield running


@pytest.fixture(scope="module")
async def organizations(create_database: CreateDatabase) -> AsyncIterator[Organizations]:
    async with open_world(create_database("organizations", migrate_organizations).app_dsn) as running:
        yield running


@pytest.fixture(scope="module")
async def documents(create_database: CreateDatabase) -> AsyncIterator[Documents]:
    async with running_documents(create_database("documents", migrate_documents).app_dsn) as running:
        yield running


@pytest.fixture(scope="module")
def mollie() -> FakeMollie:
    return FakeMollie()


@pytest.fixture(scope="module")
async def billing(create_database: CreateDatabase, mollie: FakeMollie) -> AsyncIterator[Billing]:
    database = create_database("billing", migrate_billing)
    async with running_billing(database.app_dsn, mollie.transport) as running:
        yield running
