-- name: lock_outbound(id)^
select * from documents where id = :id and direction = 'outbound' for update;

-- name: lock_inbound(id, organization_id)^
select * from documents where id = :id and direction = 'inbound' and organization_id = :organization_id for update;

-- name: save_outbound(id, state, version, planned_channel, delivery_channel, message_id, attempts, reason, detail, sequences, statuses, channels, details)!
with changed as (
    update documents
    set state = :state, version = :version, planned_channel = :planned_channel, delivery_channel = :delivery_channel,
        message_id = :message_id, attempts = :attempts, reason = :reason, detail = :detail, changed_at = now()
    where id = :id
)
insert into timeline (document_id, sequence, status, channel, detail)
select :id, sequence, status, channel, detail
from unnest(:sequences::bigint[], :statuses::text[], :channels::text[], :details::text[])
    as steps (sequence, status, channel, detail);

-- name: save_inbound(id, state, version, downloaded_at, bus_until, sequences, statuses, channels, details)!
with changed as (
    update documents
    set state = :state, version = :version, downloaded_at = :downloaded_at, bus_until = :bus_until, changed_at = now()
    where id = :id
)
insert into timeline (document_id, sequence, status, channel, detail)
select :id, sequence, status, channel, detail
from unnest(:sequences::bigint[], :statuses::text[], :channels::text[], :details::text[])
    as steps (sequence, status, channel, detail);

-- name: insert_inbound(id, exchange_id, environment_id, mode, organization_id, sender, receiver, document_type_id, process_id, family, number, issue_date, country, sha256, size_bytes, content_expires_on, state, version, delivery_channel, message_id, original_id, bus_until, archive_until, sequences, statuses, channels, details)$
-- Returns true when it was inserted; nothing when the same invoice, or the same message, is there. Waits for a rival that is just inserting it.
with document as (
    insert into documents (
        id, direction, exchange_id, environment_id, mode, organization_id, sender, receiver, document_type_id, process_id,
        family, number, issue_date, country, sha256, size_bytes, content_expires_on, state, version, delivery_channel,
        message_id, original_id, bus_until, archive_until)
    values (
        :id, 'inbound', :exchange_id, :environment_id, :mode, :organization_id, :sender, :receiver, :document_type_id,
        :process_id, :family, :number, :issue_date, :country, :sha256, :size_bytes, :content_expires_on, :state, :version,
        :delivery_channel, :message_id, :original_id, :bus_until, :archive_until)
    on conflict do nothing
    returning id
), steps as (
    insert into timeline (document_id, sequence, status, channel, detail)
    select document.id, sequence, status, channel, detail
    from document, unnest(:sequences::bigint[], :statuses::text[], :channels::text[], :details::text[])
        as steps (sequence, status, channel, detail)
)
select true from document;

-- name: find_original(organization_id, sender, issue_date, number)$
select id
from documents
where direction = 'inbound' and state <> 'duplicate' and organization_id = :organization_id and sender = :sender
  and issue_date = :issue_date and number = :number;

-- name: find_by_message(organization_id, message_id)$
select id
from documents
where direction = 'inbound' and organization_id = :organization_id and message_id = :message_id;

-- name: save_verdict(exchange_id, rule_sets, findings, omitted, release)!
insert into verdicts (exchange_id, rule_sets, findings, omitted, release)
values (:exchange_id, :rule_sets, :findings, :omitted, :release)
on conflict (exchange_id) do nothing;

-- name: add_next_verdict(exchange_id, next_release)!
update verdicts set next_release = :next_release where exchange_id = :exchange_id and next_release is null;

-- name: find_receiver(party, mode)^
select o.id as organization_id, o.environment_id, o.document_types, p.receiving, a.plan
from parties as p
join organizations as o on o.id = p.organization_id
left join accounts as a on a.environment_id = o.environment_id
where p.party = :party and o.mode = :mode and o.status = 'active'
order by p.receiving desc
limit 1;
