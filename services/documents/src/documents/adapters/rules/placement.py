"""The rule port's adapter: where a document is validated, and by which engine.

Guarantees: our engine judges, small documents in this process and larger ones in processes of their own; whatever it
does not give an answer to (an expression, a rule set, a fault, a deadline) the reference decides, and that is counted
by rule set and reason. Both judge by the same release of the rules: the one in force at the moment of the question,
unless somebody asks for the next one. A rule set that the settings name, or on which both engines differed twice, is
the reference's. The reference starts with the first document that needs it. Nothing here runs a rule on the event loop.
"""

import asyncio
from types import TracebackType
from typing import Self

import structlog

from documents.adapters.rules.metrics import FALLBACKS
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.release_choice import Choice, ReleaseCalendar
from documents.adapters.rules.rule_engine import FORCED, NotEvaluated
from documents.adapters.rules.shadow import ShadowSample
from documents.adapters.rules.small_documents import SmallDocuments
from documents.adapters.rules.trust import Trust
from documents.domain.findings import RulesUnavailable, ValidationCrashed, ValidationTimedOut, Verdict
from documents.domain.releases import CURRENT, Release

_log = structlog.get_logger(__name__)
_OURS_FAILED = (ValidationTimedOut, ValidationCrashed, RulesUnavailable)


class PlacedRules:
    """`async with rules: …` where documents are worked on; `validate_here` alone works without."""

    def __init__(
        self,
        *,
        small: SmallDocuments,
        processes: RuleProcesses,
        reference: RuleProcesses,
        shadow: ShadowSample,
        trust: Trust,
        calendar: ReleaseCalendar,
    ) -> None:
        self._calendar = calendar
        self._small = small
        self._processes = processes
        self._reference = reference
        self._shadow = shadow
        self._trust = trust
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._processes.start()
        self._small.prepare()
        self._tasks = [asyncio.create_task(self._shadow.run(), name="shadow-sample")]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._small.close()
        # The reference first: a document that loses its process must not start another one now.
        await asyncio.gather(self._reference.close(), self._processes.close())

    async def run(self) -> None:
        """Keep what large and difficult documents need, until cancelled."""
        async with self:
            await asyncio.Event().wait()

    def release(self, wanted: str) -> Release:
        """Return the release in force (`current`), the `next` one, or one of the two by its name."""
        return self._calendar.release(wanted)

    def next_for(self, verdict: Verdict) -> Release | None:
        """Return the next release when it has other rules for what a verdict is about."""
        return self._calendar.next_for(verdict)

    async def validate(self, document: bytes, release: str = CURRENT) -> Verdict:
        """Validate a document; errors are those of `documents.domain.findings`."""
        choice = self._calendar.choice(release)
        try:
            verdict = await self._judge(document, choice)
        except NotEvaluated as error:
            return await self._fall_back(document, choice, error.rule_set, error.reason)
        except _OURS_FAILED as error:
            return await self._fall_back(document, choice, "", error.code)
        self._shadow.consider(document, choice, verdict)
        return verdict

    async def validate_here(self, document: bytes, release: str = CURRENT) -> Verdict | None:
        """Validate a small document in this process; nothing when it is not for here, or not for our engine."""
        choice = self._calendar.choice(release)
        if not self._small.takes(document):
            return None
        try:
            return self._trusted(await self._small.validate(document, choice))
        except NotEvaluated:
            return None

    async def _judge(self, document: bytes, choice: Choice) -> Verdict:
        if self._small.takes(document):
            return self._trusted(await self._small.validate(document, choice))
        return self._trusted(await self._processes.validate(document, choice))

    def _trusted(self, verdict: Verdict) -> Verdict:
        """Refuse a verdict by a rule set that was taken from our engine after its processes had started."""
        for rule_set in verdict.rule_sets:
            if self._trust.is_left_to_reference(rule_set):
                raise NotEvaluated(rule_set=rule_set.name, reason=FORCED)
        return verdict

    async def _fall_back(self, document: bytes, choice: Choice, rule_set: str, reason: str) -> Verdict:
        FALLBACKS.labels(rule_set, reason).inc()
        _log.info("reference_decides", rule_set=rule_set, reason=reason)
        self._reference.start()
        return await self._reference.validate(document, choice)
