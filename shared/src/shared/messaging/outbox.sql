-- name: insert_outbox(topics, keys, headers, payloads)!
insert into outbox (topic, key, headers, payload)
select topic, key, headers, payload
from unnest(:topics::text[], :keys::text[], :headers::jsonb[], :payloads::bytea[])
    with ordinality as rows (topic, key, headers, payload, position)
order by position;

-- name: outbox_status()^
select count(*) as rows, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_seconds from outbox;
