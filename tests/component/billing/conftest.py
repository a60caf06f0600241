"""Billing on a real database of its own per module, with the payment provider in memory."""

from collections.abc import AsyncIterator

import pytest
from support.billing import Billing, migrate_billing, running_billing
from support.mollie import FakeMollie
from support.postgres import CreateDatabase


@pytest.fixture(scope="module")
def mollie() -> FakeMollie:
    return FakeMollie()


@pytest.fixture(scope="module")
async def billing(create_database: CreateDatabase, mollie: FakeMollie) -> AsyncIterator[Billing]:
    database = create_database("billing", migrate_billing)
    async with running_billing(database.app_dsn, mollie.transport) as running:
        yield running


@pytest.fixture(autouse=True)
def provider_is_up(request: pytest.FixtureRequest) -> None:
    """Let no test inherit an outage."""
    if "mollie" in request.fixturenames:
        fake: FakeMollie = request.getfixturevalue("mollie")
        fake.fail = None
