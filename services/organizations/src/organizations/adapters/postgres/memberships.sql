-- name: find_membership(organization_id, user_id)^
select id, organization_id, environment_id, user_id, level, status, version, created_at
from memberships
where organization_id = :organization_id and user_id = :user_id
for update;

-- name: lock_memberships_of_user(user_id)
select id, organization_id, environment_id, user_id, level, status, version, created_at
from memberships
where user_id = :user_id and status = 'active'
order by id
for update;

-- name: count_other_administrators(organization_id, user_id)$
select count(*)
from memberships join users on users.id = memberships.user_id
where organization_id = :organization_id and user_id <> :user_id and level = 'administrator'
  and memberships.status = 'active' and users.status = 'active';

-- name: insert_membership(id, organization_id, environment_id, user_id, level, status, version, created_at)!
insert into memberships (id, organization_id, environment_id, user_id, level, status, version, created_at)
values (:id, :organization_id, :environment_id, :user_id, :level, :status, :version, :created_at);

-- name: update_membership(id, level, status, version)!
update memberships set level = :level, status = :status, version = :version where id = :id;
