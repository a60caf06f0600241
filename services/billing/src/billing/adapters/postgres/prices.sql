-- name: select_price_lists()
select list.id, list.valid_from, list.currency,
       array_agg(price.service order by price.service) as services,
       array_agg(price.amount_micros order by price.service) as amounts
from price_lists as list
join prices as price on price.price_list_id = list.id
group by list.id;

-- name: insert_price_list(id, valid_from, currency)!
insert into price_lists (id, valid_from, currency) values (:id, :valid_from, :currency);

-- name: insert_prices(price_list_id, services, amounts)!
insert into prices (price_list_id, service, amount_micros)
select :price_list_id, service, amount_micros
from unnest(:services::text[], :amounts::bigint[]) as price (service, amount_micros);

-- name: claim_unpublished()
with claimed as (
    update price_lists set published_at = now()
    where id in (select id from price_lists where published_at is null order by valid_from for update skip locked)
    returning id, valid_from, currency
)
select claimed.id, claimed.valid_from, claimed.currency,
       array_agg(price.service order by price.service) as services,
       array_agg(price.amount_micros order by price.service) as amounts
from claimed
join prices as price on price.price_list_id = claimed.id
group by claimed.id, claimed.valid_from, claimed.currency
order by claimed.valid_from;
