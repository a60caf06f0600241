"""Price lists with their validity, and the first one. A list is never changed; a new one replaces it from a time on."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
create table price_lists (
    id uuid primary key,
    valid_from timestamptz not null constraint price_list_once unique,
    currency text not null default 'EUR',
    published_at timestamptz,
    created_at timestamptz not null default now()
);
create table prices (
    price_list_id uuid not null references price_lists (id),
    service text not null,
    amount_micros bigint not null check (amount_micros >= 0),
    primary key (price_list_id, service)
);
create function refuse_price_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'price_lists' then
        if (new.id, new.valid_from, new.currency) = (old.id, old.valid_from, old.currency) then
            return new;
        end if;
    end if;
    raise insufficient_privilege using message = format('%s are not changed: add a price list', tg_table_name);
end
$$;
create trigger not_changed before update or delete on price_lists for each row execute function refuse_price_change();
create trigger not_changed before update or delete on prices for each row execute function refuse_price_change();
"""

FIRST_LIST = """
insert into price_lists (id, valid_from) values ('019a0000-0000-7000-8000-000000000001', '2025-01-01T00:00:00Z');
insert into prices (price_list_id, service, amount_micros)
values ('019a0000-0000-7000-8000-000000000001', 'send_einvoice', 171000),
       ('019a0000-0000-7000-8000-000000000001', 'receive_einvoice', 341000),
       ('019a0000-0000-7000-8000-000000000001', 'send_manual', 0);
"""


def upgrade() -> None:
    for statement in (TABLES, FIRST_LIST):
        op.execute(statement)
