-- name: put_registration(id, address, token_hash, locale, created_at, expires_at)!
-- One open registration per address: a new link makes the older one worthless.
insert into registrations (id, address, token_hash, locale, created_at, expires_at)
values (:id, :address, :token_hash, :locale, :created_at, :expires_at)
on conflict (address) where used_at is null do update
set id = excluded.id, token_hash = excluded.token_hash, locale = excluded.locale,
    created_at = excluded.created_at, expires_at = excluded.expires_at;

-- name: find_registration(token_hash)^
select id, address, locale, expires_at, used_at from registrations where token_hash = :token_hash;

-- name: lock_registration(token_hash)^
select id, address, locale, expires_at, used_at from registrations where token_hash = :token_hash for update;

-- name: mark_registration_used(id, used_at)!
update registrations set used_at = :used_at where id = :id;

-- name: prune_registrations(before)!
delete from registrations where expires_at < :before;
