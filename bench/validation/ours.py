"""Our own rule engine: from bytes to its findings, parsing included, in plain Python."""

from collections.abc import Mapping
from pathlib import Path

from documents.adapters.schematron.engine import Engine, EvaluationFailed, RawFinding
from documents.adapters.schematron.rule_set import RuleSet
from documents.adapters.schematron.store import RuleSetStore
from lxml import etree

from bench.machine import ROOT
from bench.validation.engines import NOT_FATAL, NoVerdict

DESCRIPTION = "ours: the official rules compiled to Python, from bytes to findings, parsing included"
WARM_UP_SECONDS = 2.0
_CODE = ROOT / ".local" / "cache" / "bench-rule-code"  # compiled by the first process, loaded by those that are timed


def lacking() -> str:
    return ""


class Ours:
    def __init__(self, rule_sets: Mapping[str, RuleSet]) -> None:
        self._names = tuple(rule_sets)
        self._engine = Engine(rule_sets)

    def prepare(self, content: bytes) -> bytes:
        return content

    def run(self, document: bytes) -> list[RawFinding]:
        try:
            return self._engine.findings(etree.fromstring(document), self._names)
        except EvaluationFailed as error:
            raise NoVerdict(str(error)) from error

    def fatal(self, result: list[RawFinding]) -> list[str]:
        return sorted(finding.rule_id for finding in result if finding.flag.lower() not in NOT_FATAL)


def create(stylesheets: Mapping[str, Path]) -> Ours:
    store = RuleSetStore(_CODE)
    return Ours({name: store.load(name, path.read_bytes()) for name, path in stylesheets.items()})
