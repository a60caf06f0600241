"""Tells failures that pass (connection, deadlock, restart, time-out) from those that will come back every time."""

import asyncpg

from shared.errors import Unavailable

_TRANSIENT: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.QueryCanceledError,
    asyncpg.CannotConnectNowError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
    Unavailable,
)


def is_transient(error: BaseException) -> bool:
    """Return True when the same work may well succeed in a moment."""
    return isinstance(error, _TRANSIENT)


def violated_constraint(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """Return the name of the constraint, by which adapters translate the error into a domain error."""
    return str(getattr(error, "constraint_name", "") or "")


DATABASE_DOWN: tuple[type[Exception], ...] = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a loop that talks to the database survives by waiting."""
