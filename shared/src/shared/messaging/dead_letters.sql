-- name: insert_dead_letter(id, consumer, topic, partition, offset, key, headers, payload, error_code, error, attempts)!
insert into dead_letters
    (id, consumer, topic, partition, offset_, key, headers, payload, error_code, error, attempts)
values
    (:id, :consumer, :topic, :partition, :offset, :key, :headers, :payload, :error_code, :error, :attempts)
on conflict (consumer, topic, partition, offset_) do nothing;

-- name: list_dead_letters(limit)
select id, consumer, topic, partition, offset_, headers, error_code, error, attempts, created_at
from dead_letters
where resolved_at is null
order by created_at
limit :limit;

-- name: lock_dead_letter(id)^
select id, consumer, topic, partition, offset_, key, headers, payload, attempts
from dead_letters
where id = :id and resolved_at is null
for update;

-- name: resolve_dead_letter(id)$
update dead_letters set resolved_at = now() where id = :id and resolved_at is null returning true;
