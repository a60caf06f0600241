"""Runs the jobs of one worker process (see `shared.messaging.jobs` for what a job promises).

A lease lasts ten seconds and is renewed every second while its job runs: long jobs keep theirs, and what a dead worker
held is taken over within ten seconds.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract

from shared.database.failures import DATABASE_DOWN, count_failure, is_transient
from shared.database.queries import beside
from shared.errors import DomainError
from shared.messaging.jobs import Job, JobKind, RetryLater
from shared.observability.metrics import JOB_SECONDS, declare_job
from shared.observability.tracing import open_span

_queries = beside(__file__, "jobs.sql")
_log = structlog.get_logger(__name__)
_tracer = trace.get_tracer("shared.messaging")

_IDLE_MIN, _IDLE_MAX = 0.01, 0.05
_LEASE = timedelta(seconds=10)
_TEND_EVERY = 1.0
_JITTER = 0.1
_CRASHES = 3
"""How many attempts beyond a kind's retries may end with the worker, before the job is held to be the reason."""


class JobRunner:
    """Claims, runs and settles jobs until cancelled; a cancelled runner lets running jobs' leases end."""

    def __init__(self, pool: Any, kinds: Iterable[JobKind], *, service: str) -> None:
        self._pool = pool
        self._kinds = {kind.name: kind for kind in kinds}
        self._service = service
        self._running: Counter[str] = Counter()
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[int] = []
        for name in self._kinds:
            declare_job(service, name)

    async def run(self) -> None:
        """Work until cancelled, over failures of the database."""
        if not self._kinds:
            return
        idle, tend_due = _IDLE_MIN, 0.0
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    claimed = await self._step()
                    if loop.time() >= tend_due:
                        await self._tend()
                        tend_due = loop.time() + _TEND_EVERY
                except DATABASE_DOWN as error:
                    _log.warning("job_runner_interrupted", error=repr(error))
                    count_failure(error)
                    await asyncio.sleep(1.0)
                    continue
                idle = _IDLE_MIN if claimed or self._done else min(idle * 1.5, _IDLE_MAX)
                await asyncio.sleep(0 if claimed else idle)
        finally:
            await self._stop()

    async def _step(self) -> int:
        """Delete what is done and start what is due; return how many were started."""
        await self._settle()
        free = {name: kind.concurrency - self._running[name] for name, kind in self._kinds.items()}
        open_kinds = [name for name, room in free.items() if room > 0]
        if not open_kinds:
            return 0
        started = 0
        async for row in _queries.claim_jobs(
            self._pool,
            kinds=open_kinds,
            room=min(free[name] for name in open_kinds),
            lease=_LEASE.total_seconds(),
        ):
            self._start(_job(row))
            started += 1
        return started

    async def _settle(self) -> None:
        done, self._done = self._done, []
        if not done:
            return
        try:
            await _queries.delete_jobs(self._pool, ids=done)
        except BaseException:
            self._done = done + self._done
            raise

    def _start(self, job: Job) -> None:
        self._running[job.kind] += 1
        self._held.add(job.id)
        task = asyncio.create_task(self._run(job), name=f"{job.kind} {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, job: Job) -> None:
        kind = self._kinds[job.kind]
        outcome = "done"
        started = asyncio.get_running_loop().time()
        try:
            with open_span(_tracer, f"job {job.kind}", context=extract(dict(job.headers))):
                if job.attempt > len(kind.retries) + 1 + _CRASHES:
                    outcome = await self._exhaust(job, kind, "the worker ended during each of the last attempts")
                else:
                    outcome = await self._attempt(job, kind)
        except DATABASE_DOWN as error:
            _log.warning("job_left_to_its_lease", kind=job.kind, job=job.id, error=repr(error))
            outcome = "left"
        except Exception:  # noqa: BLE001 - `on_exhausted` failed: the job comes back when its lease ends
            _log.exception("job_not_settled", kind=job.kind, job=job.id, attempt=job.attempt)
            outcome = "left"
        finally:
            self._running[job.kind] -= 1
            self._held.discard(job.id)
            seconds = asyncio.get_running_loop().time() - started
            JOB_SECONDS.labels(service=self._service, kind=job.kind, outcome=outcome).observe(seconds)

    async def _attempt(self, job: Job, kind: JobKind) -> str:
        try:
            async with asyncio.timeout(kind.deadline.total_seconds()):
                await kind.run(job)
        except RetryLater as request:
            return await self._retry_or_exhaust(job, kind, str(request), request.delay)
        except TimeoutError:
            return await self._retry_or_exhaust(job, kind, f"no answer within {kind.deadline}")
        except DomainError as error:
            if is_transient(error):
                return await self._retry_or_exhaust(job, kind, f"{error.code}: {error.detail}")
            return await self._exhaust(job, kind, f"{error.code}: {error.detail}")
        except Exception as error:  # noqa: BLE001 - logged with its traceback, then retried
            _log.exception("job_failed", kind=job.kind, job=job.id, attempt=job.attempt)
            return await self._retry_or_exhaust(job, kind, repr(error))
        self._done.append(job.id)
        return "done"

    async def _retry_or_exhaust(self, job: Job, kind: JobKind, reason: str, delay: timedelta | None = None) -> str:
        if job.attempt > len(kind.retries):
            return await self._exhaust(job, kind, reason)
        wait = (delay or kind.retries[job.attempt - 1]).total_seconds()
        wait *= 1 + random.uniform(0, _JITTER)  # noqa: S311 - spreads retries, guards nothing
        _log.info("job_retried", kind=job.kind, job=job.id, attempt=job.attempt, reason=reason, wait=round(wait, 3))
        await _queries.delay_job(self._pool, id=job.id, delay=wait, error=reason[:500])
        return "retried"

    async def _exhaust(self, job: Job, kind: JobKind, reason: str) -> str:
        _log.warning("job_exhausted", kind=job.kind, job=job.id, attempt=job.attempt, reason=reason)
        await kind.on_exhausted(job, reason)
        self._done.append(job.id)
        return "exhausted"

    async def _tend(self) -> None:
        """Renew the leases of what runs, so that only a dead worker's jobs come back."""
        if self._held:
            await _queries.renew_leases(self._pool, ids=list(self._held), lease=_LEASE.total_seconds())

    async def _stop(self) -> None:
        """Give running jobs a moment, then delete what was done."""
        if self._tasks:
            _, pending = await asyncio.wait(self._tasks, timeout=5)
            for task in pending:
                task.cancel()
        await self._settle()


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        lane=row["lane"],
        payload=row["payload"],
        headers=row["headers"],
        attempt=row["attempts"],
        created_at=row["created_at"],
    )
