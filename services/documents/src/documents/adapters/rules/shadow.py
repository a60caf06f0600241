"""The shadow sample: some documents also go through the reference, and both engines must say the same.

Guarantees: nobody waits for it; a sampled document runs only while the reference has nothing else to do; what waits is
bounded in number and bytes, and dropped documents are counted. A difference is an error in the log with the document's
SHA-256, the rule sets and what each engine found (rule and place, never text), and it is counted per rule set.
"""

import asyncio
import hashlib
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from shared.errors import DomainError

from documents.adapters.rules.metrics import SHADOW_DOCUMENTS
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.trust import Trust
from documents.domain.findings import RuleSet, Verdict

_log = structlog.get_logger(__name__)
_MAX_DOCUMENTS = 32
_MAX_BYTES = 16_000_000
_SHOWN = 100
_BUSY_PAUSE = 0.05

Found = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sampled:
    document: bytes
    choice: Choice
    verdict: Verdict


class ShadowSample:
    """`share` of the documents is sampled: 0.01 is one in a hundred."""

    def __init__(
        self, reference: RuleProcesses, trust: Trust, *, share: float, chance: Callable[[], float] = random.random
    ) -> None:
        self._reference = reference
        self._trust = trust
        self._share = share
        self._chance = chance
        self._waiting: deque[_Sampled] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._running = False

    def consider(self, document: bytes, choice: Choice, verdict: Verdict) -> None:
        """Take a document that our engine has judged into the sample, or not; returns at once."""
        if not self._running or not verdict.rule_sets or self._chance() >= self._share:
            return
        full = len(self._waiting) >= _MAX_DOCUMENTS or self._bytes + len(document) > _MAX_BYTES
        if full and self._waiting:
            SHADOW_DOCUMENTS.labels("dropped").inc()
            return
        self._waiting.append(_Sampled(document=document, choice=choice, verdict=verdict))
        self._bytes += len(document)
        self._arrived.set()

    async def run(self) -> None:
        """Compare until cancelled."""
        self._running = True
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    sampled = self._waiting.popleft()
                    await self._compare(sampled)
                    self._bytes -= len(sampled.document)
        finally:
            self._running = False

    async def _compare(self, sampled: _Sampled) -> None:
        while not self._reference.idle:  # noqa: ASYNC110 - whoever waits for the reference goes first
            await asyncio.sleep(_BUSY_PAUSE)
        try:
            self._reference.start()
            verdict = await self._reference.validate(sampled.document, sampled.choice)
        except DomainError as error:
            SHADOW_DOCUMENTS.labels("failed").inc()
            _log.warning("shadow_sample_failed", reason=error.code)
            return
        different = differences(sampled.verdict, verdict)
        SHADOW_DOCUMENTS.labels("differed" if different else "agreed").inc()
        for rule_set in sampled.verdict.rule_sets:
            if rule_set.name in different:
                self._alert(rule_set, sampled, *different[rule_set.name])

    def _alert(self, rule_set: RuleSet, sampled: _Sampled, ours: Found, theirs: Found) -> None:
        _log.error(
            "rule_engines_differ",
            rule_set=rule_set.name,
            release=sampled.verdict.release,
            document_sha256=hashlib.sha256(sampled.document).hexdigest(),
            versions={each.name: f"{each.version} {each.sha256}" for each in sampled.verdict.rule_sets},
            ours=_shown(ours),
            reference=_shown(theirs),
        )
        self._trust.count_difference(rule_set)


def differences(ours: Verdict, theirs: Verdict) -> dict[str, tuple[Found, Found]]:
    """The rule sets on whose findings two verdicts differ: rule and place of each finding, sorted."""
    names = [each.name for each in ours.rule_sets]
    found = {name: (_found(ours, name), _found(theirs, name)) for name in names}
    different = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
    if not different and ours.omitted != theirs.omitted:  # what differs is beyond what a verdict carries
        return found
    return different


def _found(verdict: Verdict, rule_set: str) -> Found:
    return sorted((each.rule_id, each.location) for each in verdict.findings if each.rule_set == rule_set)


def _shown(found: Found) -> Sequence[str]:
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return [f"{rule_id} {location}" for rule_id, location in found[:_SHOWN]] + more
