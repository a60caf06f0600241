"""The official tests of the rule sets: where they lie, how they read, and processes that run them.

The data is not part of this project. It is looked for in `KOERIER_TEST_DATA`, else in `shared/data` beside the clone.
"""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.document_types import PREFIXES
from documents.adapters.rules.locations import elements_at
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.parsing import parse_document
from documents.adapters.rules.rule_engine import NotEvaluated, RuleEngine
from documents.adapters.rules.saxon import SaxonEngine
from documents.domain.findings import Finding
from lxml import etree

_VEFA = "{http://difi.no/xsd/vefa/validator/1.0}"
_VERDICT = re.compile(r"[_-](ok|warning|error)(?=[_.-])")
_engines: dict[str, RuleEngine] = {}


def data_directory() -> Path:
    chosen = os.environ.get("KOERIER_TEST_DATA")
    return Path(chosen) if chosen else Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a unit test says of one rule: it is silent (success) or speaks (error, warning), `number` times if told."""

    kind: str
    rule_id: str
    number: int | None

    def difference(self, findings: Sequence[Finding]) -> str | None:
        spoken = [finding for finding in findings if finding.rule_id == self.rule_id]
        if self.kind == "success":
            agrees = not spoken
        else:
            severity = "fatal" if self.kind == "error" else "warning"
            agrees = any(finding.severity == severity for finding in spoken)
            agrees = agrees and self.number in (None, len(spoken))
        if agrees:
            return None
        found = [str(finding.severity) for finding in spoken]
        return f"{self.rule_id}: expected {self.kind}, found {found or 'silence'}"


@dataclass(frozen=True, kw_only=True)
class RuleTest:
    name: str
    document: str
    expectations: tuple[Expectation, ...]


def unit_tests(folder: Path) -> list[RuleTest]:
    """Every test of every test set below a folder."""
    return [test for path in sorted(folder.rglob("*.xml")) for test in _tests_of(path)]


def _tests_of(path: Path) -> Iterator[RuleTest]:
    for number, test in enumerate(etree.parse(path).getroot().findall(f"{_VEFA}test"), start=1):
        (document,) = (element for element in test.iterchildren("{*}*") if element.tag != f"{_VEFA}assert")
        yield RuleTest(
            name=f"{path.name}#{number}",
            document=etree.tostring(document, encoding="unicode", with_tail=False),
            expectations=tuple(_expectations(test)),
        )


def _expectations(test: etree._Element) -> Iterator[Expectation]:
    for kind in ("success", "error", "warning"):
        for element in test.iterfind(f"{_VEFA}assert/{_VEFA}{kind}"):
            number = element.get("number") if kind != "success" else None
            yield Expectation(
                kind=kind, rule_id=(element.text or "").strip(), number=int(number) if number is not None else None
            )


def text_of(path: Path) -> str:
    return etree.tostring(parse_document(path.read_bytes()), encoding="unicode", with_tail=False)


def expected_verdict(path: Path) -> str:
    """The verdict that the name of a document of the Dutch sets tells."""
    (verdict,) = set(_VERDICT.findall(path.name))
    return str(verdict)


def verdict_of(findings: Sequence[Finding]) -> str:
    if any(finding.severity == "fatal" for finding in findings):
        return "error"
    return "warning" if findings else "ok"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was found; `left` says of a document that our engine left to the reference: which rule set, and why."""

    findings: list[Finding]
    left: tuple[str, str] | None = None


class EnginePool:
    """Engines in processes of their own: ours with the reference behind it, or the reference alone."""

    def __init__(self, files: RuleFiles, processes: int) -> None:
        self._processes = processes
        self._executor = ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_start, initargs=(files,)
        )

    def run(
        self, documents: Sequence[str], stylesheets: tuple[str, ...], *, reference: bool = False
    ) -> list[list[Finding]]:
        """The findings of each document, in order."""
        return [judged.findings for judged in self.judge(documents, stylesheets, reference=reference)]

    def judge(self, documents: Sequence[str], stylesheets: tuple[str, ...], *, reference: bool = False) -> list[Judged]:
        """What is said of each document, in order; neighbours go to different processes."""
        shares = [documents[offset :: self._processes] for offset in range(self._processes)]
        futures = [self._executor.submit(_run, share, stylesheets, reference) for share in shares]
        results = [Judged(findings=[])] * len(documents)
        for offset, future in enumerate(futures):
            results[offset :: self._processes] = future.result()
        return results

    def close(self) -> None:
        self._executor.shutdown()


def _start(files: RuleFiles) -> None:
    _engines["ours"] = CompiledEngine(files, preload=())
    _engines["reference"] = SaxonEngine(files, compiled=())


def _run(documents: Sequence[str], stylesheets: tuple[str, ...], reference: bool) -> list[Judged]:  # noqa: FBT001 - a call between processes
    return [_judge(etree.fromstring(document), stylesheets, reference=reference) for document in documents]


def _judge(root: etree._Element, stylesheets: tuple[str, ...], *, reference: bool) -> Judged:
    if not reference:
        try:
            return Judged(findings=_engines["ours"].run(root, stylesheets))
        except NotEvaluated as error:
            left = (error.rule_set, error.reason)
            return Judged(findings=_engines["reference"].run(root, stylesheets), left=left)
    return Judged(findings=_engines["reference"].run(root, stylesheets))


def lost_locations(document: str, findings: Sequence[Finding]) -> list[str]:
    """The locations that do not lead to exactly one node of the document."""
    tree = parse_document(document.encode()).getroottree()
    return [
        finding.location
        for finding in findings
        if finding.location != "/" and len(elements_at(tree.getroot(), finding.location, PREFIXES)) != 1
    ]
