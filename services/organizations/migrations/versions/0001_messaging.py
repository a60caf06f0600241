"""Outbox, inbox, dead letters, idempotency keys and jobs."""

from alembic import op
from shared.database.migrations import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables(op)
