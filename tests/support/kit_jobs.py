"""Jobs for the tests of the kit: work that remembers itself, and runners that end with their block."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from shared.messaging.job_runner import JobRunner
from shared.messaging.jobs import Job, JobKind

from support.kit import KitUnitOfWork

SOON = (timedelta(milliseconds=10),) * 3


@contextlib.asynccontextmanager
async def running(pool: Any, *kinds: JobKind, runners: int = 1) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(JobRunner(pool, kinds, service="kit").run()) for _ in range(runners)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Worked:
    """Remembers the jobs that ran; `fail` says with what."""

    def __init__(self, *fail: Exception | None, seconds: float = 0.0) -> None:
        self.ran: list[Job] = []
        self.given_up: list[tuple[Job, str]] = []
        self.at_once = self.most_at_once = 0
        self._fail = list(fail)
        self._seconds = seconds

    async def run(self, job: Job) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.ran.append(job)
            await asyncio.sleep(self._seconds)
            error = self._fail.pop(0) if self._fail else None
            if error is not None:
                raise error
        finally:
            self.at_once -= 1

    async def give_up(self, job: Job, reason: str) -> None:
        self.given_up.append((job, reason))

    def kind(self, name: str = "mail", *, retries: Sequence[timedelta] = SOON, **settings: Any) -> JobKind:
        return JobKind(name=name, run=self.run, on_exhausted=self.give_up, retries=retries, **settings)

    @property
    def numbers(self) -> list[int]:
        return [job.payload["n"] for job in self.ran]


async def enqueue(uow: KitUnitOfWork, count: int, *, kind: str = "mail", lane: str | None = None) -> None:
    async with uow() as tx:
        for number in range(count):
            tx.enqueue(kind, {"n": number}, lane=lane)


async def no_jobs(pool: Any) -> bool:
    return await pool.fetchval("select not exists (select 1 from jobs)")
