"""Documents, their content, timeline and verdicts.

Content lies in monthly partitions by the month in which it may go, so that forgetting is dropping a table. A partition
that does not exist yet is made by `ensure_content_partitions`, which runs with the owner's rights; until then the
default partition takes what comes.
"""

from alembic import op
from shared.database.migrations import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(
        op,
        """
create table documents (
    id uuid primary key,
    direction text not null check (direction in ('outbound', 'inbound')),
    exchange_id uuid not null,
    environment_id uuid not null,
    mode text not null,
    organization_id uuid not null,
    caller_document_id uuid,
    billable boolean not null default false,
    sender text not null,
    receiver text not null,
    document_type_id text not null,
    process_id text not null,
    family text not null,
    number text not null,
    issue_date text not null,
    country text not null,
    sha256 bytea not null,
    size_bytes integer not null,
    content_expires_on date not null,
    state text not null,
    version bigint not null,
    planned_channel text,
    delivery_channel text check (delivery_channel in ('scan_recognise', 'email', 'platform', 'peppol')),
    message_id text,
    attempts integer not null default 0,
    reason text,
    detail text,
    original_id uuid,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    downloaded_at timestamptz,
    bus_until timestamptz,
    archive_until timestamptz not null,
    constraint documents_state check (case direction
        when 'outbound' then
            state in ('accepted', 'validated', 'routed', 'transmitted', 'delivered', 'rejected', 'failed')
        else state in ('received', 'duplicate', 'available', 'downloaded', 'expired') end),
    constraint documents_channel check (case direction
        when 'outbound' then (state = 'delivered') = (delivery_channel is not null)
        else delivery_channel is not null end)
);
create unique index documents_caller_document_id on documents (environment_id, mode, caller_document_id)
    where direction = 'outbound';
create unique index documents_once_per_supplier on documents (organization_id, sender, issue_date, number)
    where direction = 'inbound' and state <> 'duplicate';
create unique index documents_message on documents (organization_id, message_id)
    where direction = 'inbound' and message_id is not null;
create index documents_organization on documents (organization_id, id);
create index documents_bus on documents (bus_until)
    where direction = 'inbound' and state in ('available', 'downloaded');

create function refuse_channel_change() returns trigger language plpgsql as $$
begin
    raise exception 'the delivery channel of a delivered document is immutable'
        using errcode = 'integrity_constraint_violation', constraint = 'documents_channel_immutable';
end $$;
create trigger documents_channel_immutable before update on documents
    for each row
    when (old.delivery_channel is not null and new.delivery_channel is distinct from old.delivery_channel)
    execute function refuse_channel_change();

create table timeline (
    document_id uuid not null references documents (id) on delete cascade,
    sequence bigint not null,
    at timestamptz not null default now(),
    status text not null,
    channel text,
    detail text,
    primary key (document_id, sequence)
);

create table verdicts (
    exchange_id uuid primary key,
    rule_sets jsonb not null,
    findings jsonb not null,
    omitted integer not null,
    created_at timestamptz not null default now()
);

create table contents (
    expires_on date not null,
    sha256 bytea not null,
    data bytea not null,
    primary key (expires_on, sha256)
) partition by range (expires_on);
create table contents_default partition of contents default;
""",
    )
    run_sql(
        op,
        """
create function ensure_content_partitions(first date, months integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    month date;
    made integer := 0;
begin
    for month in
        select generate_series(date_trunc('month', first), first + make_interval(months => months), interval '1 month')
    loop
        if to_regclass(format('contents_%s', to_char(month, 'YYYYMM'))) is null then
            execute format('create table contents_%s partition of contents for values from (%L) to (%L)',
                           to_char(month, 'YYYYMM'), month, month + interval '1 month');
            made := made + 1;
        end if;
    end loop;
    return made;
end $$;

create function drop_expired_content(today date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    partition text;
    dropped integer := 0;
begin
    for partition in
        select child.relname from pg_inherits
        join pg_class as child on child.oid = pg_inherits.inhrelid
        where pg_inherits.inhparent = 'contents'::regclass
          and child.relname ~ '^contents_[0-9]{6}$'
          and to_date(right(child.relname, 6), 'YYYYMM') <= today
    loop
        execute format('drop table %I', partition);
        dropped := dropped + 1;
    end loop;
    delete from contents_default where expires_on <= today;
    return dropped;
end $$;

select ensure_content_partitions((now() at time zone 'UTC')::date, 7 * 12 + 13);
""",
    )
