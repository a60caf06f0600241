"""The ledger is checked once per statement instead of once per row at commit.

A transaction and its entries are inserted by one statement (entries in the main query, transactions in a CTE): both are
there when the triggers run. What was refused at commit is refused by the statement now, in all cases: a transaction
without entries, with one, with entries that do not add up, or that say something else of the credit than it does.
"""

from alembic import op
from shared.database.migrations import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The index is right however small the ledger was when the plan was made, which a session keeps.
BY_STATEMENT = """
drop trigger ledger_balanced on ledger_transactions;
drop function check_ledger_transaction();

create function check_ledger_transactions() returns trigger language plpgsql set enable_seqscan = off as $$
declare
    wrong record;
begin
    select inserted.id, inserted.amount_micros, its.entries, its.total, its.credit
    into wrong
    from inserted
    cross join lateral (
        select count(*) as entries, sum(amount_micros) as total,
               coalesce(sum(amount_micros) filter (where account = 'credit'), 0) as credit
        from ledger_entries
        where transaction_id = inserted.id
    ) as its
    where its.entries < 2 or its.total <> 0 or its.credit <> inserted.amount_micros
    limit 1;
    if found then
        raise integrity_constraint_violation using
            message = format('ledger transaction %s: %s entries, sum %s, credit %s, amount %s',
                             wrong.id, wrong.entries, wrong.total, wrong.credit, wrong.amount_micros),
            constraint = 'ledger_balanced';
    end if;
    return null;
end
$$;
create trigger ledger_balanced after insert on ledger_transactions
    referencing new table as inserted for each statement execute function check_ledger_transactions();
"""


def upgrade() -> None:
    run_sql(op, BY_STATEMENT)
