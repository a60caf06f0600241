-- name: insert_session(id, user_id, environment_id, created_at, expires_at, client, device)!
insert into sessions (id, user_id, environment_id, created_at, expires_at, client, device, used_at)
values (:id, :user_id, :environment_id, :created_at, :expires_at, :client, :device, :created_at);

-- name: note_use(id, client, device, used_at)!
update sessions set client = :client, device = :device, used_at = :used_at where id = :id;

-- name: insert_refresh_token(token_hash, session_id, expires_at)!
insert into refresh_tokens (token_hash, session_id, expires_at) values (:token_hash, :session_id, :expires_at);

-- name: lock_session_by_token(token_hash)^
-- Locks the session as well, so that two uses of one token take turns.
select
    sessions.id, sessions.user_id, sessions.environment_id, sessions.created_at,
    sessions.expires_at, sessions.ended_at,
    refresh_tokens.expires_at as token_expires_at, refresh_tokens.used_at as token_used_at
from refresh_tokens
join sessions on sessions.id = refresh_tokens.session_id
where refresh_tokens.token_hash = :token_hash
for update;

-- name: mark_token_used(token_hash, used_at)!
update refresh_tokens set used_at = :used_at where token_hash = :token_hash;

-- name: end_session(id, ended_at)!
update sessions set ended_at = :ended_at where id = :id and ended_at is null;

-- name: end_session_of(id, user_id, ended_at)$
update sessions set ended_at = :ended_at
where id = :id and user_id = :user_id and ended_at is null
returning true;

-- name: end_other_sessions_of(user_id, kept, ended_at)!
update sessions set ended_at = :ended_at where user_id = :user_id and id <> :kept and ended_at is null;

-- name: end_sessions_of(user_id, ended_at)!
update sessions set ended_at = :ended_at where user_id = :user_id and ended_at is null;

-- name: prune_sessions(before)!
delete from sessions where expires_at < :before or ended_at < :before;

-- name: prune_refresh_tokens(before)!
delete from refresh_tokens where expires_at < :before;
