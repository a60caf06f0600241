-- name: claim_key(environment_id, operation, key, request_hash, lifetime)$
-- Returns true when the key is new (or had expired) and now ours.
insert into idempotency_keys (environment_id, operation, key, request_hash, expires_at)
values (:environment_id, :operation, :key, :request_hash, now() + make_interval(secs => :lifetime))
on conflict (environment_id, operation, key) do update
set request_hash = excluded.request_hash, status = null, response = null, expires_at = excluded.expires_at
where idempotency_keys.expires_at < now()
returning true;

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
where environment_id = :environment_id and operation = :operation and key = :key;

-- name: release_key(environment_id, operation, key)!
delete from idempotency_keys
where environment_id = :environment_id and operation = :operation and key = :key and status is null;

-- name: prune_keys()!
delete from idempotency_keys where expires_at < now();
