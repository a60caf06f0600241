-- name: sample_outbox()^
-- Rows leave in the order of their ids, so the first one is the oldest but for rows that commit this moment.
select
    (select count(*) from outbox) as rows,
    coalesce((select extract(epoch from now() - created_at) from outbox order by id limit 1), 0)::float8
        as oldest_seconds;

-- name: sample_jobs()
select kind, count(*) as rows, coalesce(extract(epoch from now() - min(next_attempt_at)), 0)::float8 as oldest_seconds
from jobs
group by kind;

-- name: sample_dead_letters()
select consumer, count(*) as rows
from dead_letters
where resolved_at is null
group by consumer;

-- name: sample_size()$
select pg_database_size(current_database());
