"""Environments, users with their addresses, and registrations that wait for a click."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = """
create table environments (
    id uuid primary key,
    name text not null,
    domain text not null,
    shared boolean not null,
    mode text not null check (mode in ('live', 'test')),
    kind text not null check (kind in ('customer', 'operator')),
    parent_id uuid references environments (id),
    created_at timestamptz not null,
    version integer not null,
    check ((mode = 'test') = (parent_id is not null))
);
create unique index environments_open_domain on environments (domain)
    where not shared and kind = 'customer' and mode = 'live';
create unique index environments_operators on environments (kind) where kind = 'operator';
create unique index environments_parent on environments (parent_id) where parent_id is not null;
create index environments_domain on environments (domain);

create table users (
    id uuid primary key,
    environment_id uuid not null references environments (id),
    first_name text not null,
    last_name text not null,
    role text not null check (role in ('basic', 'advanced', 'administrator', 'operator')),
    relationship_manager boolean not null,
    status text not null check (status in ('invited', 'active', 'blocked', 'removed')),
    locale text not null,
    password_hash text,
    totp_secret bytea,
    totp_last_step bigint,
    terms_version text,
    terms_accepted_at timestamptz,
    created_at timestamptz not null,
    version integer not null
);
create index users_environment on users (environment_id, id);

create table user_addresses (
    address text not null,
    user_id uuid not null references users (id) on delete cascade,
    is_primary boolean not null,
    verified_at timestamptz,
    constraint user_addresses_address primary key (address)
);
create unique index user_addresses_primary on user_addresses (user_id) where is_primary;
create index user_addresses_user on user_addresses (user_id);

create table registrations (
    id uuid primary key,
    address text not null,
    token_hash bytea not null unique,
    locale text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create unique index registrations_open_address on registrations (address) where used_at is null;
create index registrations_expires_at on registrations (expires_at);

create table throttles (
    subject bytea primary key,
    attempts integer not null,
    ends_at timestamptz not null
);
create index throttles_ends_at on throttles (ends_at);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
