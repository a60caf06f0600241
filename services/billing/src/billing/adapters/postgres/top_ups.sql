-- name: insert_top_up(id, environment_id, requested_by, credit_micros, vat_micros, currency, method, requested_at)$
insert into top_ups (id, environment_id, requested_by, credit_micros, vat_micros, currency, method, requested_at)
values (
    :id, :environment_id, :requested_by, :credit_micros, :vat_micros, :currency, :method, :requested_at
)
on conflict (id) do nothing
returning true;

-- name: get_top_up(id)^
select id, environment_id, requested_by, credit_micros, vat_micros, currency, method, requested_at
from top_ups
where id = :id;
