"""What documents keeps of identity's, organizations' and billing's facts: no names, no addresses."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("""
create table organizations (
    id uuid primary key,
    environment_id uuid not null,
    mode text not null,
    status text not null,
    document_types text[] not null,
    sequence bigint not null
);

create table parties (
    organization_id uuid not null references organizations (id) on delete cascade,
    party text not null,
    receiving boolean not null,
    primary key (organization_id, party)
);
create index parties_party on parties (party);

create table memberships (
    id uuid primary key,
    organization_id uuid not null,
    user_id uuid not null,
    level text not null,
    status text not null,
    sequence bigint not null
);
create index memberships_user on memberships (user_id, organization_id);

create table users (
    id uuid primary key,
    environment_id uuid not null,
    role text not null,
    status text not null,
    sequence bigint not null
);

create table connection_keys (
    id uuid primary key,
    environment_id uuid not null,
    organization_id uuid not null,
    created_by uuid not null,
    mode text not null,
    status text not null,
    sequence bigint not null
);

create table accounts (
    environment_id uuid primary key,
    plan text not null,
    depleted boolean not null,
    sequence bigint not null
);
""")
