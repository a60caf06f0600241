"""Alembic's entry: the kit opened the connection."""

from alembic import context
from shared.database.migrations import run_environment

run_environment(context)
