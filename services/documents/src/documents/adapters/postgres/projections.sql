-- name: put_organization(id, environment_id, mode, status, document_types, sequence)$
insert into organizations (id, environment_id, mode, status, document_types, sequence)
values (:id, :environment_id, :mode, :status, :document_types, :sequence)
on conflict (id) do update
set environment_id = excluded.environment_id, mode = excluded.mode, status = excluded.status,
    document_types = excluded.document_types, sequence = excluded.sequence
where organizations.sequence < excluded.sequence
returning true;

-- name: put_parties(organization_id, parties, receiving)!
with gone as (
    delete from parties where organization_id = :organization_id and party <> all(:parties::text[])
)
insert into parties (organization_id, party, receiving)
select :organization_id, party, receiving
from unnest(:parties::text[], :receiving::boolean[]) as rows (party, receiving)
on conflict (organization_id, party) do update set receiving = excluded.receiving;

-- name: put_membership(id, organization_id, user_id, level, status, sequence)!
insert into memberships (id, organization_id, user_id, level, status, sequence)
values (:id, :organization_id, :user_id, :level, :status, :sequence)
on conflict (id) do update
set organization_id = excluded.organization_id, user_id = excluded.user_id, level = excluded.level,
    status = excluded.status, sequence = excluded.sequence
where memberships.sequence < excluded.sequence;

-- name: put_user(id, environment_id, role, status, sequence)!
insert into users (id, environment_id, role, status, sequence)
values (:id, :environment_id, :role, :status, :sequence)
on conflict (id) do update
set environment_id = excluded.environment_id, role = excluded.role, status = excluded.status,
    sequence = excluded.sequence
where users.sequence < excluded.sequence;

-- name: put_key(id, environment_id, organization_id, created_by, mode, status, sequence)!
insert into connection_keys (id, environment_id, organization_id, created_by, mode, status, sequence)
values (:id, :environment_id, :organization_id, :created_by, :mode, :status, :sequence)
on conflict (id) do update
set environment_id = excluded.environment_id, organization_id = excluded.organization_id,
    created_by = excluded.created_by, mode = excluded.mode, status = excluded.status, sequence = excluded.sequence
where connection_keys.sequence < excluded.sequence;

-- name: put_account(environment_id, plan, depleted, sequence)!
insert into accounts (environment_id, plan, depleted, sequence)
values (:environment_id, :plan, :depleted, :sequence)
on conflict (environment_id) do update
set plan = excluded.plan, depleted = excluded.depleted, sequence = excluded.sequence
where accounts.sequence < excluded.sequence;
