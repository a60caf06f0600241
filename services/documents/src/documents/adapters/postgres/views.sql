-- name: get_document(id)^
select * from documents where id = :id;

-- name: find_for(subject, key, environment, id)^
-- By our id, or by the id that the caller's side chose; only within organizations of which the person is an active member.
select d.*
from documents as d
where (d.id = :id or (d.caller_document_id = :id and d.direction = 'outbound' and d.environment_id = :environment))
  and d.organization_id in (
      select m.organization_id
      from (select :subject::uuid as subject, :key::uuid as key) as caller
      left join connection_keys as k on k.id = caller.key and k.status = 'active'
      join users as u on u.id = coalesce(k.created_by, caller.subject) and u.status = 'active'
      join memberships as m on m.user_id = u.id and m.status = 'active'
      where caller.key is null or m.organization_id = k.organization_id)
limit 1;

-- name: list_for(subject, key, direction, party, after, limit)
select d.*
from documents as d
where d.organization_id in (
      select m.organization_id
      from (select :subject::uuid as subject, :key::uuid as key) as caller
      left join connection_keys as k on k.id = caller.key and k.status = 'active'
      join users as u on u.id = coalesce(k.created_by, caller.subject) and u.status = 'active'
      join memberships as m on m.user_id = u.id and m.status = 'active'
      where caller.key is null or m.organization_id = k.organization_id)
  and (:direction::text is null or d.direction = :direction)
  and (:party::text is null or case d.direction when 'outbound' then d.sender else d.receiver end = :party)
  and (:after::uuid is null or d.id < :after)
order by d.id desc
limit :limit;

-- name: find_sent(organization_id, caller_document_id)^
select * from documents
where direction = 'outbound' and organization_id = :organization_id and caller_document_id = :caller_document_id;

-- name: find_received(organization_id, id)^
select * from documents where direction = 'inbound' and organization_id = :organization_id and id = :id;

-- name: read_timeline(document_id)
select sequence, at, status, channel, detail from timeline where document_id = :document_id order by sequence;

-- name: read_verdict(exchange_id)^
select rule_sets, findings, omitted, release, next_release from verdicts where exchange_id = :exchange_id;
