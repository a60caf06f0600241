"""One transaction per use case: what a handler writes, publishes and enqueues commits together or not at all.

`UnitOfWork` takes a connection, begins a transaction and gives the handler the service's own view of it (repositories,
`publish`, `enqueue`). Just before COMMIT what was published and enqueued is written, in one statement each. An
exception rolls all of it back. Nothing here retries: the caller of the use case does (HTTP client, consumer, job). What
wants to know that it is committed (a counter) is told after COMMIT.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar

from opentelemetry import trace

from shared.database.failures import count_failure
from shared.observability.tracing import open_span


class FlushedTransaction(Protocol):
    """What lies between the connection and the service's view of it (`shared.messaging.transaction`)."""

    async def flush(self) -> None: ...
    def committed(self) -> None: ...


X = TypeVar("X", bound=FlushedTransaction)
T = TypeVar("T")
_tracer = trace.get_tracer("shared.database")


class UnitOfWork(Generic[X, T]):
    """Call it to open a transaction: `async with uow() as tx: …`."""

    def __init__(self, pool: Any, *, begin: Callable[[Any], X], bind: Callable[[X], T]) -> None:
        self._pool = pool
        self._begin = begin
        self._bind = bind

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[T]:
        async with self.transaction() as (_, bound):
            yield bound

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[X, T]]:
        """Open the transaction and yield it both raw, for the messaging kit, and as the service sees it."""
        with open_span(_tracer, "transaction") as span:
            span.set_attribute("db.system.name", "postgresql")
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    transaction = self._begin(connection)
                    yield transaction, self._bind(transaction)
                    await transaction.flush()
            except Exception as error:
                count_failure(error)
                raise
            transaction.committed()
