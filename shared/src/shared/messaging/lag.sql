-- name: save_progress(consumers, records, seconds)!
insert into consumer_progress (consumer, lag_records, lag_seconds, updated_at)
select consumer, records, seconds, now()
from unnest(:consumers::text[], :records::bigint[], :seconds::float8[]) as rows (consumer, records, seconds)
on conflict (consumer) do update
set lag_records = excluded.lag_records, lag_seconds = excluded.lag_seconds, updated_at = excluded.updated_at;

-- name: read_progress(consumers)
select consumer, lag_seconds, extract(epoch from now() - updated_at)::float8 as age_seconds
from consumer_progress
where consumer = any(:consumers::text[]);
