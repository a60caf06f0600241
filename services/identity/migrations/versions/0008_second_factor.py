"""A second factor that people set up themselves: a secret that waits for its first code, and recovery codes."""

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = """
alter table users add column totp_pending bytea;
create table recovery_codes (
    user_id uuid not null references users (id) on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
