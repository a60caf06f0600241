"""Billing's copy of what identity announces: environments, users' roles, connection keys."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
create table environments (
    id uuid primary key,
    parent_id uuid,
    version bigint not null
);
create table users (
    id uuid primary key,
    environment_id uuid not null,
    role text not null,
    status text not null,
    version bigint not null
);
create table connection_keys (
    id uuid primary key,
    environment_id uuid not null,
    status text not null,
    version bigint not null
);
"""


def upgrade() -> None:
    op.execute(TABLES)
