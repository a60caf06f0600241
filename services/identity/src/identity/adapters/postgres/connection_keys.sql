-- name: insert_connection_key(id, client_id, environment_id, organization_id, created_by, label, scopes, mode, secret_hash, last4, status, created_at, revoked_at, replaced_by, ends_at, version)!
insert into connection_keys
    (id, client_id, environment_id, organization_id, created_by, label, scopes, mode, secret_hash, last4, status,
     created_at, revoked_at, replaced_by, ends_at, version)
values
    (:id, :client_id, :environment_id, :organization_id, :created_by, :label, :scopes, :mode, :secret_hash, :last4,
     :status, :created_at, :revoked_at, :replaced_by, :ends_at, :version);

-- name: lock_connection_key(id, environment_id)^
select id, client_id, environment_id, organization_id, created_by, label, scopes, mode, secret_hash, last4,
       created_at, status, revoked_at, replaced_by, ends_at, version
from connection_keys
where id = :id and environment_id = :environment_id and status <> 'deleted'
for update;

-- name: lock_active_keys(organization_id, created_by)
-- In the order of their ids, as everybody locks them, so that no two transactions wait for each other.
select id, client_id, environment_id, organization_id, created_by, label, scopes, mode, secret_hash, last4,
       created_at, status, revoked_at, replaced_by, ends_at, version
from connection_keys
where organization_id = :organization_id and status = 'active'
  and (:created_by::uuid is null or created_by = :created_by)
order by id
for update;

-- name: lock_active_keys_of(created_by)
select id, client_id, environment_id, organization_id, created_by, label, scopes, mode, secret_hash, last4,
       created_at, status, revoked_at, replaced_by, ends_at, version
from connection_keys
where created_by = :created_by and status = 'active'
order by id
for update;

-- name: update_connection_key(id, status, revoked_at, replaced_by, ends_at, version)!
update connection_keys
set status = :status, revoked_at = :revoked_at, replaced_by = :replaced_by, ends_at = :ends_at, version = :version
where id = :id;
