-- name: lock_environment(id)$
select id from environments where id = :id for update;

-- name: count_organizations(environment_id)$
select count(*) from organizations where environment_id = :environment_id and status <> 'removed';

-- name: is_live(mode, identifiers)$
select exists (
    select from identifiers
    where live and mode = :mode and lower(canonical) = any(select lower(wanted) from unnest(:identifiers::text[]) as wanted)
);

-- name: insert_organization(id, environment_id, mode, country, name, trade_names, legal_form, street, postal_code, city, address_country, source, status, document_types, created_by, created_at, version)!
insert into organizations (
    id, environment_id, mode, country, name, trade_names, legal_form, street, postal_code, city, address_country,
    source, status, document_types, created_by, created_at, version)
values (
    :id, :environment_id, :mode, :country, :name, :trade_names, :legal_form, :street, :postal_code, :city,
    :address_country, :source, :status, :document_types, :created_by, :created_at, :version);

-- name: update_organization(id, status, document_types, activated_at)$
update organizations
set status = :status, document_types = :document_types, activated_at = :activated_at, version = version + 1
where id = :id
returning version;

-- name: put_identifiers(organization_id, environment_id, mode, live, held, canonicals, positions, primaries, statuses, sendings, receivings, failures)!
insert into identifiers (
    organization_id, environment_id, mode, live, held, canonical, position, is_primary, status, sending, receiving,
    failure)
select :organization_id, :environment_id, :mode, :live, :held, rows.*
from unnest(
    :canonicals::text[], :positions::smallint[], :primaries::boolean[], :statuses::text[], :sendings::boolean[],
    :receivings::boolean[], :failures::text[]) as rows
on conflict (organization_id, canonical) do update
set live = excluded.live, held = excluded.held, position = excluded.position, is_primary = excluded.is_primary,
    status = excluded.status, sending = excluded.sending, receiving = excluded.receiving, failure = excluded.failure;

-- name: lock_organization(id)$
select id from organizations where id = :id for update;

-- name: read_organization(id)^
-- A statement of its own, after the lock: one that waits for a lock still reads other tables as they were before.
select organizations.*, (
    select coalesce(jsonb_agg(to_jsonb(identifiers) order by position), '[]')
    from identifiers
    where organization_id = organizations.id) as identifiers
from organizations
where id = :id;
