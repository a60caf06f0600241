-- name: put_environment(id, parent_id, version)!
insert into environments (id, parent_id, version) values (:id, :parent_id, :version)
on conflict (id) do update set parent_id = excluded.parent_id, version = excluded.version
where environments.version < excluded.version;

-- name: put_user(id, environment_id, role, status, version)!
insert into users (id, environment_id, role, status, version)
values (:id, :environment_id, :role, :status, :version)
on conflict (id) do update
set environment_id = excluded.environment_id, role = excluded.role, status = excluded.status, version = excluded.version
where users.version < excluded.version;

-- name: put_key(id, environment_id, status, version)!
insert into connection_keys (id, environment_id, status, version)
values (:id, :environment_id, :status, :version)
on conflict (id) do update
set environment_id = excluded.environment_id, status = excluded.status, version = excluded.version
where connection_keys.version < excluded.version;

-- name: find_rights(environment_id, user_id, key_id)^
-- A user of a live environment is one of its test environment too.
select users.role as user_role,
       users.status as user_status,
       coalesce(users.environment_id in (caller.environment_id, environments.parent_id), false) as own_user,
       connection_keys.status as key_status,
       coalesce(connection_keys.environment_id = caller.environment_id, false) as own_key
from (select :environment_id::uuid as environment_id, :user_id::uuid as user_id, :key_id::uuid as key_id) as caller
left join users on users.id = caller.user_id
left join environments on environments.id = caller.environment_id
left join connection_keys on connection_keys.id = caller.key_id;
