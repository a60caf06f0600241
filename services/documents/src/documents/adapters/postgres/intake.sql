-- name: accept_document(content_expires_on, sha256, data, id, exchange_id, environment_id, mode, organization_id, caller_document_id, billable, sender, receiver, document_type_id, process_id, family, number, issue_date, country, size_bytes, archive_until, job_kind, job_payload, job_headers, outbox_topic, outbox_key, outbox_headers, outbox_payload)!
-- One statement, one round trip: all of it is committed or nothing. Two callers with the same id: the unique index decides.
with content as (
    insert into contents (expires_on, sha256, data)
    values (:content_expires_on, :sha256, :data)
    on conflict do nothing
), document as (
    insert into documents (
        id, direction, exchange_id, environment_id, mode, organization_id, caller_document_id, billable, sender, receiver,
        document_type_id, process_id, family, number, issue_date, country, sha256, size_bytes, content_expires_on,
        state, version, archive_until)
    values (
        :id, 'outbound', :exchange_id, :environment_id, :mode, :organization_id, :caller_document_id, :billable,
        :sender, :receiver, :document_type_id, :process_id, :family, :number, :issue_date, :country, :sha256,
        :size_bytes, :content_expires_on, 'accepted', 1, :archive_until)
), step as (
    insert into timeline (document_id, sequence, status) values (:id, 1, 'accepted')
), job as (
    insert into jobs (kind, lane, payload, headers) values (:job_kind, :id::uuid::text, :job_payload, :job_headers)
)
insert into outbox (topic, key, headers, payload)
values (:outbox_topic, :outbox_key, :outbox_headers, :outbox_payload);

-- name: find_accepted(environment_id, mode, caller_document_id)$
select sha256
from documents
where direction = 'outbound' and environment_id = :environment_id and mode = :mode
  and caller_document_id = :caller_document_id;
