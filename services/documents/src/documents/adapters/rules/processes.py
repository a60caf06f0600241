"""The rule port's adapter: validate documents in processes of their own, from asyncio.

Guarantees: `validate` gives a verdict or a typed error, within the waiting time plus the deadlines of two attempts;
the event loop never runs a rule; a caller may stop waiting at any moment; what waits is bounded. After `close` no
process is left, and none outlives the service.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.worker_slot import Job, WorkerSlot
from documents.domain.findings import DocumentTooLarge, RulesUnavailable, ValidationBusy, Verdict

_STOPPING = "the service is stopping"


class RuleProcesses:
    """`async with RuleProcesses(configuration, in_force) as rules: verdict = await rules.validate(document)`

    `in_force` says by which release documents are judged for which nobody chooses another; a process that starts
    prepares that one.
    """

    def __init__(self, configuration: RuleProcessesConfiguration, in_force: Callable[[], Choice]) -> None:
        self._in_force = in_force
        self._configuration = configuration
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(maxsize=configuration.queue_limit)
        self._slots = [
            WorkerSlot(configuration=configuration, first=in_force, jobs=self._jobs)
            for _ in range(configuration.workers)
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._open: set[Job] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to start the processes, once; documents may be given at once and wait until one is ready."""
        if self._tasks or self._closed:
            return
        self._tasks = [asyncio.create_task(slot.run(), name="rule-process") for slot in self._slots]

    async def close(self) -> None:
        """End every process; who still waits for a verdict is told that there will be none."""
        self._closed = True
        for job in self._open:
            job.fail(RulesUnavailable(_STOPPING))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    @property
    def idle(self) -> bool:
        """Whether nobody waits for a verdict."""
        return not self._open

    @property
    def ready(self) -> bool:
        """Whether at least one process has its rules compiled."""
        return any(slot.ready for slot in self._slots)

    @property
    def problem(self) -> str | None:
        """Why there is no process, for the readiness answer."""
        if self.ready:
            return None
        return next((slot.problem for slot in self._slots if slot.problem), "the rules are being compiled")

    @property
    def workers(self) -> list[dict[str, float]]:
        """The living processes: pid, documents since their start, memory, and how long they took to start."""
        living = [slot.worker for slot in self._slots if slot.worker is not None and slot.ready]
        return [
            {
                "pid": worker.process.pid,
                "documents": worker.documents,
                "rss_mb": worker.rss_mb,
                "start_seconds": worker.start_seconds,
            }
            for worker in living
        ]

    async def wait_ready(self) -> None:
        """Return when every process has compiled its rules once."""
        await asyncio.gather(*(slot.compiled.wait() for slot in self._slots))

    async def validate(self, document: bytes, choice: Choice | None = None) -> Verdict:
        """Validate a document; errors are those of `documents.domain.findings`."""
        if len(document) > self._configuration.max_bytes:
            raise DocumentTooLarge(
                f"the document has {len(document)} bytes, at most {self._configuration.max_bytes} are accepted"
            )
        if self._closed:
            raise RulesUnavailable(_STOPPING)
        loop = asyncio.get_running_loop()
        job = Job(document=document, choice=choice or self._in_force(), answer=loop.create_future())
        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            raise ValidationBusy(f"{self._configuration.queue_limit} documents already wait for validation") from None
        patience = loop.call_later(self._configuration.queue_deadline, self._lose_patience, job)
        self._open.add(job)
        try:
            return await job.answer
        finally:
            self._open.discard(job)
            patience.cancel()

    def _lose_patience(self, job: Job) -> None:
        if job.taken:
            return
        waited = f"{self._configuration.queue_deadline:g} s"
        if self.ready:
            job.fail(ValidationBusy(f"no rule process was free within {waited}"))
        else:
            job.fail(RulesUnavailable(f"no rule process was ready within {waited}: {self.problem}"))
