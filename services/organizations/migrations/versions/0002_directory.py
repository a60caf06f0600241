"""Projections of identity's and billing's facts; `sequence` is the version of the aggregate that was applied last."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = """
create table environments (
    id uuid primary key,
    parent_id uuid,
    mode text not null,
    kind text not null,
    sequence bigint not null
);

-- Names only, and only to find colleagues who may become members; empty once the user is removed.
create table users (
    id uuid primary key,
    environment_id uuid not null,
    role text not null,
    status text not null,
    first_name text not null,
    last_name text not null,
    sequence bigint not null
);
create index users_environment on users (environment_id);

create table connection_keys (
    id uuid primary key,
    organization_id uuid not null,
    status text not null,
    sequence bigint not null
);

create table accounts (
    environment_id uuid primary key,
    plan text not null,
    depleted boolean not null,
    sequence bigint not null
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
