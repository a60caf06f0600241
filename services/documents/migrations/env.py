from alembic import context
from shared.database.migrations import run_environment

run_environment(context)
