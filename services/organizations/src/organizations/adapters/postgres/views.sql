-- name: read_standing(user_id, environment_id, key_id, organization_id)^
-- Everything that decides about one request. The account is the organization's environment's, when one was asked about;
-- an organization of the other mode than the caller's environment is not seen.
select
    coalesce(environments.parent_id, environments.id) as home_environment_id,
    environments.mode,
    environments.kind,
    users.role,
    users.status as user_status,
    users.environment_id as user_environment_id,
    connection_keys.status as key_status,
    connection_keys.organization_id as key_organization_id,
    memberships.level,
    accounts.plan,
    accounts.depleted
from (values (1)) as always
left join environments on environments.id = :environment_id
left join users on users.id = :user_id
left join connection_keys on connection_keys.id = :key_id
left join organizations
    on organizations.id = :organization_id and organizations.mode = environments.mode
        and organizations.status <> 'removed'
left join memberships
    on memberships.organization_id = organizations.id and memberships.user_id = users.id
        and memberships.status = 'active'
left join accounts on accounts.environment_id = coalesce(organizations.environment_id, environments.id);

-- name: list_organizations(user_id, mode, only, after, room)
select organizations.*, memberships.level, (
    select coalesce(jsonb_agg(to_jsonb(identifiers) order by position), '[]')
    from identifiers
    where organization_id = organizations.id) as identifiers
from memberships join organizations on organizations.id = memberships.organization_id
where memberships.user_id = :user_id and memberships.status = 'active'
  and organizations.mode = :mode and organizations.status <> 'removed'
  and (:only::uuid is null or organizations.id = :only)
  and (:after::uuid is null or organizations.id > :after)
order by organizations.id
limit :room;

-- name: get_organization(user_id, organization_id)^
select organizations.*, memberships.level, (
    select coalesce(jsonb_agg(to_jsonb(identifiers) order by position), '[]')
    from identifiers
    where organization_id = organizations.id) as identifiers
from memberships join organizations on organizations.id = memberships.organization_id
where memberships.user_id = :user_id and memberships.status = 'active' and organizations.id = :organization_id;

-- name: visible_organizations(user_id, mode, organization_ids)
select organizations.id
from memberships join organizations on organizations.id = memberships.organization_id
where memberships.user_id = :user_id and memberships.status = 'active'
  and organizations.mode = :mode and organizations.status <> 'removed'
  and organizations.id = any(:organization_ids::uuid[]);

-- name: get_activation(organization_id)^
-- The newest attempt, but rather one that counts than one that another overtook.
select organizations.status, activations.id as activation_id, activations.status as activation_status,
    activations.checkout_url, activations.outcome, activations.reason, activations.requested_at
from organizations left join activations on activations.organization_id = organizations.id
where organizations.id = :organization_id
order by (activations.status = 'superseded'), activations.id desc
limit 1;

-- name: list_members(organization_id, after, room)
select memberships.id, memberships.user_id, memberships.level, memberships.created_at,
    concat_ws(' ', users.first_name, users.last_name) as name
from memberships left join users on users.id = memberships.user_id
where memberships.organization_id = :organization_id and memberships.status = 'active'
  and (:after::uuid is null or memberships.id > :after)
order by memberships.id
limit :room;

-- name: get_member(organization_id, user_id)^
select memberships.id, memberships.user_id, memberships.level, memberships.created_at,
    concat_ws(' ', users.first_name, users.last_name) as name
from memberships left join users on users.id = memberships.user_id
where memberships.organization_id = :organization_id and memberships.user_id = :user_id
  and memberships.status = 'active';

-- name: list_candidates(organization_id, environment_id, prefix, room)
select users.id as user_id, concat_ws(' ', users.first_name, users.last_name) as name, memberships.level
from users left join memberships
    on memberships.organization_id = :organization_id and memberships.user_id = users.id
        and memberships.status = 'active'
where users.environment_id = :environment_id and users.status in ('active', 'invited')
  and (starts_with(lower(users.first_name), lower(:prefix))
    or starts_with(lower(users.last_name), lower(:prefix))
    or starts_with(lower(concat_ws(' ', users.first_name, users.last_name)), lower(:prefix)))
order by users.last_name, users.first_name, users.id
limit :room;

-- name: list_prompts(user_id, mode)
select organizations.id, organizations.name
from memberships join organizations on organizations.id = memberships.organization_id
where memberships.user_id = :user_id and memberships.status = 'active' and memberships.level = 'administrator'
  and organizations.mode = :mode and organizations.status = 'active'
  and not exists (select from identifiers where organization_id = organizations.id and receiving)
  and not exists (
    select from prompt_dismissals
    where prompt_dismissals.user_id = :user_id and prompt_dismissals.organization_id = organizations.id)
order by organizations.id;

-- name: list_parties(user_id, mode, only)
select identifiers.canonical, organizations.name
from memberships
join organizations on organizations.id = memberships.organization_id
join identifiers on identifiers.organization_id = organizations.id and identifiers.is_primary
where memberships.user_id = :user_id and memberships.status = 'active'
  and organizations.mode = :mode and organizations.status = 'active'
  and (:only::uuid is null or organizations.id = :only)
order by organizations.id;

-- name: list_reviews(after, room)
select reviews.activation_id, reviews.organization_id, organizations.environment_id, identifiers.canonical,
    organizations.name, organizations.trade_names, reviews.outcome, reviews.account_holder, reviews.opened_at
from reviews
join organizations on organizations.id = reviews.organization_id
left join identifiers on identifiers.organization_id = organizations.id and identifiers.is_primary
where reviews.decided_at is null and (:after::uuid is null or reviews.activation_id > :after)
order by reviews.activation_id
limit :room;
