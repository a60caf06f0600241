"""Figures that lie in the database: right, zero where nothing is, and known to be old when they could not be read."""

import asyncio
import time
from typing import Any

import pytest
from shared.messaging import lag
from shared.messaging.consumer import EventConsumer
from shared.messaging.lag import stale_projections
from shared.messaging.sampling import Sampler
from support.events import Record, payment_failed
from support.figures import figure
from support.kit import KitUnitOfWork
from support.kit_consumers import fact_consumer

JOBS = {"service": "kit", "kind": "mail"}


def sampler(pool: Any, **changes: Any) -> Sampler:
    given: dict[str, Any] = {"every": 60, "kinds": ["mail", "route"], "groups": ["kit.billing.payments"], **changes}
    return Sampler(pool=pool, service="kit", **given)


async def test_outbox_jobs_and_dead_letters_are_counted_with_their_age(uow: KitUnitOfWork, pool: Any):
    async with uow() as tx:
        for _ in range(3):
            tx.publish(payment_failed(), subject=some_id(), environment=some_id())
        tx.enqueue("mail", {})
    await pool.execute("update outbox set created_at = now() - interval '70 s'")
    await pool.execute("update jobs set next_attempt_at = now() - interval '400 s'")
    await fact_consumer(uow).apply([Record(topic="billing.payments", key=None, value=b"", headers=())])

    await sampler(pool).sample()

    assert figure("platform_outbox_rows", service="kit") == 3
    assert 70 <= figure("platform_outbox_oldest_seconds", service="kit") < 90
    assert figure("platform_jobs_waiting", **JOBS) == 1
    assert 400 <= figure("platform_jobs_oldest_seconds", **JOBS) < 420
    assert figure("platform_jobs_waiting", service="kit", kind="route") == 0
    assert figure("platform_dead_letters_open", consumer="kit.billing.payments") == 1
    assert figure("platform_database_bytes", service="kit") > 1_000_000


async def test_what_is_done_is_shown_as_zero_again(uow: KitUnitOfWork, pool: Any):
    async with uow() as tx:
        tx.publish(payment_failed(), subject=some_id(), environment=some_id())
        tx.enqueue("mail", {})
    await sampler(pool).sample()
    await pool.execute("delete from outbox")
    await pool.execute("delete from jobs")

    await sampler(pool).sample()

    assert [figure("platform_outbox_rows", service="kit"), figure("platform_outbox_oldest_seconds", service="kit")] == [
        0,
        0,
    ]
    assert [figure("platform_jobs_waiting", **JOBS), figure("platform_jobs_oldest_seconds", **JOBS)] == [0, 0]


async def test_a_database_that_is_away_leaves_old_figures_that_tell_their_age(pool: Any):
    tries = asyncio.Queue[None]()

    async def own() -> None:
        tries.put_nowait(None)
        if tries.qsize() > 1:
            raise ConnectionRefusedError

    running = asyncio.create_task(sampler(pool, every=0.01, own=[own]).run())
    try:
        async with asyncio.timeout(10):
            while tries.qsize() < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        first = figure("platform_sampled_timestamp_seconds", service="kit")
        assert first <= time.time()
        await asyncio.sleep(0.1)
        assert figure("platform_sampled_timestamp_seconds", service="kit") == first
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def consumer(uow: KitUnitOfWork) -> EventConsumer[Any]:
    return fact_consumer(uow)


async def report(pool: Any, consumer: EventConsumer[Any], member: str, *, partitions: int, seconds: float = 0) -> None:
    await lag.queries.save_progress(
        pool,
        consumers=[consumer.group],
        member=member,
        partitions=[partitions],
        records=[int(seconds)],
        seconds=[seconds],
    )


async def test_two_workers_that_share_a_group_are_fresh_together(pool: Any, consumer: EventConsumer[Any]):
    await report(pool, consumer, "1", partitions=6)
    assert await stale_projections(pool, [consumer], 5.0) == [consumer.group], "half of the partitions"
    await report(pool, consumer, "2", partitions=6)
    assert await stale_projections(pool, [consumer], 5.0) == []


async def test_a_worker_that_is_well_does_not_hide_one_that_lags(pool: Any, consumer: EventConsumer[Any]):
    await report(pool, consumer, "1", partitions=6, seconds=7)
    await report(pool, consumer, "2", partitions=6)
    assert await stale_projections(pool, [consumer], 5.0) == [consumer.group]


async def test_a_worker_that_went_away_is_forgotten_once_the_others_have_its_partitions(
    pool: Any, consumer: EventConsumer[Any]
):
    await report(pool, consumer, "1", partitions=6)
    await report(pool, consumer, "2", partitions=6)
    await pool.execute("update consumer_progress set updated_at = now() - interval '6 s' where member = '2'")
    assert await stale_projections(pool, [consumer], 5.0) == [consumer.group]
    await report(pool, consumer, "1", partitions=12)
    assert await stale_projections(pool, [consumer], 5.0) == []


def some_id() -> Any:
    """Return an id that nobody looks at."""
    return payment_failed().payment_id
