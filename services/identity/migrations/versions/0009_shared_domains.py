"""Domains that operators let the users of an environment have addresses of, with who agreed to it."""

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = """
create table shared_domains (
    environment_id uuid not null references environments (id),
    domain text not null,
    shared_at timestamptz not null,
    shared_by uuid not null,
    reason text not null,
    consent text,
    primary key (environment_id, domain)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
