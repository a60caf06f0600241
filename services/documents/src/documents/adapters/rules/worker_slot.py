"""Keep one rule process alive and give it documents, one at a time.

Guarantees: a document that takes longer than the deadline costs its process, never the next document; a process that
ends is replaced at once, also while it is idle; a document whose process ended is tried once more in a fresh one; a
worn process is replaced by one that is already compiled. A process that cannot start is tried again after 1, 2, 4 …
30 seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from shared.errors import DomainError

from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.metrics import PROCESSES_LOST, VALIDATION_SECONDS
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.worker_process import WorkerDiedError, WorkerProcess
from documents.domain.findings import RulesUnavailable, ValidationCrashed, ValidationTimedOut, Verdict

log = structlog.get_logger(__name__)
_FIRST_PAUSE = 1.0
_LAST_PAUSE = 30.0
_RECYCLE_PAUSE = 60.0
_ATTEMPTS = 2


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A document that somebody waits for. Who stops waiting cancels `answer`; nothing else has to be told."""

    document: bytes
    choice: Choice
    answer: asyncio.Future[Verdict]
    taken: bool = False

    def fail(self, error: DomainError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def settle(self, verdict: Verdict) -> None:
        if not self.answer.done():
            self.answer.set_result(verdict)


@dataclass(slots=True, kw_only=True, eq=False)
class WorkerSlot:
    """One place for a rule process. `problem` says why there is none, `first` what a new one is to prepare."""

    configuration: RuleProcessesConfiguration
    first: Callable[[], Choice]
    jobs: asyncio.Queue[Job]
    worker: WorkerProcess | None = None
    problem: str | None = None
    successor: asyncio.Task[WorkerProcess] | None = None
    recycle_after: float = 0.0
    compiled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ready(self) -> bool:
        return self.worker is not None and not self.worker.ended.done()

    async def run(self) -> None:
        """Serve until cancelled; the process is gone when this returns."""
        try:
            while True:
                try:
                    await self._turn()
                except Exception:  # a fault of ours on one document must not end the service of all others
                    log.exception("rule_slot_failed")
                    if self.worker is not None:  # it may still be busy with that document
                        await self._discard(self.worker, reason="fault")
                    await asyncio.sleep(_FIRST_PAUSE)
        finally:
            await self._end()

    async def _turn(self) -> None:
        worker = await self._living_worker()
        job = await self._next_job(worker)
        if job is not None:
            try:
                await self._serve(job)
            finally:
                job.fail(ValidationCrashed())  # says nothing to a job that has its answer
            self._replace_when_worn()

    async def _living_worker(self) -> WorkerProcess:
        await self._adopt_successor()
        pause = _FIRST_PAUSE
        while True:
            if self.worker is not None:
                if not self.worker.ended.done():
                    return self.worker
                await self._discard(self.worker, reason="ended")
            try:
                self.worker = await self._start()
            except (DomainError, WorkerDiedError, OSError) as error:
                self.problem = str(error) or type(error).__name__
                log.warning("rule_process_not_started", reason=self.problem, retry_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)
            else:
                self.problem = None
                self.compiled.set()
                self.worker.tell("rule_process_started", place=self.configuration.place)

    async def _start(self) -> WorkerProcess:
        return await WorkerProcess.start(self.configuration, self.first())

    async def _next_job(self, worker: WorkerProcess) -> Job | None:
        """Wait for a document, but no longer than the process lives or until its successor is compiled."""
        arrival = asyncio.create_task(self.jobs.get())
        events = {arrival, worker.ended} if self.successor is None else {arrival, worker.ended, self.successor}
        try:
            await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not arrival.done():
                arrival.cancel()
        return None if arrival.cancelled() or not arrival.done() else arrival.result()

    async def _serve(self, job: Job) -> None:
        """Answer a job, whatever happens to the process."""
        job.taken = True
        started = asyncio.get_running_loop().time()
        outcome = await self._outcome(job)
        VALIDATION_SECONDS.labels(self.configuration.place, outcome).observe(
            asyncio.get_running_loop().time() - started
        )

    async def _outcome(self, job: Job) -> str:
        for _ in range(_ATTEMPTS):
            if job.answer.done():
                return "abandoned"
            try:
                async with asyncio.timeout(self.configuration.queue_deadline):
                    worker = await self._living_worker()
            except TimeoutError:
                job.fail(RulesUnavailable(f"no rule process could be started: {self.problem}"))
                return "unavailable"
            try:
                async with asyncio.timeout(self.configuration.deadline):
                    verdict = await worker.ask(job.document, job.choice)
            except DomainError as error:
                job.fail(error)
                return error.code
            except TimeoutError:
                await self._discard(worker, reason="deadline")
                seconds = f"{self.configuration.deadline:g} s"
                job.fail(ValidationTimedOut(f"the rules did not finish on this document within {seconds}"))
                return "deadline"
            except WorkerDiedError:
                await self._discard(worker, reason="crash")
            else:
                job.settle(verdict)
                return "valid" if verdict.valid else "invalid"
        job.fail(ValidationCrashed())
        return "crash"

    def _replace_when_worn(self) -> None:
        """Let a successor compile while the worn process goes on serving."""
        worker = self.worker
        if worker is None or self.successor is not None or asyncio.get_running_loop().time() < self.recycle_after:
            return
        limits = self.configuration
        if worker.documents >= limits.recycle_documents or worker.rss_mb > limits.recycle_rss_mb:
            self.successor = asyncio.create_task(self._start())

    async def _adopt_successor(self) -> None:
        if self.successor is None or not self.successor.done():
            return
        finished, self.successor = self.successor, None
        try:
            successor = finished.result()
        except (DomainError, WorkerDiedError, OSError) as error:
            # The worn process is better than none: it serves on, and the next try waits.
            self.recycle_after = asyncio.get_running_loop().time() + _RECYCLE_PAUSE
            log.warning("rule_process_not_recycled", reason=str(error) or type(error).__name__)
            return
        worn, self.worker = self.worker, successor
        successor.tell("rule_process_recycled", place=self.configuration.place)
        if worn is not None:
            await worn.stop()

    async def _discard(self, worker: WorkerProcess, *, reason: str) -> None:
        self.worker = None
        worker.tell("rule_process_lost", place=self.configuration.place, reason=reason)
        PROCESSES_LOST.labels(self.configuration.place, reason).inc()
        await worker.kill()

    async def _end(self) -> None:
        if self.successor is not None:
            self.successor.cancel()
            await asyncio.wait({self.successor})
            if not self.successor.cancelled() and self.successor.exception() is None:
                await self.successor.result().kill()
        if self.worker is not None:
            await self.worker.kill()
            self.worker = None
