"""Accounts in PostgreSQL. `lock` holds the rows until the transaction ends; whoever writes a ledger locks first."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.domain.account import Account
from billing.domain.plan import Plan

_queries = beside(__file__)


class PostgresAccounts:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def open(self, environment_id: UUID) -> None:
        await _queries.open_account(self._connection, environment_id=environment_id)

    async def lock(self, environment_ids: Collection[UUID]) -> dict[UUID, Account]:
        """Return the accounts, those that were missing included; most often none is, which saves a statement."""
        wanted = set(environment_ids)
        found = await self._lock(wanted)
        missing = wanted - found.keys()
        if missing:
            await _queries.open_accounts(self._connection, environment_ids=list(missing))
            found |= await self._lock(missing)
        return found

    async def _lock(self, environment_ids: set[UUID]) -> dict[UUID, Account]:
        rows = _queries.lock_accounts(self._connection, environment_ids=list(environment_ids))
        return {row["environment_id"]: _account(row) async for row in rows}

    async def update(self, accounts: Collection[Account]) -> None:
        await _queries.update_accounts(
            self._connection,
            environment_ids=[account.environment_id for account in accounts],
            plans=[account.plan.value for account in accounts],
            balances=[account.balance_micros for account in accounts],
            lows=[account.low for account in accounts],
            versions=[account.version for account in accounts],
            numbers=[account.ledger_number for account in accounts],
            hashes=[account.ledger_hash for account in accounts],
        )


def _account(row: Any) -> Account:
    return Account(
        environment_id=row["environment_id"],
        plan=Plan(row["plan"]),
        currency=row["currency"],
        balance_micros=row["balance_micros"],
        low=row["low"],
        version=row["version"],
        ledger_number=row["ledger_number"],
        ledger_hash=row["ledger_hash"],
    )
