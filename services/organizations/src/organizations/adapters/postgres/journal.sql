-- name: insert_audit_entry(id, actor_id, action, organization_id, activation_id, reason)!
insert into audit_entries (id, actor_id, action, organization_id, activation_id, reason)
values (:id, :actor_id, :action, :organization_id, :activation_id, :reason);

-- name: insert_dismissals(user_id, organization_ids)!
insert into prompt_dismissals (user_id, organization_id)
select :user_id, organization_id from unnest(:organization_ids::uuid[]) as organization_id
on conflict do nothing;

-- name: claim_missed_lookup(environment_id, query_hash)$
insert into missed_lookups (environment_id, query_hash, announced_at)
values (:environment_id, :query_hash, now())
on conflict (environment_id, query_hash) do update
set announced_at = excluded.announced_at
where missed_lookups.announced_at < now() - interval '1 day'
returning true;
