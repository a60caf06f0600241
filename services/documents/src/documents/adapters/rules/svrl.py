"""Read the findings out of an SVRL report, which is what the official stylesheets write."""

from lxml import etree

from documents.adapters.rules.reported import reported
from documents.domain.findings import Finding

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_REPORTED = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")


def findings_of(report: str, *, stylesheet: str) -> list[Finding]:
    """Every failed assertion, in the order of the report."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(report.encode(), parser)
    return [
        reported(
            rule_set=stylesheet,
            rule_id=element.get("id") or "",
            flag=element.get("flag") or element.get("role") or "",
            location=element.get("location") or "",
            text="".join(str(part) for part in element.itertext()),
        )
        for element in root.iter(*_REPORTED)
    ]
