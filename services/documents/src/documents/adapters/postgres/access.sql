-- name: find_standing(subject, key, environment, party)^
-- One look at every projection that decides: the key, the person, the party's organization, the membership, the credit.
-- Two organizations may have the same number (live and test, or one that is not activated): the caller's own is meant.
select
    k.status as key_status,
    k.organization_id as key_organization_id,
    u.status as user_status,
    u.role as user_role,
    o.id as organization_id,
    o.environment_id,
    o.mode,
    o.status as organization_status,
    o.member,
    case when o.member then array(select p.party from parties as p where p.organization_id = o.id) end as parties,
    a.plan,
    coalesce(a.depleted, true) as depleted
from (select :subject::uuid as subject, :key::uuid as key) as caller
left join connection_keys as k on k.id = caller.key
left join users as u on u.id = coalesce(k.created_by, caller.subject)
left join lateral (
    select
        candidate.id, candidate.environment_id, candidate.mode, candidate.status,
        exists (
            select from memberships as m
            where m.user_id = u.id and m.organization_id = candidate.id and m.status = 'active'
        ) as member
    from parties as p
    join organizations as candidate on candidate.id = p.organization_id
    where p.party = :party and candidate.status <> 'removed'
    order by
        candidate.id = k.organization_id desc nulls last,
        member desc,
        candidate.environment_id = :environment desc,
        candidate.status = 'active' desc
    limit 1
) as o on true
left join accounts as a on a.environment_id = o.environment_id;

-- name: find_caller(subject, key, environment)^
-- A role counts in one's own environment only, whichever the token names.
select
    k.status as key_status,
    k.organization_id as key_organization_id,
    u.status as user_status,
    case when u.environment_id = :environment then u.role end as user_role
from (select :subject::uuid as subject, :key::uuid as key) as caller
left join connection_keys as k on k.id = caller.key
left join users as u on u.id = coalesce(k.created_by, caller.subject);

-- name: is_member(subject, key, organization_id)$
select exists (
    select
    from (select :subject::uuid as subject, :key::uuid as key) as caller
    left join connection_keys as k on k.id = caller.key
    join users as u on u.id = coalesce(k.created_by, caller.subject) and u.status = 'active'
    join memberships as m on m.user_id = u.id and m.status = 'active' and m.organization_id = :organization_id
    where caller.key is null or (k.status = 'active' and k.organization_id = :organization_id));
