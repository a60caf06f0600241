-- Keys that are here were answered, or their request is running in a process of the old release: any id will do.
alter table idempotency_keys add column resource_id uuid not null default gen_random_uuid();
alter table idempotency_keys alter column resource_id drop default;
