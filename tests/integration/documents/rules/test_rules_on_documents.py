"""Whole documents through the real rule sets."""

import asyncio
import base64
import os
from pathlib import Path

import pytest
from documents.adapters.rules.document_types import PREFIXES
from documents.adapters.rules.parsing import parse_document
from documents.adapters.rules.rule_engine import COMPILED
from documents.adapters.rules.rule_engine import REFERENCE as REFERENCE_ENGINE
from documents.domain.findings import (
    Artifact,
    DoctypeForbidden,
    DocumentTooLarge,
    MalformedXml,
    Severity,
    Syntax,
    UnknownDocumentType,
)
from support.cii import CiiInvoice
from support.invoices import (
    EN16931,
    GACCOUNT,
    NLCIUS,
    SELF_BILLING,
    SELF_BILLING_PROCESS,
    CreditNote,
    Invoice,
    Line,
    changed,
    with_two_legal_entities,
)

EXAMPLES = Path(__file__).parents[4] / "examples"
REFERENCE = "<cbc:BuyerReference>PO-2026-114</cbc:BuyerReference>"


def fatal_rules(verdict) -> list[str]:
    return sorted(finding.rule_id for finding in verdict.fatal)


@pytest.mark.parametrize(
    ("document", "specification", "stylesheets"),
    [
        (Invoice(), "Peppol BIS Billing 3", ["cen-ubl", "peppol-ubl"]),
        (CreditNote(), "Peppol BIS Billing 3", ["cen-ubl", "peppol-ubl"]),
        (Invoice(lines=[Line()] * 30), "Peppol BIS Billing 3", ["cen-ubl", "peppol-ubl"]),
        (Invoice(customization_id=NLCIUS), "NLCIUS", ["nlcius-ubl"]),
        (CreditNote(customization_id=NLCIUS), "NLCIUS", ["nlcius-ubl"]),
        (Invoice(customization_id=EN16931), "EN 16931", ["cen-ubl"]),
        (
            Invoice(customization_id=SELF_BILLING, profile_id=SELF_BILLING_PROCESS, type_code="389"),
            "Peppol BIS Self-Billing 3",
            ["cen-ubl", "peppol-self-billing-ubl"],
        ),
    ],
    ids=["bis3", "bis3 credit note", "30 lines", "nlcius", "nlcius credit note", "en16931", "self-billing"],
)
async def test_a_valid_document_has_no_findings(rules, document, specification, stylesheets):
    verdict = await rules.validate(document.xml())
    assert verdict.findings == ()
    assert verdict.valid
    assert verdict.document_type.specification == specification
    assert [rule_set.name for rule_set in verdict.rule_sets] == stylesheets
    assert all(rule_set.version and len(rule_set.sha256) == 64 for rule_set in verdict.rule_sets)
    assert {rule_set.engine for rule_set in verdict.rule_sets} == {COMPILED}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (changed(Invoice().xml(), ">1210.00</cbc:PayableAmount>", ">1.00</cbc:PayableAmount>"), ["BR-CO-16"]),
        (changed(Invoice().xml(), REFERENCE, ""), ["PEPPOL-EN16931-R003"]),
        (changed(Invoice().xml(), ">30</cbc:PaymentMeansCode>", ">10</cbc:PaymentMeansCode>"), ["NL-R-008"]),
        (changed(Invoice().xml(), 'unitCode="HUR"', 'unitCode="HOURS"'), ["BR-CL-23"]),
        (changed(Invoice(customization_id=NLCIUS).xml(), REFERENCE, ""), ["BR-NL-2"]),
        (changed(Invoice().xml(), "<cbc:PostalZone>8823SJ</cbc:PostalZone>", ""), ["NL-R-002"]),
        (changed(Invoice().xml(), "8823SJ", ""), ["PEPPOL-EN16931-R008"]),
        (Invoice(customization_id=SELF_BILLING).xml(), ["PEPPOL-EN16931-R007"]),
        (
            Invoice(customization_id=SELF_BILLING, profile_id=SELF_BILLING_PROCESS).xml(),
            ["PEPPOL-EN16931-P0100"],
        ),
        (
            Invoice(customization_id=GACCOUNT).xml(),
            ["BR-GA-1", "BR-GA-2", "BR-GA-3", "BR-GA-5", "BR-GA-7"],
        ),
    ],
    ids=[
        "payable",
        "no reference",
        "means",
        "unit",
        "nlcius reference",
        "no postal code",
        "empty element",
        "other process",
        "not self-billed",
        "no g-account",
    ],
)
async def test_a_broken_document_breaks_the_expected_rules(rules, document, expected):
    verdict = await rules.validate(document)
    assert fatal_rules(verdict) == expected
    assert not verdict.valid


async def test_a_credit_note_without_reference_breaks_only_the_dutch_rule(rules):
    document = CreditNote().xml()
    start, end = document.index(b"<cac:BillingReference>"), document.index(b"</cac:BillingReference>")
    verdict = await rules.validate(document[:start] + document[end + len(b"</cac:BillingReference>") :])
    assert fatal_rules(verdict) == ["NL-R-001"]


async def test_a_finding_says_which_rule_where_and_why(rules):
    document = changed(Invoice(lines=[Line(), Line(name="Travel")]).xml(), "<cbc:Name>Travel</cbc:Name>", "")
    (finding,) = (await rules.validate(document)).findings
    assert finding.rule_id == "BR-25"
    assert finding.severity is Severity.FATAL
    assert finding.artifact is Artifact.BUSINESS_RULES
    assert finding.location == "/ubl:Invoice/cac:InvoiceLine[2]"
    assert finding.rule_set == "cen-ubl"
    assert finding.text == "[BR-25]-Each Invoice line (BG-25) shall contain the Item name (BT-153)."


async def test_warnings_do_not_refuse_a_document(rules):
    document = changed(Invoice().xml(), "<cbc:DueDate>", "<cbc:IssueTime>09:00:00</cbc:IssueTime><cbc:DueDate>")
    verdict = await rules.validate(document)
    assert verdict.valid
    assert [finding.severity for finding in verdict.findings] == [Severity.WARNING]


async def test_a_document_that_fails_its_schema_is_not_shown_to_the_rules(rules):
    document = changed(Invoice(lines=[Line(), Line()]).xml(), ">100.00</cbc:PriceAmount>", ">a lot</cbc:PriceAmount>")
    verdict = await rules.validate(document)
    (finding,) = verdict.findings
    assert finding.artifact is Artifact.SCHEMA
    assert finding.rule_id == "xsd-cvc-datatype-valid-1-2-1"
    assert finding.location == "/ubl:Invoice/cac:InvoiceLine[1]/cac:Price[1]/cbc:PriceAmount[1]"
    assert "cbc:PriceAmount" in finding.text
    assert verdict.rule_sets == ()


async def test_a_misplaced_element_is_a_schema_finding(rules):
    document = changed(Invoice().xml(), "<cac:PaymentMeans>", "<cbc:ID>x</cbc:ID><cac:PaymentMeans>")
    (finding,) = (await rules.validate(document)).findings
    assert (finding.rule_id, finding.location) == ("xsd-element-content", "/ubl:Invoice/cbc:ID[2]")


async def test_every_location_leads_to_one_element(rules):
    document = Invoice(lines=[Line(), Line()]).xml().replace(b"<cbc:Name>Consultancy, hours</cbc:Name>", b"")
    document = document.replace(b"<cbc:Percent>21<", b"<cbc:Percent>20<").replace(b"HUR", b"HOURS")
    verdict = await rules.validate(document)
    assert len(verdict.findings) >= 6
    tree = parse_document(document).getroottree()
    for finding in verdict.findings:
        assert len(tree.xpath(finding.location, namespaces=PREFIXES)) == 1, finding.location


async def test_more_findings_than_a_verdict_carries_are_counted(rules):
    document = Invoice(lines=[Line()] * 1100).xml().replace(b"<cbc:Name>Consultancy, hours</cbc:Name>", b"")
    verdict = await rules.validate(document)
    assert len(verdict.findings) == 1000
    assert verdict.omitted == 100
    assert not verdict.valid


async def test_a_rule_that_cannot_be_evaluated_is_a_fatal_finding(rules):
    document = Invoice(customization_id=NLCIUS).xml()
    verdict = await rules.validate(with_two_legal_entities(document))
    (finding,) = verdict.findings
    assert (finding.rule_id, finding.severity) == ("engine-XPTY0004", Severity.FATAL)
    assert (finding.artifact, finding.rule_set) == (Artifact.BUSINESS_RULES, "nlcius-ubl")
    assert "nlcius-ubl" in finding.text
    assert [rule_set.engine for rule_set in verdict.rule_sets] == [REFERENCE_ENGINE]
    assert (await rules.validate(document)).valid


@pytest.mark.parametrize(
    ("document", "specification", "stylesheets"),
    [
        (CiiInvoice(), "EN 16931", ["cen-cii"]),
        (CiiInvoice(type_code="381"), "EN 16931", ["cen-cii"]),
        (CiiInvoice(guideline=NLCIUS), "NLCIUS", ["nlcius-cii"]),
    ],
    ids=["en16931", "credit note", "nlcius"],
)
async def test_a_cii_document_is_validated_by_the_rules_of_its_syntax(rules, document, specification, stylesheets):
    verdict = await rules.validate(document.xml())
    assert verdict.valid
    assert verdict.document_type.specification == specification
    assert verdict.document_type.syntax is Syntax.CII
    assert [rule_set.name for rule_set in verdict.rule_sets] == stylesheets


async def test_a_broken_cii_document_is_found_in_schema_and_rules(rules):
    amount = "<ram:DuePayableAmount>1210.00</ram:DuePayableAmount>"
    (wrong,) = (await rules.validate(changed(CiiInvoice().xml(), amount, amount.replace("1210", "1200")))).findings
    assert wrong.rule_id == "BR-CO-16"
    assert wrong.location.startswith("/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction[1]/ram:")
    (unreadable,) = (await rules.validate(changed(CiiInvoice().xml(), amount, amount.replace("1210", "x")))).findings
    assert unreadable.artifact is Artifact.SCHEMA


@pytest.mark.parametrize(("name", "valid"), [("bis3", True), ("nlcius", True), ("broken", False)])
async def test_the_examples_are_what_their_names_say(rules, name, valid):
    verdict = await rules.validate((EXAMPLES / f"invoice-{name}.xml").read_bytes())
    assert verdict.valid is valid
    assert fatal_rules(verdict) == ([] if valid else ["BR-CO-16", "PEPPOL-EN16931-R003"])


async def test_characters_of_every_plane_reach_the_rules_unharmed(rules):
    document = changed(Invoice().xml(), "Test BV Donald", "Bäckerei 東京 😀 &amp; Söhne")
    assert (await rules.validate(document)).valid


async def test_a_large_attachment_is_validated(rules):
    attachment = base64.b64encode(bytes(8_000_000)).decode()
    assert (await rules.validate(Invoice(attachment=attachment).xml())).valid


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", MalformedXml),
        (b"<html><body>x<br></body></html>", MalformedXml),
        (changed(Invoice().xml(), "<Invoice ", '<!DOCTYPE Invoice [<!ENTITY x "y">]><Invoice '), DoctypeForbidden),
        (b"<a>" + b"x" * 25_000_000, DocumentTooLarge),
        (Invoice(customization_id="urn:unknown").xml(), UnknownDocumentType),
    ],
    ids=["empty", "html", "doctype", "25 MB", "unknown type"],
)
async def test_what_cannot_be_validated_is_a_typed_error(rules, document, error):
    with pytest.raises(error):
        await rules.validate(document)
    assert (await rules.validate(Invoice().xml())).valid


async def test_a_document_cannot_bring_its_own_schema(start_rules, tmp_path):
    # Opening this file would block until the deadline.
    own = tmp_path / "own.xsd"
    os.mkfifo(own)
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{{namespace}} {own.as_uri()}"'
    rules = await start_rules(deadline=5)
    for namespace in ("urn:x", PREFIXES["ubl"]):
        document = changed(Invoice().xml(), "<Invoice ", f"<Invoice {hint.format(namespace=namespace)} ")
        assert (await rules.validate(document)).valid


async def test_documents_of_many_tenants_get_their_own_verdicts(rules):
    """Two hundred documents at once, each with its own mistake or none: no verdict is another's."""
    kinds = {
        "valid": ((), None),
        "payable": (("BR-CO-16",), (">1210.00</cbc:PayableAmount>", ">1209.00</cbc:PayableAmount>")),
        "reference": (("PEPPOL-EN16931-R003",), (REFERENCE, "")),
        "name": (("BR-25",), ("<cbc:Name>Consultancy, hours</cbc:Name>", "")),
    }

    async def send(number: int) -> None:
        expected, change = list(kinds.values())[number % len(kinds)]
        document = Invoice(id=f"TENANT-{number}", lines=[Line()] * (1 + number % 3)).xml()
        if change and "1210" in change[0] and number % 3:
            change = (f">{1210 * (1 + number % 3)}.00</cbc:PayableAmount>", ">1209.00</cbc:PayableAmount>")
        verdict = await rules.validate(changed(document, *change) if change else document)
        assert tuple(fatal_rules(verdict)) == expected, number

    for batch in range(4):
        await asyncio.gather(*(send(batch * 50 + number) for number in range(50)))


async def test_the_event_loop_goes_on_while_rules_run(rules):
    slow = asyncio.create_task(rules.validate(Invoice(lines=[Line()] * 5000).xml()))
    turns = 0
    while not slow.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert (await slow).valid
    assert turns > 20
