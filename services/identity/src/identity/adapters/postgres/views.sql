-- name: find_actor(user_id, environment_id, session_id, connection_key_id)^
-- Everything that decides whether this caller may act now, in one look.
select
    users.id as user_id, users.environment_id, users.role, users.status, environments.mode,
    exists (
        select 1 from sessions
        where sessions.id = :session_id::uuid and sessions.user_id = users.id
          and sessions.ended_at is null and sessions.expires_at > now()) as session_lives,
    exists (
        select 1 from connection_keys
        where connection_keys.id = :connection_key_id::uuid and connection_keys.created_by = users.id
          and connection_keys.status = 'active') as key_lives,
    (select organization_id from connection_keys where connection_keys.id = :connection_key_id::uuid) as key_organization_id
from users
join environments on environments.id = users.environment_id
where users.id = :user_id and users.environment_id = :environment_id;

-- name: find_profile(user_id)^
select
    users.id, users.first_name, users.last_name, users.role, users.relationship_manager, users.status, users.locale,
    users.totp_secret is not null as second_factor, users.created_at, address.address as email,
    coalesce(users.phone, '') as phone,
    environments.id as environment_id, environments.name as environment_name, environments.domain,
    environments.mode, environments.kind
from users
join environments on environments.id = users.environment_id
join user_addresses as address on address.user_id = users.id and address.is_primary
where users.id = :user_id;

-- name: list_users(environment_id, after, limit)
select
    users.id, users.first_name, users.last_name, users.role, users.relationship_manager, users.status, users.locale,
    users.totp_secret is not null as second_factor, users.created_at, address.address as email
from users
join user_addresses as address on address.user_id = users.id and address.is_primary
where users.environment_id = :environment_id and users.status <> 'removed'
  and (:after::uuid is null or users.id > :after)
order by users.id
limit :limit;

-- name: find_user(id, environment_id)^
select
    users.id, users.first_name, users.last_name, users.role, users.relationship_manager, users.status, users.locale,
    users.totp_secret is not null as second_factor, users.created_at, address.address as email
from users
join user_addresses as address on address.user_id = users.id and address.is_primary
where users.id = :id and users.environment_id = :environment_id and users.status <> 'removed';

-- name: find_picture(user_id)^
select content, sha256 from user_pictures where user_id = :user_id;

-- name: list_sessions(user_id, now)
-- A session whose newest refresh token has expired cannot be continued.
select sessions.id, sessions.created_at, sessions.used_at, sessions.client, sessions.device,
       least(sessions.expires_at, tokens.expires_at) as expires_at
from sessions
join refresh_tokens as tokens on tokens.session_id = sessions.id and tokens.used_at is null
where sessions.user_id = :user_id and sessions.ended_at is null and sessions.expires_at > :now
  and tokens.expires_at > :now
order by sessions.used_at desc, sessions.id;

-- name: find_recipient(user_id)^
select address.address, users.first_name, users.locale
from users
join user_addresses as address on address.user_id = users.id and address.is_primary
where users.id = :user_id and users.status = 'active' and address.verified_at is not null;

-- name: list_connection_keys(environment_id, organization_id, after, limit)
select id, client_id, organization_id, created_by, label, scopes, mode, last4, status, created_at, revoked_at,
       replaced_by, ends_at, last_used_at
from connection_keys
where environment_id = :environment_id and status <> 'deleted'
  and (:organization_id::uuid is null or organization_id = :organization_id)
  and (:after::uuid is null or id > :after)
order by id
limit :limit;

-- name: find_connection_key(id, environment_id)^
select id, client_id, organization_id, created_by, label, scopes, mode, last4, status, created_at, revoked_at,
       replaced_by, ends_at, last_used_at
from connection_keys
where id = :id and environment_id = :environment_id and status <> 'deleted';

-- name: find_key_by_client_id(client_id)^
-- A key works while it is active, its organization is, and its creator is active and a member of it.
select
    keys.id, keys.client_id, keys.environment_id, keys.organization_id, keys.created_by, keys.label, keys.scopes,
    keys.mode, keys.secret_hash, keys.last4, keys.created_at, keys.status, keys.revoked_at, keys.replaced_by,
    keys.ends_at, keys.version,
    users.status = 'active' and coalesce(organizations.status = 'active', false) and exists (
        select 1 from memberships
        where memberships.user_id = keys.created_by and memberships.organization_id = keys.organization_id
          and memberships.status = 'active') as creator_may
from connection_keys as keys
join users on users.id = keys.created_by
left join organizations on organizations.id = keys.organization_id
where keys.client_id = :client_id;

-- name: touch_connection_key(id)!
-- At most once a minute: it tells whether a key is still in use, not how often.
update connection_keys set last_used_at = now()
where id = :id and (last_used_at is null or last_used_at < now() - interval '1 minute');
