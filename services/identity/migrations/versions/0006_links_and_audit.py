"""Links for more than registrations, users who are invited, and the audit log, which only grows."""

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = """
alter table registrations rename to links;
alter index registrations_pkey rename to links_pkey;
alter index registrations_expires_at rename to links_expires_at;
alter table links add column purpose text not null default 'registration'
    check (purpose in ('registration', 'activation'));
alter table links alter column purpose drop default;
alter table links add column user_id uuid references users (id) on delete cascade;
alter table links add constraint links_of_users check ((user_id is null) = (purpose = 'registration'));
drop index registrations_open_address;
create unique index links_open on links (purpose, address) where used_at is null;
create index links_user on links (user_id) where user_id is not null;

create table audit_entries (
    id uuid primary key,
    environment_id uuid not null,
    at timestamptz not null,
    actor_id uuid not null,
    action text not null,
    subject_id uuid not null,
    client text not null,
    reason text,
    details jsonb not null
);
create index audit_entries_environment on audit_entries (environment_id, id);
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never changed';
end
$$;
create trigger audit_entries_are_final before update or delete or truncate on audit_entries
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
