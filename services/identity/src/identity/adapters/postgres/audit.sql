-- name: insert_entry(id, environment_id, at, actor_id, action, subject_id, client, reason, details)!
insert into audit_entries (id, environment_id, at, actor_id, action, subject_id, client, reason, details)
values (:id, :environment_id, :at, :actor_id, :action, :subject_id, :client, :reason, :details);

-- name: list_entries(environment_id, subject_id, before, limit)
-- The newest first: ids are made in the order of time.
select id, environment_id, at, actor_id, action, subject_id, client, reason, details
from audit_entries
where environment_id = :environment_id
  and (:subject_id::uuid is null or subject_id = :subject_id)
  and (:before::uuid is null or id < :before)
order by id desc
limit :limit;
