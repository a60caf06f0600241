"""What nobody should send is refused before the rules, or gets the verdict that the official stylesheets give.

The reference here reads what the sender wrote, not what our parser made of it: whatever is lost on the way to the rules
would be a difference.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable

import pytest
from documents.adapters.rule_gate.reference import silenced_errors
from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.document_types import stylesheets_for
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.parsing import parse_document
from documents.adapters.rules.rule_engine import NotEvaluated
from documents.adapters.rules.saxon import Executable, Saxon, SaxonEngine
from documents.adapters.rules.schemas import Schemas
from documents.adapters.rules.svrl import findings_of
from documents.adapters.rules.validator import Validator
from documents.domain.findings import Finding, Severity, Verdict
from saxonche import PySaxonApiError
from support.bad_documents import encodings, markup, values
from support.bad_documents.making import Bad, Judged

CASES = {
    f"{group}: {name}": bad
    for group, cases in {"bytes": encodings.CASES, "markup": markup.CASES, "values": values.CASES}.items()
    for name, bad in cases.items()
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
Found = list[tuple[str, str, str]]


class Judges:
    """Our validation, the reference that it falls back to, and the official stylesheets on a sender's own text."""

    def __init__(self, files: RuleFiles) -> None:
        schemas = Schemas(files)
        self._files = files
        self._saxon = Saxon()
        self._executables: dict[str, Executable] = {}
        self._ours = Validator(files, CompiledEngine(files, preload=()), schemas=schemas)
        reference = SaxonEngine(files, compiled=(), saxon=self._saxon)
        self._reference = Validator(files, reference, schemas=schemas)

    def verdict(self, document: bytes) -> Verdict:
        """What the service answers: ours, or the reference's where we have none."""
        try:
            return self._ours.validate(document)
        except NotEvaluated:
            with silenced_errors():
                return self._reference.validate(document)

    def official(self, document: bytes, verdict: Verdict) -> Found:
        """What the stylesheets say of the text as it was sent; one that fails is a finding of its own."""
        text = _DECLARATION.sub("", _text(document))
        found: Found = []
        with silenced_errors():
            tree = self._saxon.processor.parse_xml(xml_text=text)
            for name in stylesheets_for(verdict.document_type):
                try:
                    report = self._executable(name).run.transform_to_string(xdm_node=tree)
                    found += _found(findings_of(report, stylesheet=name))
                except PySaxonApiError:
                    found.append(("engine", Severity.FATAL, name))
        return sorted(found)

    def _executable(self, name: str) -> Executable:
        if name not in self._executables:
            content = self._files.stylesheet(name).path.read_bytes()
            self._executables[name] = self._saxon.executable(content, hashlib.sha256(content).hexdigest())
        return self._executables[name]


def _text(document: bytes) -> str:
    if document.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return document.decode("utf-16")
    encoding = parse_document(document).getroottree().docinfo.encoding or "UTF-8"
    return document.decode("utf-8-sig" if encoding == "UTF-8" else encoding)


def _found(findings: Iterable[Finding]) -> Found:
    return [
        ("engine", each.severity, each.rule_set)
        if each.rule_id.startswith("engine-")
        else (each.rule_id, each.severity, each.location)
        for each in findings
    ]


@pytest.fixture(scope="module")
def judges(rule_files: RuleFiles) -> Judges:
    return Judges(rule_files)


@pytest.mark.parametrize("bad", CASES.values(), ids=CASES.keys())
def test_what_nobody_should_send_is_refused_or_judged_as_the_official_stylesheets_do(judges: Judges, bad: Bad) -> None:
    if not isinstance(bad.expected, Judged):
        with pytest.raises(bad.expected):
            judges.verdict(bad.document)
        return
    verdict = judges.verdict(bad.document)
    if bad.expected is Judged.BY_SCHEMA:
        assert (verdict.valid, verdict.rule_sets) == (False, ())
        return
    assert verdict.rule_sets, verdict.findings
    assert sorted(_found(verdict.findings)) == judges.official(bad.document, verdict)
    assert verdict.valid is (bad.expected is Judged.VALID)
