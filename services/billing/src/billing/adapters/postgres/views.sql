-- name: find_account(environment_id)^
select environment_id, plan, balance_micros, currency from accounts where environment_id = :environment_id;

-- name: list_transactions(environment_id, after, room)
-- The cursor is the last line's id; one that is not of this environment has no number, and nothing comes after it.
select id, number, kind, amount_micros, balance_after_micros, service, document_id, organization_id, reference_id,
       reason, occurred_at, booked_at
from ledger_transactions
where environment_id = :environment_id
  and kind <> 'verification'
  and (:after::uuid is null or number < (
      select number from ledger_transactions where id = :after and environment_id = :environment_id))
order by number desc
limit :room;

-- name: find_top_up(environment_id, id)^
select top_up.id, payment.status, top_up.credit_micros, top_up.vat_micros, top_up.currency, top_up.method,
       case payment.status when 'open' then payment.checkout_url end as checkout_url,
       payment.expires_at, top_up.requested_at, payment.paid_at
from top_ups as top_up
join payments as payment on payment.purpose = 'top_up' and payment.reference_id = top_up.id
where top_up.environment_id = :environment_id and top_up.id = :id;
