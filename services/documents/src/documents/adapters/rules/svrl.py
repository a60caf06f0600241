"""Read the findings out of an SVRL report, which is what the official stylesheets write."""

import re

from lxml import etree

from documents.adapters.rules.locations import readable_location
from documents.domain.findings import Artifact, Finding, Severity

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_REPORTED = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
_BRACKETED = re.compile(r"^\s*\[([^\]\s]+)\]")
_WARNING_FLAGS = frozenset({"warning", "info", "information"})


def findings_of(report: str, *, stylesheet: str) -> list[Finding]:
    """Every failed assertion, in the order of the report."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(report.encode(), parser)
    return [_finding(element, stylesheet) for element in root.iter(*_REPORTED)]


def _finding(element: etree._Element, stylesheet: str) -> Finding:
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    # Some assertions have no id of their own: it stands in brackets before the text. No flag means fatal.
    bracketed = _BRACKETED.match(text)
    flag = element.get("flag") or element.get("role") or ""
    return Finding(
        rule_id=element.get("id") or (bracketed.group(1) if bracketed else f"{stylesheet}-unnamed"),
        severity=Severity.WARNING if flag.lower() in _WARNING_FLAGS else Severity.FATAL,
        location=readable_location(element.get("location") or "/"),
        text=text,
        artifact=Artifact.BUSINESS_RULES,
    )
