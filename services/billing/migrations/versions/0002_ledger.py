"""Accounts and the double-entry ledger.

What the database itself guarantees, whoever writes:
- a ledger transaction has at least two entries that add up to zero, checked at commit (`ledger_balanced`), and entries
  can only be inserted balanced, so that nobody can add to an old transaction (`ledger_entries_balanced`);
- what it did to the credit is what its `credit` entries say;
- ledger rows are never changed or deleted: refused by triggers for everybody, by missing rights for the application;
- one charge per (document, service), one numbering without gaps or repetitions per environment.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

ACCOUNTS = """
create table accounts (
    environment_id uuid primary key,
    plan text not null default 'invoice_portal'
        check (plan in ('invoice_portal', 'basic', 'professional', 'enterprise')),
    currency text not null default 'EUR',
    balance_micros bigint not null default 0,
    low boolean not null default true,
    version bigint not null default 0,
    ledger_number bigint not null default 0,
    ledger_hash bytea not null default decode(repeat('00', 32), 'hex'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
) with (fillfactor = 50)
"""

TRANSACTIONS = """
create table ledger_transactions (
    id uuid primary key,
    environment_id uuid not null,
    number bigint not null check (number > 0),
    kind text not null check (kind in ('charge', 'top_up', 'verification', 'correction')),
    amount_micros bigint not null,
    balance_after_micros bigint not null,
    service text,
    document_id uuid,
    organization_id uuid,
    reference_id uuid,
    reason text,
    occurred_at timestamptz not null,
    booked_at timestamptz not null default now(),
    hash bytea not null check (length(hash) = 32),
    constraint ledger_number_once unique (environment_id, number),
    constraint charge_names_document check (kind <> 'charge' or (document_id is not null and service is not null)),
    constraint others_name_reference check (kind = 'charge' or reference_id is not null),
    constraint correction_has_reason check (kind <> 'correction' or length(trim(reason)) > 0)
);
create unique index charge_once on ledger_transactions (document_id, service) where kind = 'charge';
create unique index settlement_once on ledger_transactions (kind, reference_id) where kind <> 'charge';
"""

ENTRIES = """
create table ledger_entries (
    transaction_id uuid not null references ledger_transactions (id),
    line smallint not null,
    account text not null check (account in
        ('credit', 'revenue', 'psp_clearing', 'vat_payable', 'verification_receipts', 'corrections')),
    amount_micros bigint not null,
    primary key (transaction_id, line)
)
"""

BALANCED = """
create function check_ledger_transaction() returns trigger language plpgsql as $$
declare
    entries bigint;
    total numeric;
    credit numeric;
begin
    select count(*), sum(amount_micros), coalesce(sum(amount_micros) filter (where account = 'credit'), 0)
    into entries, total, credit
    from ledger_entries
    where transaction_id = new.id;
    if entries < 2 or total <> 0 or credit <> new.amount_micros then
        raise integrity_constraint_violation using
            message = format('ledger transaction %s: %s entries, sum %s, credit %s, amount %s',
                             new.id, entries, total, credit, new.amount_micros),
            constraint = 'ledger_balanced';
    end if;
    return null;
end
$$;
create constraint trigger ledger_balanced after insert on ledger_transactions
    deferrable initially deferred for each row execute function check_ledger_transaction();

create function check_ledger_entries() returns trigger language plpgsql as $$
begin
    if exists (select from inserted group by transaction_id having sum(amount_micros) <> 0) then
        raise integrity_constraint_violation using
            message = 'ledger entries of one transaction must be inserted together and add up to zero',
            constraint = 'ledger_entries_balanced';
    end if;
    return null;
end
$$;
create trigger ledger_entries_balanced after insert on ledger_entries
    referencing new table as inserted for each statement execute function check_ledger_entries();
"""

APPEND_ONLY = """
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using
        message = format('%s is append-only: %s refused', tg_table_name, lower(tg_op));
end
$$;
create trigger append_only before update or delete or truncate on ledger_transactions
    for each statement execute function refuse_ledger_change();
create trigger append_only before update or delete or truncate on ledger_entries
    for each statement execute function refuse_ledger_change();

-- Whoever was given rights on new tables keeps reading and appending; the names of the roles differ per installation.
do $$
declare
    granted record;
begin
    for granted in
        select distinct table_name, grantee
        from information_schema.role_table_grants
        where table_schema = current_schema()
          and table_name in ('ledger_transactions', 'ledger_entries')
          and grantee <> current_user
    loop
        execute format('revoke update, delete, truncate on %I from %s', granted.table_name,
                       case granted.grantee when 'PUBLIC' then 'public' else quote_ident(granted.grantee) end);
    end loop;
end
$$;
"""

BALANCES = """
create view ledger_balances as
select case account when 'credit' then 'credit:' || environment_id else account end as account,
       sum(entry.amount_micros) as balance_micros
from ledger_entries as entry
join ledger_transactions as transaction on transaction.id = entry.transaction_id
group by 1
"""


def upgrade() -> None:
    for statement in (ACCOUNTS, TRANSACTIONS, ENTRIES, BALANCED, APPEND_ONLY, BALANCES):
        op.execute(statement)
