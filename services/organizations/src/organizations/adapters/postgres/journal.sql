-- name: insert_audit_entry(id, actor_id, action, organization_id, activation_id, reason)!
insert into audit_entries (id, actor_id, action, organization_id, activation_id, reason)
values (:id, :actor_id, :action, :organization_id, :activation_id, :reason);

-- name: insert_dismissals(user_id, organization_ids)!
insert into prompt_dismissals (user_id, organization_id)
select :user_id, organization_id from unnest(:organization_ids::uuid[]) as organization_id
on conflict do nothing;

-- name: forget_missed_lookups()!
delete from missed_lookups where announced_at < now() - interval '1 day';

-- name: claim_missed_lookup(environment_id, query_hash)$
insert into missed_lookups (environment_id, query_hash, announced_at)
values (:environment_id, :query_hash, now())
on conflict (environment_id, query_hash) do nothing
returning true;
