"""Hooks, the calls that they get, every attempt of a call; and questions to the rules that nobody keeps."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("""
create table hooks (
    id uuid primary key,
    public_id text not null,
    environment_id uuid not null,
    organization_id uuid,
    name text not null,
    url text not null,
    secret bytea,
    standard_secret bytea not null,
    topics text[] not null,
    is_active boolean not null,
    disabled_reason text,
    created_by uuid not null,
    created_at timestamptz not null,
    changed_at timestamptz not null
);
create unique index hooks_public_id on hooks (environment_id, organization_id, public_id) nulls not distinct;

create table hook_deliveries (
    id uuid primary key,
    hook_id uuid not null references hooks (id) on delete cascade,
    topic text not null,
    party text not null,
    document_id uuid not null,
    about uuid not null,
    message text not null,
    details jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed', 'cancelled')),
    created_at timestamptz not null default now()
);
create index hook_deliveries_hook on hook_deliveries (hook_id, id);

create table hook_attempts (
    delivery_id uuid not null references hook_deliveries (id) on delete cascade,
    attempt integer not null,
    at timestamptz not null default now(),
    status integer,
    error text,
    milliseconds integer not null,
    response text,
    primary key (delivery_id, attempt)
);

create unlogged table checks (
    id uuid primary key,
    content bytea,
    answer jsonb,
    created_at timestamptz not null default now()
);
""")
