-- name: find_activation(id)^
select * from activations where id = :id;

-- name: find_open_activation(organization_id)^
select * from activations
where organization_id = :organization_id and status in ('requested', 'open', 'in_review');

-- name: insert_activation(id, organization_id, status, amount_micros, currency, requested_by, requested_at)!
insert into activations (id, organization_id, status, amount_micros, currency, requested_by, requested_at)
values (:id, :organization_id, :status, :amount_micros, :currency, :requested_by, :requested_at);

-- name: update_activation(id, status, payment_id, checkout_url, outcome, reason, closed_at)!
update activations
set status = :status, payment_id = :payment_id, checkout_url = :checkout_url, outcome = :outcome, reason = :reason,
    closed_at = :closed_at
where id = :id;

-- name: insert_review(activation_id, organization_id, outcome, account_holder)!
insert into reviews (activation_id, organization_id, outcome, account_holder)
values (:activation_id, :organization_id, :outcome, :account_holder);

-- name: close_review(activation_id, decision, decided_by, reason)!
update reviews
set decision = :decision, decided_by = :decided_by, reason = :reason, decided_at = now(), account_holder = null
where activation_id = :activation_id;
