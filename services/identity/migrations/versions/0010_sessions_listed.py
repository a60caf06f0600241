"""Where a session was started and last used, so that its owner recognizes it."""

from alembic import op

revision = "0010"
down_revision = "0009"

SQL = """
alter table sessions
    add column client text not null default '',
    add column device text not null default '',
    add column used_at timestamptz;
update sessions set used_at = created_at;
alter table sessions alter column used_at set not null;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
