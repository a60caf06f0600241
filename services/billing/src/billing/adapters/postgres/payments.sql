-- name: insert_payment(id, environment_id, purpose, reference_id, amount_micros, currency, method, description, status)$
insert into payments (
    id, environment_id, purpose, reference_id, amount_micros, currency, method, description, status
)
values (
    :id, :environment_id, :purpose, :reference_id, :amount_micros, :currency, :method, :description, :status
)
on conflict on constraint payment_once do nothing
returning id;

-- name: find_payment(id)^
select * from payments where id = :id;

-- name: lock_payment(id)^
select * from payments where id = :id for update;

-- name: update_payment(id, status, provider_id, checkout_url, expires_at, opened_at, paid_at, paid_method, account_holder, account_fingerprint, account_last4, refunded_micros, charged_back_micros, version, read)!
update payments
set status = :status,
    provider_id = :provider_id,
    checkout_url = :checkout_url,
    expires_at = :expires_at,
    opened_at = :opened_at,
    paid_at = :paid_at,
    paid_method = :paid_method,
    account_holder = :account_holder,
    account_fingerprint = :account_fingerprint,
    account_last4 = :account_last4,
    refunded_micros = :refunded_micros,
    charged_back_micros = :charged_back_micros,
    version = :version,
    read_at = case when :read::boolean then now() else read_at end
where id = :id;

-- name: want_read(provider_id)^
-- A wish older than ten minutes is forgotten: its job is gone, or it would have been cleared.
with found as (
    select id, coalesce(read_wanted_at > now() - interval '10 minutes', false) as waiting
    from payments
    where provider_id = :provider_id
), wanted as (
    update payments set read_wanted_at = now() where id = (select id from found where not waiting)
)
select id, not waiting as wanted from found;

-- name: want_refresh(id, not_within)$
update payments
set read_wanted_at = now()
where id = :id
  and status = 'open'
  and coalesce(read_wanted_at <= now() - interval '10 minutes', true)
  and coalesce(read_at, opened_at) <= now() - :not_within::interval
returning true;

-- name: begin_read(id)!
update payments set read_wanted_at = null where id = :id;

-- name: claim_stale(not_within, room)
update payments
set read_wanted_at = now()
where id in (
    select id
    from payments
    where status = 'open'
      and coalesce(read_at, opened_at) < now() - :not_within::interval
      and coalesce(read_wanted_at <= now() - interval '10 minutes', true)
    order by coalesce(read_at, opened_at)
    limit :room
    for update skip locked
)
returning id;

-- name: forget_holder(purpose, reference_id)!
update payments
set account_holder = null
where purpose = :purpose and reference_id = :reference_id and account_holder is not null;
