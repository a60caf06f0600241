-- name: put_organization(id, environment_id, mode, name, status, sequence)!
insert into organizations (id, environment_id, mode, name, status, sequence)
values (:id, :environment_id, :mode, :name, :status, :sequence)
on conflict (id) do update
set environment_id = excluded.environment_id, mode = excluded.mode, name = excluded.name, status = excluded.status,
    sequence = excluded.sequence
where organizations.sequence < excluded.sequence;

-- name: find_organization(id)^
select id, environment_id, mode, name, status from organizations where id = :id;

-- name: put_membership(id, organization_id, environment_id, user_id, level, status, sequence)!
insert into memberships (id, organization_id, environment_id, user_id, level, status, sequence)
values (:id, :organization_id, :environment_id, :user_id, :level, :status, :sequence)
on conflict (id) do update
set level = excluded.level, status = excluded.status, sequence = excluded.sequence
where memberships.sequence < excluded.sequence;

-- name: is_member(user_id, organization_id)$
select exists (
    select 1 from memberships
    where user_id = :user_id and organization_id = :organization_id and status = 'active');

-- name: list_environment_administrators(environment_id)
select id from users
where environment_id = :environment_id and role = 'administrator' and status = 'active'
order by id;

-- name: list_organization_administrators(organization_id)
select distinct users.id
from memberships
join users on users.id = memberships.user_id
where memberships.organization_id = :organization_id
  and memberships.status = 'active' and memberships.level = 'administrator' and users.status = 'active'
order by users.id;
