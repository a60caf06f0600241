"""The reference of the gate: SaxonC running the official stylesheets, with the findings as their report spells them.

Guarantees: no protocol is allowed, so neither a stylesheet nor a document reads a file or an address; the same tree
always gives the same list. On failure: `EngineFailed` when the stylesheet cannot be evaluated on a document. One
process has one `Saxon`.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXdmNode, PyXsltExecutable

from documents.adapters.rule_gate.engines import EngineFailed, RawFinding

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_REPORTED = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
_ALLOWED_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"
# Some assertions have no id of their own: it stands in brackets before the text.
_BRACKETED = re.compile(r"^\s*\[([^\]\s]+)\]")
_MAX_REASON = 500


class Saxon:
    """The processor that all rule sets of a process share; it parses a document once for all of them."""

    def __init__(self) -> None:
        self._processor = PySaxonProcessor(license=False)
        self._processor.set_configuration_property(_ALLOWED_PROTOCOLS, "")
        self._compiler = self._processor.new_xslt30_processor()
        self._text = ""
        self._document: PyXdmNode | None = None

    def reference(self, stylesheet: Path) -> "Reference":
        """Compile a stylesheet."""
        executable = self._compiler.compile_stylesheet(stylesheet_text=stylesheet.read_text(encoding="utf-8"))
        return Reference(self, executable)

    def document(self, text: str) -> PyXdmNode:
        if self._document is None or text != self._text:
            self._document = self._processor.parse_xml(xml_text=text)
            self._text = text
        return self._document


class Reference:
    """One official stylesheet, as an engine."""

    def __init__(self, saxon: Saxon, executable: PyXsltExecutable) -> None:
        self._saxon = saxon
        self._executable = executable

    def findings(self, root: etree._Element) -> list[RawFinding]:
        text = etree.tostring(root, encoding="unicode", with_tail=False)
        with silenced_errors():
            try:
                report = self._executable.transform_to_string(xdm_node=self._saxon.document(text))
            except PySaxonApiError as error:
                raise EngineFailed(" ".join(str(error).split())[:_MAX_REASON]) from error
        return raw_findings_of(report)


def raw_findings_of(report: str) -> list[RawFinding]:
    """Every failed assertion of an SVRL report, in its order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(report.encode(), parser)
    return [_finding(element) for element in root.iter(*_REPORTED)]


def _finding(element: etree._Element) -> RawFinding:
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    return RawFinding(
        rule_id=element.get("id") or bracketed_id(text),
        flag=element.get("flag") or element.get("role") or "",
        location=element.get("location") or "",
        text=text,
    )


def bracketed_id(text: str) -> str:
    """The id that a text begins with, empty when it begins with none."""
    match = _BRACKETED.match(text)
    return match.group(1) if match else ""


@contextmanager
def silenced_errors() -> Iterator[None]:
    """Keep SaxonC's account of an expression that failed away from the error stream: thousands of mutants fail."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
