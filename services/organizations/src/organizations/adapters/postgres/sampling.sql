-- name: sample_reviews()^
select count(*) as waiting, coalesce(extract(epoch from now() - min(opened_at)), 0)::float8 as oldest_seconds
from reviews
where decided_at is null;
