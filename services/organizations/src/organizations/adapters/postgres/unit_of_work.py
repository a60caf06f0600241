"""Binds a transaction to the repositories of this service."""

from typing import Any

from shared.clock import Clock
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.transaction import Transaction

from organizations.application.ports import Tx

from .activations import PostgresActivations
from .directory import PostgresDirectory
from .journal import PostgresJournal
from .memberships import PostgresMemberships
from .organizations import PostgresOrganizations


def unit_of_work(pool: Any, clock: Clock) -> UnitOfWork[Transaction, Tx]:
    """Return the unit of work over this pool."""

    def begin(connection: Any) -> Transaction:
        return Transaction(connection=connection, source="organizations", clock=clock)

    return UnitOfWork(pool, begin=begin, bind=_bind)


def _bind(transaction: Transaction) -> Tx:
    connection = transaction.connection
    return Tx(
        organizations=PostgresOrganizations(connection),
        memberships=PostgresMemberships(connection),
        activations=PostgresActivations(connection),
        directory=PostgresDirectory(connection),
        journal=PostgresJournal(connection),
        publish=transaction.publish,
        enqueue=transaction.enqueue,
    )
