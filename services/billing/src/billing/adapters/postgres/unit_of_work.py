"""Opens a transaction as billing sees it: the kit's transaction with billing's repositories around its connection."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from shared.clock import Clock
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.transaction import Transaction

from billing.adapters.postgres.accounts import PostgresAccounts
from billing.adapters.postgres.counting import counted
from billing.adapters.postgres.directory import PostgresDirectory
from billing.adapters.postgres.ledger import PostgresLedger
from billing.adapters.postgres.payments import PostgresPayments
from billing.adapters.postgres.prices import PostgresPrices
from billing.adapters.postgres.top_ups import PostgresTopUps
from billing.application.ports import Tx

BookCharges = Callable[[Tx], Awaitable[None]]


def billing_unit_of_work(pool: Any, *, clock: Clock, book_charges: BookCharges) -> UnitOfWork[Transaction, Tx]:
    """Return the unit of work; `book_charges` runs at the end of each transaction on what it collected."""

    def begin(connection: Any) -> Transaction:
        return Transaction(connection=connection, source="billing", clock=clock)

    return UnitOfWork(pool, begin=begin, bind=partial(_bind, book_charges=book_charges))


def _bind(transaction: Transaction, *, book_charges: BookCharges) -> Tx:
    connection = transaction.connection
    tx = Tx(
        accounts=PostgresAccounts(connection),
        ledger=PostgresLedger(connection),
        prices=PostgresPrices(connection),
        payments=PostgresPayments(connection),
        top_ups=PostgresTopUps(connection),
        directory=PostgresDirectory(connection),
        publish=counted(transaction),
        enqueue=transaction.enqueue,
        rendered=[],
    )
    transaction.before_commit.append(partial(book_charges, tx))
    return tx
