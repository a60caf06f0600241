"""Every try of a request with an Idempotency-Key makes the same thing."""

from alembic import op
from shared.database.migrations import keep_one_id_per_key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keep_one_id_per_key(op)
