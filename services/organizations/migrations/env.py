"""Alembic's entry point: runs in the connection that the service's `migrate` command opened."""

from alembic import context
from shared.database.migrations import run_environment

run_environment(context)
