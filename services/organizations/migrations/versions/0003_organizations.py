"""Organizations, their identifiers and members."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = """
create table organizations (
    id uuid primary key,
    environment_id uuid not null,
    mode text not null,
    country text not null,
    name text not null,
    trade_names text[] not null,
    legal_form text,
    street text,
    postal_code text,
    city text,
    address_country text not null,
    source text not null check (source in ('register', 'manual')),
    status text not null check (status in
        ('created', 'activation_pending_payment', 'manual_review', 'active', 'rejected', 'removed')),
    document_types text[] not null,
    created_by uuid not null,
    created_at timestamptz not null,
    activated_at timestamptz,
    version bigint not null
);
create index organizations_environment on organizations (environment_id);

-- `live` and `held` repeat the organization's status, because only columns of one table can be unique together:
-- one active organization per number on the whole platform, one that is not given up per number in an environment.
create table identifiers (
    organization_id uuid not null references organizations,
    environment_id uuid not null,
    mode text not null,
    canonical text not null,
    position smallint not null,
    is_primary boolean not null,
    status text not null,
    sending boolean not null,
    receiving boolean not null,
    failure text,
    live boolean not null,
    held boolean not null,
    primary key (organization_id, canonical),
    check (live <= held)
);
create unique index one_live_organization_per_number on identifiers (mode, lower(canonical)) where live;
create unique index one_organization_per_number_and_environment on identifiers (environment_id, lower(canonical))
    where held;

create table memberships (
    id uuid primary key,
    organization_id uuid not null references organizations,
    environment_id uuid not null,
    user_id uuid not null,
    level text not null check (level in ('member', 'administrator')),
    status text not null check (status in ('active', 'removed')),
    version bigint not null,
    created_at timestamptz not null,
    constraint one_membership_per_user unique (organization_id, user_id)
);
create index memberships_user on memberships (user_id) where status = 'active';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
