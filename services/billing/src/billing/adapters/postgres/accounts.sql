-- name: open_account(environment_id)!
insert into accounts (environment_id) values (:environment_id) on conflict do nothing;

-- name: lock_accounts(environment_ids)
-- In one order for everybody, so that two batches that share accounts wait for each other instead of deadlocking.
select environment_id, plan, currency, balance_micros, low, version, ledger_number, ledger_hash
from accounts
where environment_id = any(:environment_ids::uuid[])
order by environment_id
for update;

-- name: open_accounts(environment_ids)!
insert into accounts (environment_id)
select id from unnest(:environment_ids::uuid[]) as id order by id
on conflict do nothing;

-- name: update_accounts(environment_ids, plans, balances, lows, versions, numbers, hashes)!
update accounts
set plan = changed.plan,
    balance_micros = changed.balance_micros,
    low = changed.low,
    version = changed.version,
    ledger_number = changed.ledger_number,
    ledger_hash = changed.ledger_hash,
    updated_at = now()
from unnest(
    :environment_ids::uuid[], :plans::text[], :balances::bigint[], :lows::boolean[], :versions::bigint[],
    :numbers::bigint[], :hashes::bytea[]
) as changed (environment_id, plan, balance_micros, low, version, ledger_number, ledger_hash)
where accounts.environment_id = changed.environment_id;
