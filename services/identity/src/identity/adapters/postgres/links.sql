-- name: put_link(id, purpose, address, user_id, token_hash, locale, created_at, expires_at)!
-- One open link per purpose and address: a new one makes the older one worthless.
insert into links (id, purpose, address, user_id, token_hash, locale, created_at, expires_at)
values (:id, :purpose, :address, :user_id, :token_hash, :locale, :created_at, :expires_at)
on conflict (purpose, address) where used_at is null do update
set id = excluded.id, user_id = excluded.user_id, token_hash = excluded.token_hash, locale = excluded.locale,
    created_at = excluded.created_at, expires_at = excluded.expires_at;

-- name: find_link(token_hash, purposes)^
select id, purpose, address, user_id, locale, expires_at, used_at
from links
where token_hash = :token_hash and purpose = any(:purposes::text[]);

-- name: lock_link(token_hash, purposes)^
select id, purpose, address, user_id, locale, expires_at, used_at
from links
where token_hash = :token_hash and purpose = any(:purposes::text[])
for update;

-- name: mark_link_used(id, used_at)!
update links set used_at = :used_at where id = :id;

-- name: prune_links(before)!
delete from links where expires_at < :before;
