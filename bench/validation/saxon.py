"""The reference: SaxonC running the official stylesheets, from a string to the text of its reports.

Reading the reports is not timed, although whoever uses SaxonC must do it: the comparison is in its favour.
"""

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from bench.validation.engines import BRACKETED, NOT_FATAL, NoVerdict

DESCRIPTION = "saxonche: SaxonC runs the official XSLT, from a string to SVRL text (reading SVRL not counted)"
WARM_UP_SECONDS = 2.0
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_REPORTED = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")


def lacking() -> str:
    return ""


class SaxonReference:
    def __init__(self, stylesheets: Mapping[str, Path]) -> None:
        # Loaded here: the process that only asks for the names of engines should not carry it.
        from saxonche import PySaxonApiError, PySaxonProcessor  # noqa: PLC0415

        self._failure = PySaxonApiError
        self._processor = PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        self._executables = [
            compiler.compile_stylesheet(stylesheet_text=path.read_text(encoding="utf-8"))
            for path in stylesheets.values()
        ]

    def prepare(self, content: bytes) -> str:
        return etree.tostring(etree.fromstring(content), encoding="unicode")

    def run(self, document: str) -> list[str]:
        try:
            tree = self._processor.parse_xml(xml_text=document)
            return [executable.transform_to_string(xdm_node=tree) for executable in self._executables]
        except self._failure as error:
            raise NoVerdict(" ".join(str(error).split())) from error

    def fatal(self, result: list[str]) -> list[str]:
        return sorted(rule for report in result for rule in _fatal_in(report))


def _fatal_in(report: str) -> list[str]:
    root = etree.fromstring(report.encode(), etree.XMLParser(huge_tree=True))
    return [
        _rule_id(element)
        for element in root.iter(*_REPORTED)
        if (element.get("flag") or element.get("role") or "").lower() not in NOT_FATAL
    ]


def _rule_id(element: etree._Element) -> str:
    bracketed = BRACKETED.match("".join(str(part) for part in element.itertext()))
    return element.get("id") or (bracketed.group(1) if bracketed else "")


def create(stylesheets: Mapping[str, Path]) -> SaxonReference:
    return SaxonReference(stylesheets)
