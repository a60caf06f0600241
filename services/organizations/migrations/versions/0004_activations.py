"""Activations, their reviews, the audit of operators, and small facts kept for their own sake."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = """
create table activations (
    id uuid primary key,
    organization_id uuid not null references organizations,
    status text not null check (status in
        ('requested', 'open', 'in_review', 'completed', 'failed', 'rejected', 'superseded')),
    amount_micros bigint not null,
    currency text not null,
    requested_by uuid not null,
    requested_at timestamptz not null,
    payment_id uuid,
    checkout_url text,
    outcome text,
    reason text,
    closed_at timestamptz
);
create index activations_organization on activations (organization_id);
create unique index one_open_activation_per_organization on activations (organization_id)
    where status in ('requested', 'open', 'in_review');

-- The account holder is personal data: it is here while an operator needs it and gone with the decision.
create table reviews (
    activation_id uuid primary key references activations,
    organization_id uuid not null references organizations,
    outcome text not null,
    account_holder text,
    opened_at timestamptz not null default now(),
    decided_at timestamptz,
    decided_by uuid,
    decision text,
    reason text,
    constraint account_holder_is_erased_with_the_decision check (decided_at is null or account_holder is null)
);
create index reviews_open on reviews (activation_id) where decided_at is null;

create table audit_entries (
    id uuid primary key,
    actor_id uuid not null,
    action text not null,
    organization_id uuid not null,
    activation_id uuid not null,
    reason text not null,
    created_at timestamptz not null default now()
);
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed';
end
$$;
create trigger audit_entries_are_final before update or delete or truncate on audit_entries
    for each statement execute function refuse_change();

create table prompt_dismissals (
    user_id uuid not null,
    organization_id uuid not null references organizations,
    dismissed_at timestamptz not null default now(),
    primary key (user_id, organization_id)
);

-- A miss is announced once a day per environment, however often it is typed; only a hash of the query is kept.
create table missed_lookups (
    environment_id uuid not null,
    query_hash bytea not null,
    announced_at timestamptz not null,
    primary key (environment_id, query_hash)
);
create index missed_lookups_announced_at on missed_lookups (announced_at);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
