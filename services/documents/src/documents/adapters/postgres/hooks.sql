-- name: save_hook(id, public_id, environment_id, organization_id, name, url, secret, standard_secret, fallback_standard_secret, topics, is_active, created_by, moment)^
-- A secret that is not given stays. `is_new` is true for the row that this statement inserted.
insert into hooks (
    id, public_id, environment_id, organization_id, name, url, secret, standard_secret, topics, is_active, created_by,
    created_at, changed_at)
values (
    :id, :public_id, :environment_id, :organization_id, :name, :url, :secret,
    coalesce(:standard_secret::bytea, :fallback_standard_secret::bytea), :topics, :is_active, :created_by, :moment, :moment)
on conflict (environment_id, organization_id, public_id) do update
set name = excluded.name, url = excluded.url, secret = coalesce(excluded.secret, hooks.secret),
    standard_secret = coalesce(:standard_secret::bytea, hooks.standard_secret), topics = excluded.topics,
    is_active = excluded.is_active, disabled_reason = null, changed_at = excluded.changed_at
returning *, (xmax = 0) as is_new;

-- name: remove_hook(environment_id, organization_id, public_id)$
delete from hooks
where environment_id = :environment_id and organization_id is not distinct from :organization_id::uuid
  and public_id = :public_id
returning true;

-- name: disable_hook(id, reason)!
update hooks set is_active = false, disabled_reason = :reason, changed_at = now() where id = :id;

-- name: queue_deliveries(environment_id, organization_id, topic, party, document_id, about, message, details)
-- The party's hooks that listen, or, where none of them does, the environment's. They are held until the call is
-- stored: one that is removed at this moment gets no call, instead of breaking the transaction.
with held as (
    select id, organization_id
    from hooks
    where environment_id = :environment_id and is_active
      and (organization_id is null or organization_id = :organization_id)
      and exists (
          select from unnest(topics) as listened
          where :topic::text like replace(replace(listened, '_', '\_'), '*', '%'))
    order by id
    for key share
), listening as (
    select id, rank() over (order by organization_id is null) as level from held
)
insert into hook_deliveries (id, hook_id, topic, party, document_id, about, message, details)
select uuidv7(), id, :topic, :party, :document_id, :about, :message, :details
from listening
where level = 1
order by id
returning id, hook_id;

-- name: queue_ping(environment_id, organization_id, topic, party, document_id, about, message, details)
with held as (
    select id
    from hooks
    where environment_id = :environment_id and organization_id = :organization_id and is_active
    order by id
    for key share
)
insert into hook_deliveries (id, hook_id, topic, party, document_id, about, message, details)
select uuidv7(), id, :topic, :party, :document_id, :about, :message, :details
from held
order by id
returning id, hook_id;

-- name: record_attempt(delivery_id, attempt, status, error, milliseconds, response, state)$
-- True unless another try has settled the call meanwhile: it stays as that one left it.
with attempt as (
    insert into hook_attempts (delivery_id, attempt, status, error, milliseconds, response)
    select id, :attempt, :status, :error, :milliseconds, :response from hook_deliveries where id = :delivery_id
    on conflict (delivery_id, attempt) do update
    set at = now(), status = excluded.status, error = excluded.error, milliseconds = excluded.milliseconds,
        response = excluded.response
)
update hook_deliveries set state = :state where id = :delivery_id and state = 'pending'
returning true;

-- name: find_call(delivery_id)^
select
    d.id as delivery_id, d.topic, d.party, d.document_id, d.about, d.message, d.details, d.state,
    d.created_at as delivery_created_at, h.*,
    (select exchange_id from documents where id = d.about) as exchange_id
from hook_deliveries as d
join hooks as h on h.id = d.hook_id
where d.id = :delivery_id;

-- name: list_hooks(environment_id, organization_id)
select * from hooks
where environment_id = :environment_id and organization_id is not distinct from :organization_id::uuid
order by id;

-- name: find_by_public_id(environment_id, public_id)
select * from hooks where environment_id = :environment_id and public_id = :public_id order by id;

-- name: list_deliveries(hook_id, after, limit)
select d.id, d.topic, d.party, d.document_id, d.state, d.created_at,
    coalesce(
        (select json_agg(json_build_object(
            'attempt', a.attempt, 'at', a.at, 'status', a.status, 'error', a.error, 'milliseconds', a.milliseconds,
            'response', a.response) order by a.attempt)
         from hook_attempts as a where a.delivery_id = d.id), '[]'::json) as attempts
from hook_deliveries as d
where d.hook_id = :hook_id and (:after::uuid is null or d.id < :after)
order by d.id desc
limit :limit;
