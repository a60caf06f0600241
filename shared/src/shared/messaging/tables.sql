create table outbox (
    id bigint generated always as identity primary key,
    topic text not null,
    key text not null,
    headers jsonb not null,
    payload bytea not null,
    created_at timestamptz not null default now()
);

create table inbox (
    consumer text not null,
    event_id uuid not null,
    processed_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_processed_at on inbox (processed_at);

create table dead_letters (
    id uuid primary key,
    consumer text not null,
    topic text not null,
    partition integer not null,
    offset_ bigint not null,
    key bytea,
    headers jsonb not null,
    payload bytea,
    error_code text not null,
    error text not null,
    attempts integer not null,
    created_at timestamptz not null default now(),
    resolved_at timestamptz,
    unique (consumer, topic, partition, offset_)
);

create table idempotency_keys (
    environment_id uuid not null,
    operation text not null,
    key text not null,
    request_hash bytea not null,
    status integer,
    response jsonb,
    expires_at timestamptz not null,
    primary key (environment_id, operation, key)
);
create index idempotency_keys_expires_at on idempotency_keys (expires_at);

create table jobs (
    id bigint generated always as identity primary key,
    kind text not null,
    lane text,
    payload jsonb not null,
    headers jsonb not null default '{}',
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now()
);
create index jobs_due on jobs (next_attempt_at);
create index jobs_lane on jobs (lane, id) where lane is not null;

create table consumer_progress (
    consumer text primary key,
    lag_records bigint not null,
    lag_seconds double precision not null,
    updated_at timestamptz not null default now()
);
