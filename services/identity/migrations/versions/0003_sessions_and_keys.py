"""Sessions of people, the keys that sign tokens, connection keys, and what identity knows of organizations."""

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = """
create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    environment_id uuid not null references environments (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index sessions_user on sessions (user_id) where ended_at is null;
create index sessions_expires_at on sessions (expires_at);

create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions (id) on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table signing_keys (
    kid text primary key,
    state text not null check (state in ('published', 'active', 'retired')),
    since timestamptz not null,
    public_key jsonb not null,
    sealed_private_key bytea not null
);
create unique index signing_keys_active on signing_keys (state) where state = 'active';

create table connection_keys (
    id uuid primary key,
    client_id text not null unique,
    environment_id uuid not null references environments (id),
    organization_id uuid not null,
    created_by uuid not null references users (id),
    label text not null,
    scopes text[] not null,
    mode text not null check (mode in ('live', 'test')),
    secret_hash bytea not null,
    last4 text not null,
    status text not null check (status in ('active', 'revoked', 'deleted')),
    created_at timestamptz not null,
    revoked_at timestamptz,
    replaced_by uuid references connection_keys (id) deferrable initially deferred,
    last_used_at timestamptz,
    version integer not null,
    check ((status = 'active') = (revoked_at is null))
);
create index connection_keys_environment on connection_keys (environment_id, id);
create index connection_keys_owner on connection_keys (organization_id, created_by) where status = 'active';

create table organizations (
    id uuid primary key,
    environment_id uuid not null,
    mode text not null,
    name text not null,
    status text not null,
    sequence bigint not null
);

create table memberships (
    id uuid primary key,
    organization_id uuid not null,
    environment_id uuid not null,
    user_id uuid not null,
    level text not null,
    status text not null,
    sequence bigint not null
);
create index memberships_user on memberships (user_id, organization_id);
create index memberships_organization on memberships (organization_id);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
