"""One rule process, seen from the service.

Guarantees: a handle that `start` returned is compiled and waits for documents; every failure of the process is
`WorkerDiedError`; `stop` and `kill` return when the process is gone.
"""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from typing import Self

import structlog

from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.frames import HEADER, MAX_ANSWER, Answer, decode_answer
from documents.adapters.rules.release_choice import Choice
from documents.domain.findings import RulesUnavailable, Verdict

log = structlog.get_logger(__name__)
_MODULE = "documents.adapters.rules.worker"
_STOP_SECONDS = 2.0
# What an interpreter needs to start; passwords and keys of the service are not for a process that reads what strangers
# wrote.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH")


class WorkerDiedError(Exception):
    """The rule process ended, or said something that is no answer."""


@dataclass(slots=True, kw_only=True)
class WorkerProcess:
    process: asyncio.subprocess.Process
    ended: asyncio.Task[int]
    start_seconds: float = 0.0
    rss_mb: float = 0.0
    documents: int = 0

    @classmethod
    async def start(cls, configuration: RuleProcessesConfiguration, first: Choice) -> Self:
        """Start a process and wait until the rules of its first release are compiled."""
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            _MODULE,
            configuration.to_json(),
            str(os.getpid()),
            first.to_json(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        worker = cls(process=process, ended=asyncio.create_task(process.wait()))
        try:
            async with asyncio.timeout(configuration.start_deadline):
                answer = await worker._answer()
        except TimeoutError:
            await worker.kill()
            raise RulesUnavailable(
                f"a rule process was not ready within {configuration.start_deadline:.0f} s"
            ) from None
        except BaseException:
            await worker.kill()
            raise
        if answer.error is not None:
            await worker.kill()
            raise answer.error
        worker.start_seconds = time.monotonic() - started
        worker.rss_mb = answer.rss_mb
        return worker

    async def ask(self, document: bytes, choice: Choice) -> Verdict:
        """Send a document and wait for the verdict or its error, without a deadline of its own."""
        stdin = self.process.stdin
        if stdin is None:
            raise WorkerDiedError
        try:
            for content in (choice.to_json().encode(), document):
                stdin.write(HEADER.pack(len(content)))
                stdin.write(content)
            await stdin.drain()
        except OSError as error:
            raise WorkerDiedError from error
        answer = await self._answer()
        self.documents += 1
        self.rss_mb = answer.rss_mb
        if answer.error is not None:
            raise answer.error
        if answer.verdict is None:
            raise WorkerDiedError("an answer without a verdict")
        return answer.verdict

    async def _answer(self) -> Answer:
        stdout = self.process.stdout
        if stdout is None:
            raise WorkerDiedError
        try:
            (length,) = HEADER.unpack(await stdout.readexactly(HEADER.size))
            if length > MAX_ANSWER:
                raise WorkerDiedError(f"an answer of {length} bytes")
            return decode_answer(await stdout.readexactly(length))
        except (asyncio.IncompleteReadError, OSError, ValueError) as error:
            raise WorkerDiedError from error

    def tell(self, event: str, **facts: str) -> None:
        log.info(
            event,
            pid=self.process.pid,
            documents=self.documents,
            rss_mb=round(self.rss_mb),
            start_seconds=round(self.start_seconds, 2),
            **facts,
        )

    async def stop(self) -> None:
        """Let the process end by itself: the end of its input tells it."""
        self._close_input()
        await asyncio.wait({self.ended}, timeout=_STOP_SECONDS)
        await self.kill()

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        self._close_input()
        await asyncio.wait({self.ended})

    def _close_input(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
