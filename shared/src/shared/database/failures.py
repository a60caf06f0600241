"""Tells failures that pass (connection, deadlock, restart, time-out) from those that will come back every time.

What the database did to a transaction is counted by kind, so that a full disk is seen as one.
"""

import asyncpg

from shared.errors import Unavailable
from shared.observability.metrics import DATABASE_FAILURES

_TRANSIENT: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.QueryCanceledError,
    asyncpg.CannotConnectNowError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,  # what a connection says that the server ended while nobody used it
    OSError,
    TimeoutError,
    Unavailable,
)


_UNSTORABLE: tuple[type[Exception], ...] = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
)
_CONNECTION_GONE = ("clos", "cancelling")


def is_transient(error: BaseException) -> bool:
    """Return True when the same work may well succeed in a moment."""
    if isinstance(error, asyncpg.InterfaceError):  # also raised for wrong arguments, which stay wrong
        return any(word in str(error) for word in _CONNECTION_GONE)
    return isinstance(error, _TRANSIENT)


def is_unstorable_text(error: BaseException) -> bool:
    """Return True when a text holds a character (NUL) that PostgreSQL cannot store: the input is at fault."""
    return isinstance(error, _UNSTORABLE)


_KINDS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("disk_full", (asyncpg.DiskFullError,)),
    ("connections_exhausted", (asyncpg.TooManyConnectionsError,)),
    ("read_only", (asyncpg.ReadOnlySQLTransactionError,)),
    ("conflict", (asyncpg.TransactionRollbackError,)),
    ("timeout", (asyncpg.QueryCanceledError, TimeoutError)),
    ("connection", (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, OSError)),
)


def count_failure(error: BaseException) -> None:
    """Count what the database did to a transaction; errors of our own are not counted."""
    if isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError) and is_transient(error):
        DATABASE_FAILURES.labels(kind="connection").inc()
        return
    kind = next((name for name, errors in _KINDS if isinstance(error, errors)), None)
    if kind is not None:
        DATABASE_FAILURES.labels(kind=kind).inc()


def violated_constraint(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """Return the name of the constraint, by which adapters translate the error into a domain error."""
    return str(getattr(error, "constraint_name", "") or "")


DATABASE_DOWN: tuple[type[Exception], ...] = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What a loop that talks to the database survives by waiting."""
