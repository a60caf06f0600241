"""The reference on rule sets of tests and on official ones, with findings written as `rule_sets` writes ours."""

from pathlib import Path

from documents.adapters.rule_gate.engines import EngineFailed
from documents.adapters.rule_gate.reference import Reference, Saxon
from lxml import etree

from support.rule_sets import FAILED, Findings, parsed


class SaxonRuleSets:
    """Compiles stylesheets once; a document is parsed once for all of them."""

    def __init__(self, folder: Path) -> None:
        self._saxon = Saxon()
        self._folder = folder

    def compiled(self, content: bytes) -> Reference:
        path = self._folder / "stylesheet.xslt"
        path.write_bytes(content)
        return self._saxon.reference(path)

    def official(self, path: Path) -> Reference:
        return self._saxon.reference(path)

    def found(self, content: bytes, document: str) -> Findings:
        """What the reference finds with a stylesheet of a test."""
        return findings_of(self.compiled(content), parsed(document))


def findings_of(reference: Reference, root: etree._Element) -> Findings:
    try:
        rows = reference.findings(root)
    except EngineFailed:
        return FAILED
    return [(row.rule_id, row.flag, row.location, row.text) for row in rows]
