"""What publishers say that documents must give: their unit tests, and verdicts in the names of documents.

A test set says of each document which rules are silent on it, and which speak, as what and how often. The Dutch sets
say in a file's name whether the document is in order. An engine that cannot evaluate a document has not accepted it:
that counts as a fatal finding without an id.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from documents.adapters.rule_gate.bases import TEST_SET, syntax_of
from documents.adapters.rule_gate.comparison import Answer
from documents.adapters.rules.parsing import parse_document

_NOT_FATAL = frozenset({"warning", "info", "information"})
_VERDICT = re.compile(r"[_-](ok|warning|error)(?=[_.-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFolder:
    """A folder of tests, and the rule set that they are of; `named`: the verdict stands in the name."""

    path: str
    rule_sets: tuple[str, ...]
    named: bool = False


OFFICIAL_FOLDERS = (
    OfficialFolder(path="en16931/unit", rule_sets=("cen-ubl",)),
    OfficialFolder(path="peppol-bis-3/unit", rule_sets=("peppol-ubl",)),
    OfficialFolder(path="nl/si-ubl-2.0", rule_sets=("nlcius-ubl",), named=True),
    OfficialFolder(path="nl/si-ubl-2.0-gaccount", rule_sets=("gaccount-ubl",), named=True),
    OfficialFolder(path="nl/nl-rules-ubl/PB3", rule_sets=("cen-ubl", "peppol-ubl"), named=True),
)
# A release flags this rule fatal while its own unit tests still call it a warning.
_FLAGGED_OTHERWISE = frozenset({("DK-R-003", "warning")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """`kind` is success (silence), error or warning, or the verdict of a whole document when there is no rule id."""

    kind: str
    rule_id: str = ""
    number: int | None = None

    def difference(self, answer: Answer) -> str | None:
        """What is other than expected; nothing when all is well."""
        if not self.rule_id:
            verdict = verdict_of(answer)
            return None if verdict == self.kind else f"expected {self.kind}, found {verdict}"
        spoken = [_severity(each.flag) for each in answer.findings if each.rule_id == self.rule_id]
        if self._agrees(spoken):
            return None
        return f"{self.rule_id}: expected {self.kind} {self.number or ''}, found {spoken or 'silence'}"

    def _agrees(self, spoken: Sequence[str]) -> bool:
        if self.kind == "success":
            return not spoken
        wanted = "error" if (self.rule_id, self.kind) in _FLAGGED_OTHERWISE else self.kind
        return wanted in spoken and self.number in (None, len(spoken))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialTest:
    name: str
    rule_sets: tuple[str, ...]
    content: bytes
    expectations: tuple[Expectation, ...]


def official_tests(directory: Path) -> Iterator[OfficialTest]:
    """Every test below the directory, folder after folder; folders that are not there are left out."""
    for folder in OFFICIAL_FOLDERS:
        for path in sorted((directory / folder.path).rglob("*.xml")):
            yield from _named_test(path, folder) if folder.named else _tests_of(path, folder)


def verdict_of(answer: Answer) -> str:
    if answer.reason or any(_severity(finding.flag) == "error" for finding in answer.findings):
        return "error"
    return "warning" if answer.findings else "ok"


def _severity(flag: str) -> str:
    return "warning" if flag.lower() in _NOT_FATAL else "error"


def _named_test(path: Path, folder: OfficialFolder) -> Iterator[OfficialTest]:
    for kind in set(_VERDICT.findall(path.name)):
        yield OfficialTest(
            name=path.name,
            rule_sets=folder.rule_sets,
            content=path.read_bytes(),
            expectations=(Expectation(kind=kind),),
        )


def _tests_of(path: Path, folder: OfficialFolder) -> Iterator[OfficialTest]:
    root = parse_document(path.read_bytes())
    for number, test in enumerate(root.iterfind(f"{TEST_SET}test"), start=1):
        for document in test.iterchildren("*"):
            if syntax_of(document) is not None:
                yield OfficialTest(
                    name=f"{path.name}#{number}",
                    rule_sets=folder.rule_sets,
                    content=etree.tostring(document, encoding="UTF-8", with_tail=False),
                    expectations=tuple(_expectations(test)),
                )


def _expectations(test: etree._Element) -> Iterator[Expectation]:
    for kind in ("success", "error", "warning"):
        for element in test.iterfind(f"{TEST_SET}assert/{TEST_SET}{kind}"):
            number = element.get("number") if kind != "success" else None
            yield Expectation(
                kind=kind, rule_id=(element.text or "").strip(), number=None if number is None else int(number)
            )
