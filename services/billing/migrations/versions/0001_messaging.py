"""Outbox, inbox, dead letters, idempotency keys, jobs, consumer progress."""

from alembic import op
from shared.database.migrations import create_messaging_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_messaging_tables(op)
