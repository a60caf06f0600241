"""Check documents against the XML schemas: UBL 2.1 (Invoice, CreditNote) and CII D16B.

Guarantees: schemas are compiled once, from the fetched files and nothing else. A document cannot bring a schema of its
own: libxml2 follows `xsi:schemaLocation` only when it is given no schema (a test holds it to that).
"""

from collections.abc import Iterable

from lxml import etree

from documents.adapters.rules.document_types import CII_INVOICE, UBL_CREDIT_NOTE, UBL_INVOICE
from documents.adapters.rules.locations import elements_at, location_of, readable_names
from documents.adapters.rules.lock import RuleFiles
from documents.domain.findings import Artifact, Finding, Severity, Syntax

_MAX_TEXT = 1000
# The imports of the UBL schemas carry no schemaLocation for these four, so they come first and by name.
_UBL_IMPORTS = (
    ("urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2", "imports/ccts.xsd"),
    ("http://www.w3.org/2000/09/xmldsig#", "imports/xmldsig.xsd"),
    ("http://uri.etsi.org/01903/v1.3.2#", "imports/xades132.xsd"),
    ("http://uri.etsi.org/01903/v1.4.1#", "imports/xades141.xsd"),
    (UBL_INVOICE, "ubl21/maindoc/UBL-Invoice-2.1.xsd"),
    (UBL_CREDIT_NOTE, "ubl21/maindoc/UBL-CreditNote-2.1.xsd"),
)
_CII_IMPORTS = ((CII_INVOICE, "cii/data/standard/CrossIndustryInvoice_100pD16B.xsd"),)


class Schemas:
    """The compiled schemas of one process; not for several threads at once."""

    def __init__(self, files: RuleFiles) -> None:
        self._schemas = {
            Syntax.UBL: _compile(files, _UBL_IMPORTS),
            Syntax.CII: _compile(files, _CII_IMPORTS),
        }

    def findings(self, root: etree._Element, syntax: Syntax) -> list[Finding]:
        """Every schema error of a document, in document order."""
        schema = self._schemas[syntax]
        if schema.validate(root):
            return []
        # The stubs of lxml do not say that an error log is a list of entries.
        entries: Iterable[etree._LogEntry] = schema.error_log  # type: ignore[assignment]
        return [_finding(root, entry) for entry in entries]


def _compile(files: RuleFiles, imports: tuple[tuple[str, str], ...]) -> etree.XMLSchema:
    xsd = "http://www.w3.org/2001/XMLSchema"
    driver = etree.Element(f"{{{xsd}}}schema")
    for namespace, location in imports:
        etree.SubElement(driver, f"{{{xsd}}}import", namespace=namespace, schemaLocation=location)
    text = etree.tostring(driver)
    return etree.XMLSchema(etree.fromstring(text, base_url=(files.schemas / "driver.xsd").as_uri()))


def _finding(root: etree._Element, entry: etree._LogEntry) -> Finding:
    kind = entry.type_name.removeprefix("SCHEMAV_").replace("_", "-").lower()
    return Finding(
        rule_id=f"xsd-{kind}",
        severity=Severity.FATAL,
        location=_location(root, entry.path),
        text=readable_names(" ".join(entry.message.split()))[:_MAX_TEXT],
        artifact=Artifact.SCHEMA,
    )


def _location(root: etree._Element, path: str | None) -> str:
    """libxml2 writes paths with the document's own prefixes and with `*` for the default namespace."""
    if not path:
        return "/"
    namespaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = elements_at(root, path, namespaces)
    except etree.XPathEvalError:
        return path
    return location_of(found[0]) if found else path
