-- name: lock_signing_keys()^
-- One process at a time makes or rotates keys; the others then find what it made.
select pg_advisory_xact_lock(hashtextextended('signing-keys', 0));

-- name: list_signing_keys()
select kid, state, since, public_key, sealed_private_key from signing_keys order by since, kid;

-- name: insert_signing_key(kid, state, since, public_key, sealed_private_key)!
insert into signing_keys (kid, state, since, public_key, sealed_private_key)
values (:kid, :state, :since, :public_key, :sealed_private_key);

-- name: set_signing_key_state(kid, state, since)!
update signing_keys set state = :state, since = :since where kid = :kid;

-- name: delete_signing_keys(kids)!
delete from signing_keys where kid = any(:kids::text[]);
