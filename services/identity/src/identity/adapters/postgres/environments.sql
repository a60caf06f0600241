-- name: lock_domain(domain)^
-- Held until the transaction ends, so that two first users of a domain take turns.
select pg_advisory_xact_lock(hashtextextended('domain:' || :domain, 0));

-- name: find_open_environment(domain)^
select id, name, domain, shared, mode, kind, parent_id, created_at, version
from environments
where domain = :domain and not shared and kind = 'customer' and mode = 'live';

-- name: domain_is_shared(domain)$
select exists (select 1 from environments where domain = :domain and shared and kind = 'customer');

-- name: find_operator_environment()^
select id, name, domain, shared, mode, kind, parent_id, created_at, version
from environments
where kind = 'operator';

-- name: lock_environment(id)^
select id, name, domain, shared, mode, kind, parent_id, created_at, version
from environments
where id = :id
for update;

-- name: insert_environment(id, name, domain, shared, mode, kind, parent_id, created_at, version)!
insert into environments (id, name, domain, shared, mode, kind, parent_id, created_at, version)
values (:id, :name, :domain, :shared, :mode, :kind, :parent_id, :created_at, :version);

-- name: update_environment(id, name, shared, version)!
update environments set name = :name, shared = :shared, version = :version where id = :id;

-- name: insert_shared_domain(environment_id, domain, shared_at, shared_by, reason, consent)$
insert into shared_domains (environment_id, domain, shared_at, shared_by, reason, consent)
values (:environment_id, :domain, :shared_at, :shared_by, :reason, :consent)
on conflict (environment_id, domain) do nothing
returning true;

-- name: domain_is_shared_with(environment_id, domain)$
select exists (select 1 from shared_domains where environment_id = :environment_id and domain = :domain);
