"""Check documents against the XML schemas: UBL 2.1 (Invoice, CreditNote) and CII D16B.

Guarantees: schemas are compiled once, from the fetched files and nothing else. A document cannot bring a schema of its
own: libxml2 follows `xsi:schemaLocation` only when it is given no schema (a test holds it to that). A document that
breaks its schema a hundred thousand times costs little more than one that keeps to it: lxml would count the siblings of
each broken element for its path, so that what could cost minutes is tried without places first.
"""

from collections.abc import Callable, Iterable, Sequence

from lxml import etree

from documents.adapters.rules import parser_memory
from documents.adapters.rules.document_types import CII_INVOICE, UBL_CREDIT_NOTE, UBL_INVOICE
from documents.adapters.rules.locations import Places, readable_names
from documents.adapters.rules.lock import RuleFiles
from documents.domain.findings import Artifact, Finding, Severity, Syntax

_MAX_TEXT = 1000
_SHOWN = 1000
_CHUNK = 65_536
# An element with many thousand children, or more attributes than invoices have.
_COSTLY = etree.XPath("count(//*) > 1000 and (boolean(//*/*[5001]) or count(//@*) > 5000 + 2 * count(//*))")
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
        """Every schema error of a document, in document order; what follows a thousand is only counted."""
        schema = self._schemas[syntax]
        if _COSTLY(root):
            content = etree.tostring(root, encoding="UTF-8", with_tail=False)
            entries = parser_memory.reading(lambda document: _errors(document, schema), content)
            if len(entries) > _SHOWN:
                return _findings(entries, location_of=lambda _: "/")
        if schema.validate(root):
            return []
        return _findings(_logged(schema.error_log), location_of=Places(root).location)


def _errors(content: bytes, schema: etree.XMLSchema) -> list[etree._LogEntry]:
    """The errors of a document, until there are too many: no places, but no look at siblings either."""
    parser = etree.XMLPullParser(events=(), schema=schema, resolve_entities=False, no_network=True, huge_tree=True)
    for start in range(0, len(content), _CHUNK):
        parser.feed(content[start : start + _CHUNK])
        entries = _logged(parser.feed_error_log)
        if len(entries) > _SHOWN:
            return entries
    return []


def _logged(log: etree._ListErrorLog) -> list[etree._LogEntry]:
    entries: Iterable[etree._LogEntry] = log
    return list(entries)


def _findings(entries: Sequence[etree._LogEntry], location_of: Callable[[str], str]) -> list[Finding]:
    findings = [_finding(entry, location_of(entry.path or "/")) for entry in entries[:_SHOWN]]
    return findings + findings[-1:] * (len(entries) - len(findings))


def _compile(files: RuleFiles, imports: tuple[tuple[str, str], ...]) -> etree.XMLSchema:
    xsd = "http://www.w3.org/2001/XMLSchema"
    driver = etree.Element(f"{{{xsd}}}schema")
    for namespace, location in imports:
        etree.SubElement(driver, f"{{{xsd}}}import", namespace=namespace, schemaLocation=location)
    text = etree.tostring(driver)
    return etree.XMLSchema(etree.fromstring(text, base_url=(files.schemas / "driver.xsd").as_uri()))


def _finding(entry: etree._LogEntry, location: str) -> Finding:
    kind = entry.type_name.removeprefix("SCHEMAV_").replace("_", "-").lower()
    return Finding(
        rule_id=f"xsd-{kind}",
        severity=Severity.FATAL,
        location=location,
        text=readable_names(" ".join(entry.message.split()))[:_MAX_TEXT],
        artifact=Artifact.SCHEMA,
    )
