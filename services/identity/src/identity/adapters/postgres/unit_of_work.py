"""Binds an open transaction to identity's own view of it."""

from typing import Any

from shared.database.unit_of_work import UnitOfWork
from shared.messaging.transaction import Transaction

from identity.adapters.postgres.audit import PostgresAuditLog
from identity.adapters.postgres.connection_keys import PostgresConnectionKeys
from identity.adapters.postgres.environments import PostgresEnvironments
from identity.adapters.postgres.links import PostgresLinks
from identity.adapters.postgres.projections import PostgresKnownOrganizations
from identity.adapters.postgres.sessions import PostgresSessions
from identity.adapters.postgres.signing_keys import PostgresSigningKeys
from identity.adapters.postgres.users import PostgresUsers
from identity.application.ports import Tx


def _begin(connection: Any) -> Transaction:
    return Transaction(connection=connection, source="identity")


def _bind(transaction: Transaction) -> Tx:
    connection = transaction.connection
    return Tx(
        environments=PostgresEnvironments(connection),
        users=PostgresUsers(connection),
        links=PostgresLinks(connection),
        sessions=PostgresSessions(connection),
        connection_keys=PostgresConnectionKeys(connection),
        signing_keys=PostgresSigningKeys(connection),
        organizations=PostgresKnownOrganizations(connection),
        audit=PostgresAuditLog(connection),
        publish=transaction.publish,
        enqueue=transaction.enqueue,
    )


def identity_unit_of_work(pool: Any) -> UnitOfWork[Transaction, Tx]:
    """Return what opens identity's transactions."""
    return UnitOfWork(pool, begin=_begin, bind=_bind)
