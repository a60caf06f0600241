-- Derived and rewritten every second, so it is made anew instead of converted.
drop table consumer_progress;
create table consumer_progress (
    consumer text not null,
    member text not null,
    partitions integer not null,
    lag_records bigint not null,
    lag_seconds double precision not null,
    updated_at timestamptz not null default now(),
    primary key (consumer, member)
);
