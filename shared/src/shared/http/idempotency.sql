-- name: claim_key(environment_id, operation, key, request_hash, resource_id, lifetime)$
-- Returns the id for what the request makes when the key is ours now: the given one, or that of an earlier try of the
-- same request whose outcome nobody was told.
insert into idempotency_keys (environment_id, operation, key, request_hash, resource_id, expires_at)
values (:environment_id, :operation, :key, :request_hash, :resource_id, now() + make_interval(secs => :lifetime))
on conflict (environment_id, operation, key) do update
set request_hash = excluded.request_hash,
    resource_id = case
        when idempotency_keys.status is null then idempotency_keys.resource_id
        else excluded.resource_id
    end,
    status = null,
    response = null,
    expires_at = excluded.expires_at
where idempotency_keys.expires_at < now()
  and (idempotency_keys.status is not null or idempotency_keys.request_hash = excluded.request_hash)
returning resource_id;

-- name: read_key(environment_id, operation, key)^
select request_hash, status, response
from idempotency_keys
where environment_id = :environment_id and operation = :operation and key = :key;

-- name: renew_key(environment_id, operation, key, lifetime)!
update idempotency_keys
set expires_at = now() + make_interval(secs => :lifetime)
where environment_id = :environment_id and operation = :operation and key = :key and status is null;

-- name: store_answer(environment_id, operation, key, status, response, lifetime)!
update idempotency_keys
set status = :status, response = :response, expires_at = now() + make_interval(secs => :lifetime)
where environment_id = :environment_id and operation = :operation and key = :key and status is null;

-- name: release_key(environment_id, operation, key)!
-- Nothing was made: the key may be used for anything.
delete from idempotency_keys
where environment_id = :environment_id and operation = :operation and key = :key and status is null;

-- name: leave_key(environment_id, operation, key)!
-- Nobody knows whether something was made: the same request may try again at once.
update idempotency_keys
set expires_at = now()
where environment_id = :environment_id and operation = :operation and key = :key and status is null;

-- name: prune_keys(unanswered)!
delete from idempotency_keys
where expires_at < now() and (status is not null or expires_at < now() - make_interval(secs => :unanswered));
