"""Figures of billing that lie in its database: balances in buckets, what customers have in credit, open payments."""

from typing import Any

from prometheus_client import Gauge
from shared.database.queries import beside

_queries = beside(__file__)
BUCKETS = ("depleted", "under_5", "from_5_to_25", "from_25_to_100", "from_100")
"""Euros; a bucket holds its lower end, not its upper one."""

ACCOUNTS = Gauge("platform_credit_accounts", "Accounts by balance in euros (sampled)", ["bucket"])
CREDIT = Gauge("platform_credit_euros", "The sum of all balances (sampled)")
OPEN_PAYMENTS = Gauge("platform_payments_open", "Payments that nobody has paid yet (sampled)")
OLDEST_PAYMENT = Gauge("platform_payments_open_oldest_seconds", "Age of the oldest open payment (sampled)")


async def sample_billing(pool: Any) -> None:
    """Read the figures and show them."""
    accounts = await _queries.sample_accounts(pool)
    for bucket in BUCKETS:
        ACCOUNTS.labels(bucket=bucket).set(accounts[bucket])
    CREDIT.set(accounts["euros"])
    payments = await _queries.sample_payments(pool)
    OPEN_PAYMENTS.set(payments["waiting"])
    OLDEST_PAYMENT.set(payments["oldest_seconds"])
