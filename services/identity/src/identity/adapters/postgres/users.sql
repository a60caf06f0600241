-- name: insert_user(id, environment_id, first_name, last_name, role, relationship_manager, status, locale, password_hash, totp_secret, terms_version, terms_accepted_at, created_at, version)!
insert into users
    (id, environment_id, first_name, last_name, role, relationship_manager, status, locale, password_hash,
     totp_secret, terms_version, terms_accepted_at, created_at, version)
values
    (:id, :environment_id, :first_name, :last_name, :role, :relationship_manager, :status, :locale, :password_hash,
     :totp_secret, :terms_version, :terms_accepted_at, :created_at, :version);

-- name: insert_address(user_id, address, is_primary, verified_at)!
insert into user_addresses (user_id, address, is_primary, verified_at)
values (:user_id, :address, :is_primary, :verified_at);

-- name: find_user(id)^
select id, environment_id, first_name, last_name, role, relationship_manager, status, locale,
       coalesce(phone, '') as phone, created_at, version
from users
where id = :id;

-- name: lock_user(id)^
select id, environment_id, first_name, last_name, role, relationship_manager, status, locale,
       coalesce(phone, '') as phone, created_at, version
from users
where id = :id
for update;

-- name: list_addresses(user_id)
select address, is_primary, verified_at
from user_addresses
where user_id = :user_id
order by is_primary desc, address;

-- name: find_user_id(address)$
select user_id from user_addresses where address = :address;

-- name: update_user(id, role, relationship_manager, status, version)!
update users
set role = :role, relationship_manager = :relationship_manager, status = :status, version = :version
where id = :id;

-- name: update_profile(id, first_name, last_name, locale, phone, version)!
update users
set first_name = :first_name, last_name = :last_name, locale = :locale, phone = nullif(:phone, ''), version = :version
where id = :id;

-- name: activate_user(id, first_name, last_name, status, password_hash, terms_version, terms_accepted_at, version)!
update users
set first_name = :first_name, last_name = :last_name, status = :status, password_hash = :password_hash,
    terms_version = :terms_version, terms_accepted_at = :terms_accepted_at, version = :version
where id = :id;

-- name: verify_addresses(user_id, verified_at)!
update user_addresses set verified_at = :verified_at where user_id = :user_id and verified_at is null;

-- name: set_password(id, password_hash)!
update users set password_hash = :password_hash where id = :id;

-- name: verify_address(user_id, address, verified_at)!
update user_addresses set verified_at = :verified_at where user_id = :user_id and address = :address;

-- name: remove_address(user_id, address)!
delete from user_addresses where user_id = :user_id and address = :address and not is_primary;

-- name: list_stale_addresses(before, limit)
-- Nobody followed the link, and it has expired.
select user_addresses.user_id, user_addresses.address
from user_addresses
where user_addresses.verified_at is null and not user_addresses.is_primary
  and not exists (
    select 1 from links
    where links.purpose = 'address' and links.address = user_addresses.address and links.expires_at > :before)
limit :limit;

-- name: put_picture(user_id, content, sha256, changed_at)!
insert into user_pictures (user_id, content, sha256, changed_at)
values (:user_id, :content, :sha256, :changed_at)
on conflict (user_id) do update
set content = excluded.content, sha256 = excluded.sha256, changed_at = excluded.changed_at;

-- name: delete_picture(user_id)!
delete from user_pictures where user_id = :user_id;

-- name: delete_links(user_id)!
delete from links where user_id = :user_id;

-- name: forget_origins(user_id)!
update sessions set client = '', device = '' where user_id = :user_id;

-- name: erase_user(id, status, version)!
update users
set first_name = '', last_name = '', phone = null, relationship_manager = false, status = :status, password_hash = null,
    totp_secret = null, totp_pending = null, totp_last_step = null, version = :version
where id = :id;

-- name: delete_addresses(user_id)!
delete from user_addresses where user_id = :user_id;

-- name: count_administrators(environment_id)$
select count(*) from users
where environment_id = :environment_id and role = 'administrator' and status = 'active';

-- name: address_is_taken(address)$
select exists (select 1 from user_addresses where address = :address);

-- name: find_credentials(address)^
select users.id as user_id, users.environment_id, users.role, users.status, users.password_hash, users.totp_secret
from user_addresses
join users on users.id = user_addresses.user_id
where user_addresses.address = :address and user_addresses.verified_at is not null;

-- name: find_credentials_of(id)^
select id as user_id, environment_id, role, status, password_hash, totp_secret from users where id = :id;

-- name: lock_credentials_of(id)^
select id as user_id, environment_id, role, status, password_hash, totp_secret from users where id = :id for update;

-- name: put_pending_totp(id, totp_pending)!
update users set totp_pending = :totp_pending where id = :id;

-- name: lock_pending_totp(id)$
select totp_pending from users where id = :id for update;

-- name: set_totp(id, totp_secret, step)!
update users set totp_secret = :totp_secret, totp_pending = null, totp_last_step = :step where id = :id;

-- name: clear_totp(id)!
update users set totp_secret = null, totp_pending = null, totp_last_step = null where id = :id;

-- name: delete_recovery_codes(user_id)!
delete from recovery_codes where user_id = :user_id;

-- name: insert_recovery_codes(user_id, code_hashes)!
insert into recovery_codes (user_id, code_hash) select :user_id, unnest(:code_hashes::bytea[]);

-- name: use_recovery_code(user_id, code_hash, used_at)$
update recovery_codes set used_at = :used_at
where user_id = :user_id and code_hash = :code_hash and used_at is null
returning true;

-- name: accept_totp_step(id, step)$
-- True when the step is newer than any that was accepted before, so that no code works twice.
update users set totp_last_step = :step
where id = :id and (totp_last_step is null or totp_last_step < :step)
returning true;

-- name: replace_password_hash(id, previous, replacement)!
update users set password_hash = :replacement where id = :id and password_hash = :previous;
