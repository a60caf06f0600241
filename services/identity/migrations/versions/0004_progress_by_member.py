"""How far each worker of a consumer group is, beside the others of the group."""

from alembic import op
from shared.database.migrations import keep_progress_by_member

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_progress_by_member(op)
