"""What validation needs of an engine, and how an engine says that it has no answer."""

from collections.abc import Iterable
from typing import Protocol

from lxml import etree
from shared.errors import Unavailable

from documents.domain.findings import Finding, RuleSet

COMPILED = "koerier-schematron"
REFERENCE = "saxonc"
UNSUPPORTED, FORCED = "unsupported", "forced"
LEFT_TO_REFERENCE = frozenset({UNSUPPORTED, FORCED})
# What most documents need: loaded when an engine starts. The others come with the first document that asks for them.
COMMON_STYLESHEETS = ("cen-ubl", "peppol-ubl", "nlcius-ubl")


class RuleEngine(Protocol):
    """Rule sets, ready to be applied. `run` gives the findings of rule sets on a document, set after set."""

    def rule_set(self, name: str) -> RuleSet: ...

    def run(self, root: etree._Element, names: Iterable[str]) -> list[Finding]: ...


class NotEvaluated(Unavailable):
    """The engine has no findings for this document: the reference decides.

    `rule_set` is the one that could not be evaluated, empty when it was the document; `reason` is one word for metrics.
    Neither says anything of what stands in the document.
    """

    def __init__(self, detail: str | None = None, *, rule_set: str, reason: str) -> None:
        super().__init__(detail, rule_set=rule_set, reason=reason)
        self.rule_set = rule_set
        self.reason = reason
