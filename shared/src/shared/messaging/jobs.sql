-- name: insert_jobs(kinds, lanes, payloads, headers, delays)!
insert into jobs (kind, lane, payload, headers, next_attempt_at)
select kind, lane, payload, headers, now() + make_interval(secs => delay)
from unnest(:kinds::text[], :lanes::text[], :payloads::jsonb[], :headers::jsonb[], :delays::float8[])
    with ordinality as rows (kind, lane, payload, headers, delay, position)
order by position;

-- name: claim_jobs(kinds, room, lease)
-- A job of a lane is taken only when it is the lane's oldest, so that a lane is worked in order, also across retries,
-- and when no other job of the lane runs: one that committed late may be older than the one that is running.
with due as materialized (
    select id
    from jobs as candidate
    where kind = any(:kinds::text[])
      and next_attempt_at <= now()
      and (leased_until is null or leased_until < now())
      and (lane is null or not exists (
          select 1
          from jobs as other
          where other.lane = candidate.lane
            and other.id <> candidate.id
            and (other.id < candidate.id or other.leased_until > now())))
    order by next_attempt_at, id
    limit :room
    for update skip locked
)
update jobs
set leased_until = now() + make_interval(secs => :lease), attempts = jobs.attempts + 1
from due
where jobs.id = due.id
returning jobs.id, kind, lane, payload, headers, attempts, created_at;

-- name: renew_leases(ids, lease)!
update jobs set leased_until = now() + make_interval(secs => :lease)
where id = any(:ids::bigint[]) and leased_until is not null;

-- name: delete_jobs(ids)!
delete from jobs where id = any(:ids::bigint[]);

-- name: delay_job(id, delay, error)!
update jobs
set leased_until = null, next_attempt_at = now() + make_interval(secs => :delay), last_error = :error
where id = :id;
