"""Orders of credit and payments. Of an account number only a fingerprint and the last four characters are kept."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
create table top_ups (
    id uuid primary key,
    environment_id uuid not null,
    requested_by uuid not null,
    credit_micros bigint not null check (credit_micros > 0),
    vat_micros bigint not null check (vat_micros >= 0),
    currency text not null,
    method text not null,
    requested_at timestamptz not null
);

create table payments (
    id uuid primary key,
    environment_id uuid not null,
    purpose text not null check (purpose in ('activation', 'top_up')),
    reference_id uuid not null,
    amount_micros bigint not null check (amount_micros > 0 and amount_micros % 10000 = 0),
    currency text not null,
    method text,
    description text not null,
    status text not null
        check (status in ('requested', 'open', 'paid', 'canceled', 'expired', 'failed', 'mismatched')),
    provider_id text constraint payment_provider_id_once unique,
    checkout_url text,
    expires_at timestamptz,
    opened_at timestamptz,
    paid_at timestamptz,
    paid_method text,
    account_holder text,
    account_fingerprint bytea,
    account_last4 text,
    refunded_micros bigint not null default 0,
    charged_back_micros bigint not null default 0,
    version bigint not null default 0,
    created_at timestamptz not null default now(),
    read_at timestamptz,
    read_wanted_at timestamptz,
    constraint payment_once unique (purpose, reference_id)
);
create index payments_open on payments (coalesce(read_at, opened_at)) where status = 'open';
"""


def upgrade() -> None:
    op.execute(TABLES)
