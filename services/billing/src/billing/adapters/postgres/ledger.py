"""The ledger in PostgreSQL: appended to in one statement per batch, read whole for an audit."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.application.ports import RecordedTransaction
from billing.domain.ledger import LedgerTransaction

_queries = beside(__file__)


class PostgresLedger:
    """Rows are only ever inserted; the database refuses anything else, and whatever does not add up to zero."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def append(self, transactions: Sequence[LedgerTransaction]) -> None:
        lines = [
            (transaction.id, line, entry.account.value, entry.amount_micros)
            for transaction in transactions
            for line, entry in enumerate(transaction.posting.entries, start=1)
        ]
        entry_ids, entry_lines, entry_accounts, entry_amounts = (list(column) for column in zip(*lines, strict=True))
        await _queries.append(
            self._connection,
            ids=[transaction.id for transaction in transactions],
            environment_ids=[transaction.environment_id for transaction in transactions],
            numbers=[transaction.number for transaction in transactions],
            kinds=[transaction.posting.kind.value for transaction in transactions],
            amounts=[transaction.posting.credit_micros for transaction in transactions],
            balances=[transaction.balance_after_micros for transaction in transactions],
            services=[transaction.posting.service for transaction in transactions],
            document_ids=[transaction.posting.document_id for transaction in transactions],
            organization_ids=[transaction.posting.organization_id for transaction in transactions],
            reference_ids=[transaction.posting.reference_id for transaction in transactions],
            reasons=[transaction.posting.reason for transaction in transactions],
            times=[transaction.posting.occurred_at for transaction in transactions],
            hashes=[transaction.hash for transaction in transactions],
            entry_ids=entry_ids,
            entry_lines=entry_lines,
            entry_accounts=entry_accounts,
            entry_amounts=entry_amounts,
        )

    async def charged(self, keys: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        rows = _queries.select_charged(
            self._connection,
            document_ids=[document_id for document_id, _ in keys],
            services=[service for _, service in keys],
        )
        return {(row["document_id"], row["service"]) async for row in rows}


class PostgresLedgerAudit:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def walk(self) -> AsyncIterator[RecordedTransaction]:
        async for row in self._connection.cursor(_queries.walk_ledger.sql, prefetch=1000):
            yield _recorded(row)

    async def balances(self) -> Mapping[UUID, tuple[int, int]]:
        rows = _queries.select_balances(self._connection)
        return {row["environment_id"]: (row["balance_micros"], row["ledger_number"]) async for row in rows}


@asynccontextmanager
async def open_audit(pool: Any) -> AsyncIterator[PostgresLedgerAudit]:
    """Open the ledger as it is at this moment, whatever is booked meanwhile."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield PostgresLedgerAudit(connection)


def _recorded(row: Any) -> RecordedTransaction:
    return RecordedTransaction(
        id=row["id"],
        environment_id=row["environment_id"],
        number=row["number"],
        kind=row["kind"],
        entries=list(zip(row["accounts"], row["amounts"], strict=True)),
        balance_after_micros=row["balance_after_micros"],
        service=row["service"],
        document_id=row["document_id"],
        organization_id=row["organization_id"],
        reference_id=row["reference_id"],
        reason=row["reason"],
        occurred_at=row["occurred_at"],
        hash=row["hash"],
    )
