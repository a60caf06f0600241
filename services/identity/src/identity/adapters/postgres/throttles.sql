-- name: count_attempt(subject, seconds)^
-- Counts this attempt, in a new window when the last one is over.
insert into throttles as known (subject, attempts, ends_at)
values (:subject, 1, now() + make_interval(secs => :seconds))
on conflict (subject) do update
set attempts = case when known.ends_at <= now() then 1 else known.attempts + 1 end,
    ends_at = case when known.ends_at <= now() then excluded.ends_at else known.ends_at end
returning attempts, extract(epoch from ends_at - now())::float8 as seconds_left;

-- name: forgive_attempt(subject)!
update throttles set attempts = greatest(attempts - 1, 0) where subject = :subject;

-- name: forget_attempts(subject)!
delete from throttles where subject = :subject;

-- name: prune_throttles()!
delete from throttles where ends_at < now();
