-- name: save_progress(consumers, member, partitions, records, seconds)!
insert into consumer_progress (consumer, member, partitions, lag_records, lag_seconds, updated_at)
select consumer, :member, partitions, records, seconds, now()
from unnest(:consumers::text[], :partitions::integer[], :records::bigint[], :seconds::float8[])
    as rows (consumer, partitions, records, seconds)
on conflict (consumer, member) do update
set partitions = excluded.partitions, lag_records = excluded.lag_records, lag_seconds = excluded.lag_seconds,
    updated_at = excluded.updated_at;

-- name: read_progress(consumers, max_age)
-- What was not reported lately is nobody's word any more: its worker is gone, frozen, or has no partition now.
select consumer, sum(partitions) as partitions,
    max(lag_seconds + extract(epoch from now() - updated_at))::float8 as seconds
from consumer_progress
where consumer = any(:consumers::text[]) and updated_at > now() - make_interval(secs => :max_age)
group by consumer;

-- name: forget_members(before)!
delete from consumer_progress where updated_at < :before;
