-- name: lock_user(id)^
select id, environment_id, status from users where id = :id for share;

-- name: put_environment(id, parent_id, mode, kind, sequence)!
insert into environments (id, parent_id, mode, kind, sequence)
values (:id, :parent_id, :mode, :kind, :sequence)
on conflict (id) do update
set parent_id = excluded.parent_id, mode = excluded.mode, kind = excluded.kind, sequence = excluded.sequence
where environments.sequence < excluded.sequence;

-- name: put_user(id, environment_id, role, status, first_name, last_name, sequence)$
insert into users (id, environment_id, role, status, first_name, last_name, sequence)
values (:id, :environment_id, :role, :status, :first_name, :last_name, :sequence)
on conflict (id) do update
set environment_id = excluded.environment_id, role = excluded.role, status = excluded.status,
    first_name = excluded.first_name, last_name = excluded.last_name, sequence = excluded.sequence
where users.sequence < excluded.sequence
returning true;

-- name: put_connection_key(id, organization_id, status, sequence)!
insert into connection_keys (id, organization_id, status, sequence)
values (:id, :organization_id, :status, :sequence)
on conflict (id) do update
set organization_id = excluded.organization_id, status = excluded.status, sequence = excluded.sequence
where connection_keys.sequence < excluded.sequence;

-- name: put_account(environment_id, plan, depleted, sequence)!
insert into accounts (environment_id, plan, depleted, sequence)
values (:environment_id, :plan, :depleted, :sequence)
on conflict (environment_id) do update
set plan = excluded.plan, depleted = excluded.depleted, sequence = excluded.sequence
where accounts.sequence < excluded.sequence;
