"""Which rule sets the reference judges by, in this process: those that the settings name, and those that disagreed.

Guarantees: one difference between our engine and the reference is an alert, the second one of a rule set takes it from
our engine until the process starts anew: a wrong verdict must not become a habit. What a rule set did in one version
is not held against another.
"""

from collections import Counter
from collections.abc import Iterable

import structlog

from documents.adapters.rules.metrics import DIFFERENCES, ON_REFERENCE
from documents.domain.findings import RuleSet

_log = structlog.get_logger(__name__)
_ENOUGH = 2


class Trust:
    def __init__(self, forced: Iterable[str] = ()) -> None:
        self.forced = frozenset(forced)
        self._differences: Counter[str] = Counter()
        for rule_set in self.forced:
            ON_REFERENCE.labels(rule_set).set(1)

    def is_left_to_reference(self, rule_set: RuleSet) -> bool:
        return rule_set.name in self.forced or self._differences[rule_set.sha256] >= _ENOUGH

    def count_difference(self, rule_set: RuleSet) -> None:
        """Remember that both engines said different things about a document."""
        DIFFERENCES.labels(rule_set.name).inc()
        self._differences[rule_set.sha256] += 1
        if self._differences[rule_set.sha256] == _ENOUGH and rule_set.name not in self.forced:
            ON_REFERENCE.labels(rule_set.name).set(1)
            _log.error(
                "rule_set_switched_to_reference",
                rule_set=rule_set.name,
                version=rule_set.version,
                sha256=rule_set.sha256,
                differences=_ENOUGH,
            )
