"""Jobs: committed with what wants them, run at least once, in order per lane, given up with a reason."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from shared.database.failures import DATABASE_DOWN
from shared.errors import Invalid, Unavailable
from shared.ids import new_id
from shared.messaging import job_runner
from shared.messaging.jobs import Job, JobKind, RetryLater
from support.kafka_reader import eventually
from support.kit import KitUnitOfWork
from support.kit_jobs import SOON, Worked, enqueue, no_jobs, running


async def test_every_job_runs_once_with_two_runners(uow: KitUnitOfWork, pool: Any):
    work = Worked(seconds=0.005)
    await enqueue(uow, 100)
    async with running(pool, work.kind(), runners=2):
        assert await eventually(lambda: no_jobs(pool))
    assert sorted(work.numbers) == list(range(100))
    assert all(job.attempt == 1 for job in work.ran)


async def test_a_lane_is_worked_in_order_one_at_a_time_with_two_runners_also_across_retries(
    uow: KitUnitOfWork, pool: Any
):
    work = Worked(None, Unavailable("once"), None, Unavailable("once"), Unavailable("twice"), seconds=0.005)
    await enqueue(uow, 10, lane="invoice")
    async with running(pool, work.kind(), runners=2):
        assert await eventually(lambda: no_jobs(pool))
    assert work.numbers == [0, 1, 1, 2, 2, 2, *range(3, 10)]
    assert work.most_at_once == 1


async def test_lanes_and_jobs_without_a_lane_run_beside_each_other(uow: KitUnitOfWork, pool: Any):
    work = Worked(seconds=0.3)
    for lane in ("a", "b", None, None):
        await enqueue(uow, 1, lane=lane)
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert work.most_at_once == 4


async def test_a_job_that_committed_late_waits_for_the_younger_one_of_its_lane_that_already_runs(
    uow: KitUnitOfWork, pool: Any
):
    work = Worked(seconds=0.3)
    async with pool.acquire() as connection:
        late = connection.transaction()
        await late.start()
        await connection.execute("insert into jobs (kind, lane, payload) values ('mail', 'hook', '{\"n\": 0}')")
        await enqueue(uow, 2, lane="hook")
        async with running(pool, work.kind(), runners=2):

            async def one_runs() -> bool:
                return work.at_once == 1

            assert await eventually(one_runs)
            await late.commit()
            assert await eventually(lambda: no_jobs(pool))
    assert len(work.ran) == 3
    assert work.most_at_once == 1


async def test_concurrency_of_a_kind_is_bounded(uow: KitUnitOfWork, pool: Any):
    work = Worked(seconds=0.02)
    await enqueue(uow, 30)
    async with running(pool, work.kind(concurrency=3)):
        assert await eventually(lambda: no_jobs(pool))
    assert work.most_at_once == 3


async def test_a_job_of_a_dead_worker_comes_back_when_its_lease_ends(uow: KitUnitOfWork, pool: Any):
    await enqueue(uow, 1)
    await pool.execute("update jobs set leased_until = now() + interval '0.4 s', attempts = 1")
    work = Worked()
    async with running(pool, work.kind()):
        await asyncio.sleep(0.2)
        assert work.ran == []
        assert await eventually(lambda: no_jobs(pool))
    assert [job.attempt for job in work.ran] == [2]


@pytest.mark.parametrize("error", [Unavailable("down"), RuntimeError("a bug"), OSError("no route")])
async def test_a_failed_job_is_retried_and_given_up_after_its_last_retry(
    error: Exception, uow: KitUnitOfWork, pool: Any
):
    work = Worked(*[error] * 9)
    await enqueue(uow, 1)
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert [job.attempt for job in work.ran] == [1, 2, 3, 4]
    ((job, reason),) = work.given_up
    assert job.attempt == 4
    assert reason


async def test_an_error_that_will_not_pass_gives_up_at_once(uow: KitUnitOfWork, pool: Any):
    work = Worked(Invalid("no such address"))
    await enqueue(uow, 1)
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert [reason for _, reason in work.given_up] == ["invalid: no such address"]
    assert len(work.ran) == 1


async def test_a_job_over_its_deadline_is_stopped_and_retried(uow: KitUnitOfWork, pool: Any):
    slow, given_up = Worked(seconds=5), Worked()
    kind = JobKind(
        name="mail",
        run=slow.run,
        on_exhausted=given_up.give_up,
        deadline=timedelta(milliseconds=30),
        retries=SOON[:1],
    )
    await enqueue(uow, 1)
    async with running(pool, kind):
        assert await eventually(lambda: no_jobs(pool))
    assert len(slow.ran) == 2
    assert "no answer within" in given_up.given_up[0][1]


async def test_retry_later_overrides_the_schedule(uow: KitUnitOfWork, pool: Any):
    work = Worked(RetryLater(timedelta(milliseconds=20), "asked to wait"))
    await enqueue(uow, 1)
    async with running(pool, work.kind(retries=(timedelta(hours=1),))):
        assert await eventually(lambda: no_jobs(pool))
    assert [job.attempt for job in work.ran] == [1, 2]


async def test_retry_later_waits_as_long_as_it_says(uow: KitUnitOfWork, pool: Any):
    work = Worked(RetryLater(timedelta(hours=1), "asked to wait"))
    await enqueue(uow, 1)
    async with running(pool, work.kind(retries=SOON)):

        async def is_delayed() -> bool:
            return await pool.fetchval("select last_error is not null from jobs")

        assert await eventually(is_delayed)
    row = await pool.fetchrow("select next_attempt_at - now() as wait, last_error, leased_until from jobs")
    assert timedelta(minutes=59) < row["wait"] < timedelta(minutes=67)
    assert (row["last_error"], row["leased_until"]) == ("asked to wait", None)


async def test_a_delayed_job_waits(uow: KitUnitOfWork, pool: Any):
    work = Worked()
    async with uow() as tx:
        tx.enqueue("mail", {"n": 0}, delay=timedelta(milliseconds=300))
        tx.enqueue("mail", {"n": 1})
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert work.numbers == [1, 0]


async def test_a_job_that_takes_its_worker_along_each_time_is_given_up(uow: KitUnitOfWork, pool: Any):
    work = Worked()
    await enqueue(uow, 1)
    attempts = len(SOON) + 1 + job_runner._CRASHES
    await pool.execute("update jobs set attempts = $1, leased_until = now()", attempts)
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert work.ran == []
    assert "the worker ended" in work.given_up[0][1]


async def test_a_job_whose_giving_up_fails_comes_back(uow: KitUnitOfWork, pool: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_runner, "_LEASE", timedelta(milliseconds=200))
    told: list[str] = []

    async def give_up(_job: Job, reason: str) -> None:
        told.append(reason)
        if len(told) == 1:
            raise RuntimeError("could not tell anybody")

    async def fail(_job: Job) -> None:
        raise Invalid("never")

    kind = JobKind(name="mail", run=fail, on_exhausted=give_up, deadline=timedelta(milliseconds=100))
    await enqueue(uow, 1)
    async with running(pool, kind):
        assert await eventually(lambda: no_jobs(pool))
    assert told == ["invalid: never", "invalid: never"]


async def test_jobs_of_a_kind_that_nobody_here_runs_stay(uow: KitUnitOfWork, pool: Any):
    work = Worked()
    await enqueue(uow, 1, kind="unknown")
    await enqueue(uow, 1)
    async with running(pool, work.kind()):

        async def has_run() -> bool:
            return bool(work.ran)

        assert await eventually(has_run)
    assert [row["kind"] for row in await pool.fetch("select kind from jobs")] == ["unknown"]


async def test_a_runner_survives_a_lost_database_session(uow: KitUnitOfWork, pool: Any):
    work = Worked()
    async with running(pool, work.kind()):
        await pool.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        await enqueue_over_outages(uow)
        assert await eventually(lambda: no_jobs(pool))
    assert work.numbers == [0]


async def enqueue_over_outages(uow: KitUnitOfWork) -> None:
    async def enqueued() -> bool:
        try:
            await enqueue(uow, 1)
        except DATABASE_DOWN:
            return False
        return True

    assert await eventually(enqueued)


async def test_a_payload_comes_back_as_it_was(uow: KitUnitOfWork, pool: Any):
    payload = {"id": str(new_id()), "nested": {"é": [1, None, True, 1.5]}, "text": "\u2028"}
    work = Worked()
    async with uow() as tx:
        tx.enqueue("mail", payload)
    async with running(pool, work.kind()):
        assert await eventually(lambda: no_jobs(pool))
    assert json.loads(json.dumps(work.ran[0].payload)) == payload


async def test_a_long_job_keeps_its_lease(uow: KitUnitOfWork, pool: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_runner, "_LEASE", timedelta(milliseconds=600))
    monkeypatch.setattr(job_runner, "_TEND_EVERY", 0.1)
    work = Worked(seconds=1.5)
    await enqueue(uow, 1)
    async with running(pool, work.kind(), runners=2):
        assert await eventually(lambda: no_jobs(pool))
    assert [job.attempt for job in work.ran] == [1]
