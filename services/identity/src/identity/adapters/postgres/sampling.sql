-- name: sample_signing_keys()
select state, count(*) as keys, extract(epoch from now() - min(since))::float8 as oldest_seconds
from signing_keys
group by state;
