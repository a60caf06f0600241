-- name: sample_accounts()^
select
    count(*) filter (where balance_micros <= 0) as depleted,
    count(*) filter (where balance_micros > 0 and balance_micros < 5000000) as under_5,
    count(*) filter (where balance_micros >= 5000000 and balance_micros < 25000000) as from_5_to_25,
    count(*) filter (where balance_micros >= 25000000 and balance_micros < 100000000) as from_25_to_100,
    count(*) filter (where balance_micros >= 100000000) as from_100,
    coalesce(sum(balance_micros), 0)::float8 / 1000000 as euros
from accounts;

-- name: sample_payments()^
select count(*) as waiting, coalesce(extract(epoch from now() - min(opened_at)), 0)::float8 as oldest_seconds
from payments
where status = 'open';
