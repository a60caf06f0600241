-- name: append(ids, environment_ids, numbers, kinds, amounts, balances, services, document_ids, organization_ids, reference_ids, reasons, times, hashes, entry_ids, entry_lines, entry_accounts, entry_amounts)!
-- One statement, because the triggers check transactions and entries together when it ends.
with appended as (
    insert into ledger_transactions (
        id, environment_id, number, kind, amount_micros, balance_after_micros, service, document_id, organization_id,
        reference_id, reason, occurred_at, hash
    )
    select *
    from unnest(
        :ids::uuid[], :environment_ids::uuid[], :numbers::bigint[], :kinds::text[], :amounts::bigint[],
        :balances::bigint[], :services::text[], :document_ids::uuid[], :organization_ids::uuid[],
        :reference_ids::uuid[], :reasons::text[], :times::timestamptz[], :hashes::bytea[]
    )
)
insert into ledger_entries (transaction_id, line, account, amount_micros)
select * from unnest(:entry_ids::uuid[], :entry_lines::smallint[], :entry_accounts::text[], :entry_amounts::bigint[]);

-- name: select_charged(document_ids, services)
select document_id, service
from ledger_transactions
where kind = 'charge'
  and (document_id, service) in (select * from unnest(:document_ids::uuid[], :services::text[]));

-- name: walk_ledger()$
-- Run through a server-side cursor by `audit`: the whole ledger does not fit in memory.
select transaction.id, transaction.environment_id, transaction.number, transaction.kind,
       transaction.balance_after_micros, transaction.service, transaction.document_id, transaction.organization_id,
       transaction.reference_id, transaction.reason, transaction.occurred_at, transaction.hash,
       array_agg(entry.account order by entry.line) as accounts,
       array_agg(entry.amount_micros order by entry.line) as amounts
from ledger_transactions as transaction
join ledger_entries as entry on entry.transaction_id = transaction.id
group by transaction.id
order by transaction.environment_id, transaction.number;

-- name: select_balances()
select environment_id, balance_micros, ledger_number from accounts;
