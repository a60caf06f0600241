-- name: insert_jobs(kinds, lanes, payloads, headers, delays)!
insert into jobs (kind, lane, payload, headers, next_attempt_at)
select kind, lane, payload, headers, now() + make_interval(secs => delay)
from unnest(:kinds::text[], :lanes::text[], :payloads::jsonb[], :headers::jsonb[], :delays::float8[])
    with ordinality as rows (kind, lane, payload, headers, delay, position)
order by position;

-- name: claim_jobs(kinds, room, lease)
-- A job of a lane is taken only when it is the lane's oldest, so that a lane is worked in order, also across retries.
update jobs
set leased_until = now() + make_interval(secs => :lease), attempts = attempts + 1
where id in (
    select id
    from jobs as due
    where kind = any(:kinds::text[])
      and next_attempt_at <= now()
      and (leased_until is null or leased_until < now())
      and (lane is null or not exists (
          select 1 from jobs as earlier where earlier.lane = due.lane and earlier.id < due.id))
    order by next_attempt_at, id
    limit :room
    for update skip locked
)
returning id, kind, lane, payload, headers, attempts, created_at;

-- name: delete_jobs(ids)!
delete from jobs where id = any(:ids::bigint[]);

-- name: delay_job(id, delay, error)!
update jobs
set leased_until = null, next_attempt_at = now() + make_interval(secs => :delay), last_error = :error
where id = :id;

-- name: job_status()
select kind, count(*) as rows, coalesce(extract(epoch from now() - min(next_attempt_at)), 0)::float8 as oldest_seconds
from jobs
group by kind;
