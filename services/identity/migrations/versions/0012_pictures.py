"""Pictures of users, as they were drawn anew from what was uploaded."""

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = """
create table user_pictures (
    user_id uuid primary key references users (id) on delete cascade,
    content bytea not null,
    sha256 bytea not null,
    changed_at timestamptz not null
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
