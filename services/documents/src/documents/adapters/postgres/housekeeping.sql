-- name: expire_inbound(limit)
-- Rows that somebody is just working on are left for the next round.
with due as (
    select id from documents
    where direction = 'inbound' and state in ('available', 'downloaded') and bus_until <= now()
    order by bus_until
    limit :limit
    for update skip locked
), expired as (
    update documents set state = 'expired', version = version + 1, changed_at = now()
    from due where documents.id = due.id
    returning documents.id, documents.version
)
insert into timeline (document_id, sequence, status)
select id, version, 'expired' from expired
returning document_id;

-- name: ensure_partitions(months)$
select ensure_content_partitions((now() at time zone 'UTC')::date, :months::integer);

-- name: drop_expired_content()$
select drop_expired_content((now() at time zone 'UTC')::date);
