-- Remembers every event that a transaction committed to the outbox, in the same transaction: what the relay deletes
-- after sending can then be compared with what arrived.
create schema if not exists chaos;

create table if not exists chaos.outbox_log (
    id bigint primary key,
    topic text not null,
    key text not null,
    event_id text not null,
    subject text not null,
    sequence bigint not null
);

create or replace function chaos.remember() returns trigger language plpgsql security definer as $$
begin
    insert into chaos.outbox_log
    values (new.id, new.topic, new.key, new.headers ->> 'ce_id', new.headers ->> 'ce_subject',
            (new.headers ->> 'ce_sequence')::bigint);
    return null;
end
$$;

create or replace trigger remember after insert on public.outbox for each row execute function chaos.remember();
