"""SVRL becomes findings that people can read."""

import pytest
from documents.adapters.rules.document_types import PREFIXES
from documents.adapters.rules.locations import Places, location_of, readable_location, readable_names
from documents.adapters.rules.parsing import parse_document
from documents.adapters.rules.svrl import findings_of
from documents.domain.findings import Artifact, Severity
from lxml import etree
from support.invoices import Invoice, Line

LOCATION = (
    f"/*:Invoice[namespace-uri()='{PREFIXES['ubl']}'][1]"
    f"/*:InvoiceLine[namespace-uri()='{PREFIXES['cac']}'][2]"
    f"/*:ID[namespace-uri()='{PREFIXES['cbc']}'][1]"
)


def report(attributes: str, text: str, kind: str = "failed-assert") -> str:
    return (
        '<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><svrl:active-pattern/>'
        f'<svrl:fired-rule context="/"/><svrl:{kind} test="false()" location="{LOCATION}" {attributes}>'
        f"<svrl:text>{text}</svrl:text></svrl:{kind}></svrl:schematron-output>"
    )


def only(report_text: str):
    (finding,) = findings_of(report_text, stylesheet="nlcius-ubl")
    return finding


def test_a_failed_assertion_is_a_finding():
    finding = only(report('id="BR-01" flag="fatal"', "[BR-01]-An  Invoice\n   shall have it."))
    assert finding.rule_id == "BR-01"
    assert finding.severity is Severity.FATAL
    assert finding.artifact is Artifact.BUSINESS_RULES
    assert finding.text == "[BR-01]-An Invoice shall have it."
    assert finding.location == "/ubl:Invoice/cac:InvoiceLine[2]/cbc:ID[1]"


@pytest.mark.parametrize("kind", ["failed-assert", "successful-report"])
@pytest.mark.parametrize("flag", ["warning", "WARNING", "info"])
def test_a_flag_below_fatal_is_a_warning(flag, kind):
    assert only(report(f'id="X" flag="{flag}"', "x", kind)).severity is Severity.WARNING


@pytest.mark.parametrize("attributes", ["", 'flag="fatal"', 'flag="error"', 'role="fatal"', 'flag="unheard"'])
def test_any_other_flag_and_none_are_fatal(attributes):
    assert only(report(f'id="X" {attributes}', "x")).severity is Severity.FATAL


def test_an_assertion_without_id_is_named_by_its_text():
    finding = only(report("", "[SI-V20-INV-R000] This is no SI-UBL 2.0 invoice"))
    assert (finding.rule_id, finding.severity) == ("SI-V20-INV-R000", Severity.FATAL)


def test_an_assertion_without_any_name_is_named_by_its_stylesheet():
    assert only(report("", "Something is wrong")).rule_id == "nlcius-ubl-unnamed"


def test_a_report_without_failures_has_no_findings():
    empty = '<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl"/>'
    assert findings_of(empty, stylesheet="cen-ubl") == []


def test_a_namespace_without_a_usual_prefix_stays_spelled_out():
    assert readable_location("/*:a[namespace-uri()='urn:x'][1]/*:b[namespace-uri()='urn:x'][3]") == (
        "/*[local-name()='a' and namespace-uri()='urn:x'][1]/*[local-name()='b' and namespace-uri()='urn:x'][3]"
    )


def test_every_location_finds_its_element_again():
    root = parse_document(Invoice(lines=[Line(), Line(), Line()]).xml())
    tree = root.getroottree()
    for element in root.iter(etree.Element):
        assert tree.xpath(location_of(element), namespaces=PREFIXES) == [element]


def test_the_two_ways_to_write_a_location_agree():
    root = parse_document(Invoice(lines=[Line(), Line()]).xml())
    (element,) = root.xpath("cac:InvoiceLine[2]/cbc:ID", namespaces=PREFIXES)
    assert location_of(element) == readable_location(LOCATION)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/*", "/ubl:Invoice"),
        ("/*/a:InvoiceLine[2]/b:ID", "/ubl:Invoice/cac:InvoiceLine[2]/cbc:ID[1]"),
        ("/*/*[3]", "/ubl:Invoice/cac:InvoiceLine[3]"),
        ("/*/a:Note", "/ubl:Invoice/cbc:Note[1]"),
        ("/*/b:Note", "/ubl:Invoice/cbc:Note[2]"),
        ("/*/none", "/ubl:Invoice/*[local-name()='none' and namespace-uri()=''][1]"),
        ("/*/a:InvoiceLine[9]/b:ID", "/*/a:InvoiceLine[9]/b:ID"),
        ("/*/c:None", "/*/c:None"),
        ("/", "/"),
        ("", ""),
    ],
)
def test_the_paths_of_the_schema_are_read_with_the_prefixes_of_their_place(path, expected):
    """The same prefix means one thing here and another there; `*` counts all siblings."""
    lines = f'<a:InvoiceLine/><a:InvoiceLine><b:ID/></a:InvoiceLine><InvoiceLine xmlns="{PREFIXES["cac"]}"/><!-- -->'
    notes = f'<a:Note xmlns:a="{PREFIXES["cbc"]}"/><b:Note/><none xmlns=""/>'
    namespaces = f'xmlns="{PREFIXES["ubl"]}" xmlns:a="{PREFIXES["cac"]}" xmlns:b="{PREFIXES["cbc"]}"'
    root = etree.fromstring(f"<Invoice {namespaces}>{lines}{notes}</Invoice>")
    assert Places(root).location(path) == expected


def test_the_path_that_libxml2_writes_for_an_element_leads_to_its_location():
    root = parse_document(Invoice(lines=[Line(), Line(), Line()]).xml())
    places, tree = Places(root), root.getroottree()
    for element in root.iter(etree.Element):
        assert places.location(tree.getpath(element)) == location_of(element)


def test_names_in_schema_messages_get_prefixes():
    assert readable_names(f"Element '{{{PREFIXES['cbc']}}}ID', not '{{urn:x}}y'") == "Element 'cbc:ID', not '{urn:x}y'"
