"""The rules of a process, release by release: opened when the first document asks for one, dropped when it is over.

Guarantees: a release judges nothing before our samples agree with it; one that failed to open stays refused for as long
as the process lives. What a document's choice does not keep is out of the memory before the document is judged. Not for
several threads.
"""

import gc
from collections.abc import Callable
from typing import Protocol

import structlog

from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.parsing import ParsingLimits
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.rule_engine import RuleEngine
from documents.adapters.rules.samples import check_samples
from documents.adapters.rules.schemas import Schemas
from documents.adapters.rules.validator import Validator
from documents.domain.findings import RulesUnavailable, Verdict

_log = structlog.get_logger(__name__)

OpenEngine = Callable[[RuleFiles], RuleEngine]


class Validating(Protocol):
    """What judges a document by the release that was chosen for it."""

    def validate(self, document: bytes, choice: Choice) -> Verdict: ...


class ReleasedRules:
    """`open_engine` gives the engine of a release."""

    def __init__(self, files: RuleFiles, open_engine: OpenEngine, *, limits: ParsingLimits) -> None:
        self._files = files
        self._open_engine = open_engine
        self._limits = limits
        self._schemas = Schemas(files)
        self._opened: dict[str, Validator] = {}
        self._refused: dict[str, RulesUnavailable] = {}

    @property
    def opened(self) -> tuple[str, ...]:
        """The releases that are in memory."""
        return tuple(self._opened)

    def validate(self, document: bytes, choice: Choice) -> Verdict:
        return self.prepare(choice).validate(document)

    def prepare(self, choice: Choice) -> Validator:
        """Return what judges by the chosen release; what is over goes first, to make room."""
        self._drop_all_but({choice.release, *choice.kept})
        if choice.release in self._refused:
            raise self._refused[choice.release]
        if choice.release not in self._opened:
            self._opened[choice.release] = self._open(choice.release)
        return self._opened[choice.release]

    def _open(self, release: str) -> Validator:
        files = self._files.of(release)
        validator = Validator(files, self._open_engine(files), limits=self._limits, schemas=self._schemas)
        if differences := check_samples(validator):
            self._refused[release] = RulesUnavailable(
                f"the rule sets of {release} do not agree with our samples: {'; '.join(differences)}"
            )
            raise self._refused[release]
        gc.freeze()  # what was loaded stays: no later collection looks through it again
        _log.info("rule_release_opened", release=release)
        return validator

    def _drop_all_but(self, kept: set[str]) -> None:
        over = self._opened.keys() - kept
        if not over:
            return
        for release in over:
            del self._opened[release]
            _log.info("rule_release_dropped", release=release)
        # Compiled code is full of circles, and it was frozen: let go of it once, then freeze what stays.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
