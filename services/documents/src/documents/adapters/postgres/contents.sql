-- name: put_content(expires_on, sha256, data)!
insert into contents (expires_on, sha256, data) values (:expires_on, :sha256, :data) on conflict do nothing;

-- name: copy_content(source_expires_on, target_expires_on, sha256)!
insert into contents (expires_on, sha256, data)
select :target_expires_on::date, sha256, data
from contents
where expires_on = :source_expires_on and sha256 = :sha256
on conflict do nothing;

-- name: read_content(expires_on, sha256)$
select data from contents where expires_on = :expires_on and sha256 = :sha256;
