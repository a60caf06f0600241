"""Small documents are validated in the process that holds them: by our engine, in a thread beside the event loop.

Guarantees: the event loop goes on while a document is evaluated (the interpreter changes threads every few
milliseconds), also when one of a few kilobytes breaks a rule a thousand times; one document at a time; a document that
takes longer than the deadline is left to the reference, and until the thread is free again nobody is sent to it.
Nothing is loaded before somebody asks. A thread cannot be ended as a process can: this is why large documents, whose
cost nobody knows, do not come here.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import structlog
from shared.errors import DomainError

from documents.adapters.rules.metrics import VALIDATION_SECONDS
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.released import Validating
from documents.adapters.rules.rule_engine import NotEvaluated
from documents.domain.findings import Verdict

_log = structlog.get_logger(__name__)
_MAX_PENDING = 4
_PLACE = "thread"
_RETRY_SECONDS = 30.0


class SmallDocuments:
    """`load` gives what validates, in the thread; it may take a second, and is tried again when it fails."""

    def __init__(self, load: Callable[[], Validating], *, max_bytes: int, deadline: float) -> None:
        self._load = load
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rules")
        self._loading: asyncio.Task[None] | None = None
        self._validator: Validating | None = None
        self._pending = 0
        self._next_load = 0.0

    @property
    def ready(self) -> bool:
        return self._validator is not None

    def takes(self, document: bytes) -> bool:
        """Whether `validate` will take a document now; the first question begins the loading."""
        if len(document) > self._max_bytes:
            return False
        if self._validator is None:
            self.prepare()
        return self._validator is not None and self._pending < _MAX_PENDING

    def prepare(self) -> None:
        """Begin to load what validates, unless that has begun or has failed a moment ago."""
        now = asyncio.get_running_loop().time()
        if self.ready or now < self._next_load or (self._loading is not None and not self._loading.done()):
            return
        self._next_load = now + _RETRY_SECONDS
        self._loading = asyncio.create_task(self._prepare(), name="rules-loading")

    async def prepared(self) -> bool:
        """Wait until the loading that has begun has ended; return whether it succeeded."""
        if self._loading is not None:
            await asyncio.wait({self._loading})
        return self.ready

    async def validate(self, document: bytes, choice: Choice) -> Verdict:
        """Validate a document that `takes` has said yes to.

        Errors are those of `documents.domain.findings`, and `NotEvaluated` for everything that the reference decides.
        """
        if self._validator is None:
            raise NotEvaluated(rule_set="", reason="unprepared")
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._pending += 1
        future = self._executor.submit(self._validator.validate, document, choice)
        future.add_done_callback(lambda _: self._tell_freed(loop))
        outcome = "not_evaluated"
        try:
            verdict = await self._answer(future)
            outcome = "valid" if verdict.valid else "invalid"
        except DomainError as error:
            outcome = error.code
            raise
        finally:
            VALIDATION_SECONDS.labels(_PLACE, outcome).observe(loop.time() - started)
        return verdict

    def close(self) -> None:
        """Take no more documents; what the thread is doing ends by itself."""
        self._validator = None
        self._next_load = float("inf")
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, future: "Future[Verdict]") -> Verdict:
        try:
            async with asyncio.timeout(self._deadline):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise NotEvaluated(rule_set="", reason="deadline") from None
        except DomainError:
            raise
        except Exception as error:
            raise NotEvaluated(rule_set="", reason=type(error).__name__) from error

    def _tell_freed(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(self._freed)

    def _freed(self) -> None:
        self._pending -= 1

    async def _prepare(self) -> None:
        try:
            self._validator = await asyncio.get_running_loop().run_in_executor(self._executor, self._load)
        except DomainError as error:
            _log.warning("rules_not_loaded", reason=error.detail)
        except Exception:  # noqa: BLE001 - the processes serve in its place, and it is tried again
            _log.exception("rules_not_loaded")
