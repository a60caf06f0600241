"""Runs a service's Alembic migrations, one runner at a time: a second waits for the lock and finds nothing to do.

Revisions are SQL first. The tables of the messaging kit are the same in every service: a service's first revision
calls `create_messaging_tables`, later ones `keep_progress_by_member` and `keep_one_id_per_key`.
"""

from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config

_LOCK = 0x6B6F6572  # "koer": any constant does, as each service has a database of its own
_MESSAGING = Path(__file__).parent.parent / "messaging"
MESSAGING_TABLES = _MESSAGING / "tables.sql"
PROGRESS_BY_MEMBER = _MESSAGING / "progress_by_member.sql"
ONE_ID_PER_KEY = _MESSAGING / "one_id_per_key.sql"


def migrate(dsn: str, migrations: Path) -> None:
    """Bring the database at `dsn` (owner role) to the newest revision found in `migrations`."""
    with psycopg.connect(dsn, autocommit=True) as lock:
        lock.execute("select pg_advisory_lock(%s)", (_LOCK,))
        engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn))
        try:
            with engine.begin() as connection:
                config = Config()
                config.set_main_option("script_location", str(migrations))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            engine.dispose()


def run_environment(context: Any) -> None:
    """Be the body of a service's `migrations/env.py`: run in the connection that `migrate` opened."""
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def create_messaging_tables(op: Any) -> None:
    """Create outbox, inbox, dead letters, idempotency keys, jobs and consumer progress."""
    run_sql(op, MESSAGING_TABLES.read_text())


def keep_progress_by_member(op: Any) -> None:
    """Keep the progress of each worker of a consumer group beside the others', since two workers share a group."""
    run_sql(op, PROGRESS_BY_MEMBER.read_text())


def keep_one_id_per_key(op: Any) -> None:
    """Keep with an Idempotency-Key the id of what its request makes, so that every try of it makes the same."""
    run_sql(op, ONE_ID_PER_KEY.read_text())


def run_sql(op: Any, statements: str) -> None:
    """Run statements as they are written: a `%` in them is no placeholder."""
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))
