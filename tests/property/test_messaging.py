"""Outbox, relay, Kafka and inbox together: whatever comes twice or late, a projection is the fold of its topic.

Kafka is a model here: an order per key, records repeated, batches cut anywhere, batches that fail and come again, a
consumer that starts from the beginning, a relay that crashes between the acknowledgement and its delete.
"""

import itertools
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.contracts.billing import AccountState, PaymentFailed, SubscriptionChanged
from shared.contracts.event import Contract, Envelope
from shared.contracts.topics import BILLING_ACCOUNTS, BILLING_PAYMENTS
from shared.database.pool import open_pool
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.messaging.relay import OutgoingRecord, RelayStalledError, relay_batch
from shared.messaging.transaction import Transaction
from support.events import Record
from support.fuzzing import Loop, bounded, explored
from support.kit import KitUnitOfWork, empty, migrate, postgres_settings, unit_of_work
from support.postgres import CreateDatabase

PLANS = ["invoice_portal", "basic", "professional"]
UPSERT = """
insert into projected (id, plan, sequence) values ($1, $2, $3)
on conflict (id) do update set plan = excluded.plan, sequence = excluded.sequence
where projected.sequence < excluded.sequence
"""


class AccountCarrier(Contract):
    state: AccountState


@pytest.fixture(scope="module")
async def pool(create_database: CreateDatabase) -> AsyncIterator[Any]:
    database = create_database("kit", migrate)
    async with open_pool(postgres_settings(database.owner_dsn), application_name="property tests") as opened:
        await opened.execute("create table projected (id uuid primary key, plan text, sequence bigint)")
        yield opened


@dataclass(slots=True)
class Kafka:
    """The topics as a list of records in the order in which they were acknowledged; `fail_after` breaks a send."""

    log: list[OutgoingRecord] = field(default_factory=list)
    fail_after: int | None = None

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        for number, record in enumerate(records):
            if self.fail_after is not None and number >= self.fail_after:
                self.fail_after = None
                raise ConnectionError("Kafka did not acknowledge")
            self.log.append(record)


@dataclass(slots=True, kw_only=True)
class Story:
    """What is done: changes of accounts and facts, in transactions some of which are rolled back."""

    uow: KitUnitOfWork
    pool: Any
    kafka: Kafka = field(default_factory=Kafka)
    versions: dict[UUID, int] = field(default_factory=dict)
    plans: dict[UUID, str] = field(default_factory=dict)
    facts: set[UUID] = field(default_factory=set)

    async def change(self, account: UUID, plan: str, *, fails: bool) -> None:
        """Change an account and tell of a fact, in one transaction that may not reach its end."""
        version, payment = self.versions.get(account, 0) + 1, new_id()
        state = AccountState(environment_id=account, plan=plan, depleted=False)
        try:
            async with self.uow() as tx:
                tx.publish(
                    SubscriptionChanged(state=state, previous_plan="basic"),
                    subject=account,
                    environment=account,
                    sequence=version,
                )
                failed = PaymentFailed(payment_id=payment, purpose="top_up", reference_id=payment, reason="expired")
                tx.publish(failed, subject=account, environment=account, sequence=version)
                if fails:
                    raise InterruptedError  # noqa: TRY301 - the rollback is what is tried
        except InterruptedError:
            return
        self.versions[account], self.plans[account] = version, plan
        self.facts.add(payment)

    async def relay(self, *, fail_after: int | None) -> None:
        """Move the outbox, perhaps through a crash: then everything not deleted is sent again."""
        self.kafka.fail_after = fail_after
        async with self.pool.acquire() as connection:
            for _ in range(2):
                try:
                    while await relay_batch(connection, self.kafka.send):
                        continue
                except RelayStalledError:
                    continue
                else:
                    break

    def consumers(self) -> list[EventConsumer[Transaction]]:
        accounts = EventConsumer(service="kit", topic=BILLING_ACCOUNTS, uow=self.uow)
        accounts.project(AccountCarrier, _project)
        payments = EventConsumer(service="kit", topic=BILLING_PAYMENTS, uow=self.uow)
        payments.on(PaymentFailed, _apply)
        return [accounts, payments]


async def _project(event: Envelope[AccountCarrier], tx: Transaction) -> None:
    await tx.connection.execute(UPSERT, UUID(event.subject), event.data.state.plan, event.sequence)


async def _apply(event: Envelope[PaymentFailed], tx: Transaction) -> None:
    await tx.connection.execute(
        "insert into effects (event_id, subject, what) values ($1, $2, $3)",
        event.id,
        event.subject,
        str(event.data.payment_id),
    )


def delivered(log: Sequence[OutgoingRecord], chance: random.Random) -> list[list[Record]]:
    """Return batches as Kafka may deliver them: in order per key, interleaved, some repeated."""
    queues: dict[str, list[OutgoingRecord]] = {}
    for record in log:
        queues.setdefault(record.key, []).append(record)
    sent: list[OutgoingRecord] = []
    cursors = dict.fromkeys(queues, 0)
    while any(cursors[key] < len(queue) for key, queue in queues.items()):
        key = chance.choice([key for key, queue in queues.items() if cursors[key] < len(queue)])
        sent.append(queues[key][cursors[key]])
        cursors[key] += 1
        if chance.random() < 0.2:  # a rebalance: this key's partition is read again from somewhere before
            cursors[key] = chance.randrange(cursors[key] + 1)
        if len(sent) > 20 * len(log):
            break
    sent += [record for queue, cursor in ((queues[key], cursors[key]) for key in queues) for record in queue[cursor:]]
    offsets = itertools.count()
    records = [
        Record(
            topic=record.topic,
            key=record.key.encode(),
            value=record.payload,
            offset=next(offsets),
            headers=[(name, text.encode()) for name, text in record.headers.items()],
        )
        for record in sent
    ]
    batches: list[list[Record]] = []
    while records:
        size = chance.randint(1, 12)
        batches.append(records[:size])
        records = records[size:]
    return batches


steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(PLANS), st.booleans(), st.sampled_from([None, None, 0, 1, 3])),
    min_size=1,
    max_size=8,
)


async def lived(pool: Any, what: Sequence[tuple[int, str, bool, int | None]], chance: random.Random) -> Story:
    """Live a story with two lives of the consumers: what they had seen is delivered to them again."""
    await empty(pool)
    await pool.execute("delete from projected")
    accounts = [new_id() for _ in range(3)]
    story = Story(uow=unit_of_work(pool), pool=pool)
    for number, (account, plan, fails, fail_after) in enumerate(what):
        await story.change(accounts[account], plan, fails=fails)
        if number % 2:
            await story.relay(fail_after=fail_after)
    await story.relay(fail_after=None)
    for _life in range(2):
        for batch in delivered(story.kafka.log, chance):
            for consumer in story.consumers():
                mine = [record for record in batch if record.topic == consumer.topic.name]
                if mine:
                    await consumer.apply(mine)
    return story


async def broken_rules(story: Story) -> list[str]:
    """Return which of the promises do not hold."""
    found = []
    if await story.pool.fetchval("select count(*) from outbox"):
        found.append("an event stayed in the outbox")
    folded: dict[UUID, tuple[str, int]] = {}
    for record in story.kafka.log:
        if record.topic == BILLING_ACCOUNTS.name:
            state = SubscriptionChanged.model_validate_json(record.payload).state
            sequence = int(record.headers["ce_sequence"])
            if folded.get(state.environment_id, ("", 0))[1] < sequence:
                folded[state.environment_id] = (state.plan, sequence)
    rows = await story.pool.fetch("select id, plan, sequence from projected")
    projected = {row["id"]: (row["plan"], row["sequence"]) for row in rows}
    if projected != folded or {key: plan for key, (plan, _) in folded.items()} != story.plans:
        found.append("the projection is not the fold of its topic")
    effects = [UUID(row["what"]) for row in await story.pool.fetch("select what from effects")]
    if len(effects) != len(set(effects)):
        found.append("a fact was applied twice")
    if set(effects) != story.facts:
        found.append("a committed fact was lost, or one that was rolled back was told")
    if await story.pool.fetchval("select count(*) from dead_letters"):
        found.append("something was parked")
    return found


async def test_whatever_kafka_repeats_each_event_has_one_effect_and_the_projection_is_the_fold(pool: Any) -> None:
    def live(loop: Loop) -> None:
        @bounded(25)
        @given(what=steps, seed=st.integers(0, 2**32))
        def one(what: list[tuple[int, str, bool, int | None]], seed: int) -> None:
            async def whole() -> list[str]:
                return await broken_rules(await lived(pool, what, random.Random(seed)))  # noqa: S311 - repeatable

            assert loop.run(whole()) == []

        one()

    await explored(live)


@pytest.mark.parametrize("without", ["the inbox", "the sequence"])
async def test_without_its_guard_the_same_story_goes_wrong(
    pool: Any, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    """The promises above are kept by the inbox and by the sequence: each is taken away, and that is noticed."""
    if without == "the inbox":

        async def everything(_connection: Any, *, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
            assert consumer
            return set(ids)

        monkeypatch.setattr("shared.messaging.consumer.inbox.claim", everything)
    else:
        monkeypatch.setitem(globals(), "UPSERT", UPSERT.partition("where")[0])
        monkeypatch.setattr("shared.messaging.consumer.inbox.claim", _claim_all)
    what = [(0, plan, False, 1) for plan in (*PLANS, "basic")]
    found = [await broken_rules(await lived(pool, what, random.Random(seed))) for seed in range(6)]  # noqa: S311
    assert any(found)


async def _claim_all(_connection: Any, *, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
    assert consumer
    return set(ids)
