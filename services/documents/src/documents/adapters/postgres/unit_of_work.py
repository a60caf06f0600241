"""One transaction as the use cases see it."""

from typing import Any

from shared.clock import Clock
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.transaction import Transaction

from documents.adapters.postgres.contents import PostgresContentWriter
from documents.adapters.postgres.counting import counted
from documents.adapters.postgres.documents import (
    PostgresInbound,
    PostgresOutbound,
    PostgresParties,
    PostgresVerdicts,
)
from documents.adapters.postgres.hooks import PostgresHooks
from documents.adapters.postgres.projections import PostgresProjections
from documents.application.ports import Tx

SOURCE = "documents"
DocumentsUnitOfWork = UnitOfWork[Transaction, Tx]


def create_unit_of_work(pool: Any, *, clock: Clock) -> DocumentsUnitOfWork:
    return UnitOfWork(
        pool,
        begin=lambda connection: Transaction(connection=connection, source=SOURCE, clock=clock),
        bind=_bind,
    )


def _bind(transaction: Transaction) -> Tx:
    connection = transaction.connection
    return Tx(
        outbound=PostgresOutbound(connection),
        inbound=PostgresInbound(connection),
        contents=PostgresContentWriter(connection),
        verdicts=PostgresVerdicts(connection),
        parties=PostgresParties(connection),
        hooks=PostgresHooks(connection, transaction),
        projections=PostgresProjections(connection),
        publish=counted(transaction),
        enqueue=transaction.enqueue,
        now=transaction.clock.now,
    )
