"""The floors of the ledger: the rows that billing writes, ready-made, through the same driver and no logic.

Two floors. The bare one is what a ledger cannot do without: a batch of ledger rows with their entries, and one update
of the balance per account. The one with messaging also claims the events in the inbox and leaves an event per charge in
the outbox, as every consumer that publishes must. Both write to copies of the tables with their indexes, without
triggers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.ids import new_id
from shared.messaging.outbox import OutboxRow

PRICE = 171_000

TABLES = """
create table if not exists floor_transactions (like ledger_transactions including indexes including defaults);
create table if not exists floor_entries (like ledger_entries including indexes);
create table if not exists floor_accounts (environment_id uuid primary key, balance bigint not null)
    with (fillfactor = 50);
create table if not exists floor_inbox (like inbox including indexes including defaults);
create table if not exists floor_outbox (like outbox including indexes including defaults including identity);
truncate floor_transactions, floor_entries, floor_accounts, floor_inbox, floor_outbox;
"""
ACCOUNTS = "insert into floor_accounts select id, 0 from unnest($1::uuid[]) as id"
_TRANSACTIONS = """
insert into floor_transactions (
    id, environment_id, number, kind, amount_micros, balance_after_micros, service, document_id, organization_id,
    occurred_at, hash)
select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
                     $8::uuid[], $9::uuid[], $10::timestamptz[], $11::bytea[])"""
_ENTRIES = """
insert into floor_entries (transaction_id, line, account, amount_micros)
select * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::bigint[])"""
_BALANCES = """
update floor_accounts as account set balance = account.balance + changed.amount
from unnest($1::uuid[], $2::bigint[]) as changed (environment_id, amount)
where account.environment_id = changed.environment_id"""
_INBOX = """
insert into floor_inbox (consumer, event_id) select 'floor', id from unnest($1::uuid[]) as id
on conflict do nothing returning event_id"""
_OUTBOX = """
insert into floor_outbox (topic, key, headers, payload)
select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::bytea[])"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The values of one batch, by statement, as the driver takes them."""

    transactions: Sequence[Sequence[Any]]
    entries: Sequence[Sequence[Any]]
    balances: Sequence[Sequence[Any]]
    inbox: Sequence[Sequence[Any]]
    outbox: Sequence[Sequence[Any]]


def batches(rows: Sequence[OutboxRow], environments: Sequence[UUID], size: int) -> list[Batch]:
    """Make everything beforehand: the environments in turn, as in `bench.usage_events`."""
    numbers: Counter[UUID] = Counter()
    made = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        payers = [environments[(start + place) % len(environments)] for place in range(len(part))]
        made.append(_batch(part, payers, numbers, utc_now()))
    return made


def _batch(rows: Sequence[OutboxRow], payers: Sequence[UUID], numbers: Counter[UUID], now: datetime) -> Batch:
    count = len(rows)
    ids = [new_id() for _ in rows]
    placed = []
    for payer in payers:
        numbers[payer] += 1
        placed.append(numbers[payer])
    balances = Counter(payers)
    topics, keys, headers, payloads = (list(column) for column in zip(*rows, strict=True))
    return Batch(
        transactions=[
            ids, list(payers), placed, ["charge"] * count, [-PRICE] * count, [-PRICE * number for number in placed],
            ["send_einvoice"] * count, [new_id() for _ in rows], list(payers), [now] * count, [b"h" * 32] * count,
        ],
        entries=[
            [each for each in ids for _ in range(2)], [1, 2] * count, ["credit", "revenue"] * count,
            [-PRICE, PRICE] * count,
        ],
        balances=[list(balances), [-PRICE * count for count in balances.values()]],
        inbox=[[new_id() for _ in rows]],
        outbox=[topics, keys, headers, payloads],
    )  # fmt: skip


async def book(connection: Any, batch: Batch, *, with_messaging: bool) -> None:
    """Book a batch in one transaction."""
    async with connection.transaction():
        if with_messaging:
            await connection.fetch(_INBOX, *batch.inbox)
        await connection.execute(_TRANSACTIONS, *batch.transactions)
        await connection.execute(_ENTRIES, *batch.entries)
        await connection.execute(_BALANCES, *batch.balances)
        if with_messaging:
            await connection.execute(_OUTBOX, *batch.outbox)
