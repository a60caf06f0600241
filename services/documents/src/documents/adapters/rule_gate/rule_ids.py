"""Which rules a published stylesheet holds, so that the gate can say which of them never spoke.

Every assertion counts: by its id, or by the id in brackets that its text begins with.
"""

from pathlib import Path

from lxml import etree

from documents.adapters.rule_gate.reference import bracketed_id

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def rule_ids_of(stylesheet: Path) -> frozenset[str]:
    """The ids of all assertions and reports of a stylesheet."""
    root = etree.parse(stylesheet).getroot()
    return frozenset(_id_of(check) for check in root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"))


def _id_of(check: etree._Element) -> str:
    for attribute in check.iterchildren(f"{_XSL}attribute"):
        if attribute.get("name") == "id" and attribute.text:
            return attribute.text.strip()
    return check.get("id") or bracketed_id(check.findtext(f"{_SVRL}text") or "")
