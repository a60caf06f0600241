"""By which release of the rules a document was judged, and what the next one says when that is the opposite."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("""
alter table verdicts add column release text not null default '';
alter table verdicts add column next_release jsonb;
""")
