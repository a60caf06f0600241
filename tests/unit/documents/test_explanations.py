"""Every explained rule says in both languages what this document has and what is expected, whatever the document is."""

from decimal import Decimal

import pytest
from documents.adapters.rules import explained_document
from documents.adapters.rules.explained_document import ExplainedDocument, Place
from documents.adapters.rules.explanations import explained
from documents.adapters.rules.locations import location_of
from documents.domain.explanations import facts
from documents.domain.explanations.table import FAMILIES, explanation_of
from documents.domain.explanations.wording import Absent, Explanation, Language, Percent, Phrase, written
from documents.domain.findings import Artifact, Finding, Severity, Syntax
from lxml import etree
from support.broken_documents import BROKEN
from support.broken_documents.making import BASES, LINE, Broken, after, attribute, put
from support.invoices import Invoice, Line

RULES = [rule for rows in FAMILIES.values() for row in rows for rule in row.rules]
SCHEMA_TEXTS = {
    "xsd-element-content": "Element 'cbc:DueDate': This element is not expected. Expected is ( cbc:IssueDate ).",
    "xsd-cvc-complex-type-4": "Element 'cbc:PayableAmount': The attribute 'currencyID' is required but missing.",
    "xsd-cvc-complex-type-3-2-1": "Element 'cbc:IssueDate', attribute 'format': The attribute 'format' is not allowed.",
}


def finding(rule: str, location: str, text: str = "") -> Finding:
    return Finding(
        rule_id=rule, severity=Severity.FATAL, location=location, text=text, artifact=Artifact.BUSINESS_RULES
    )


def explain(rule: str, root: etree._Element, location: str, text: str = "") -> Explanation:
    syntax = Syntax.CII if etree.QName(root).localname == "CrossIndustryInvoice" else Syntax.UBL
    (found,) = explained([finding(rule, location, text)], root, syntax)
    assert found.explanation is not None
    return found.explanation


def spelled(name: str, namespace: str) -> str:
    return f"*[local-name()='{name}' and namespace-uri()='{namespace}']"


def sentences(explanation: Explanation) -> list[str]:
    return [text for words in (explanation.nl, explanation.en) for text in (words.found, words.expected)]


def schema_text(broken: Broken) -> str:
    if "lacks a part" in broken.says:
        return "Element 'cac:LegalMonetaryTotal': Missing child element(s). Expected is ( cbc:PayableAmount )."
    return SCHEMA_TEXTS.get(broken.rule, "")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.rule}-{broken.base}")
def test_a_broken_document_is_explained_with_what_it_says(broken: Broken) -> None:
    root = broken.root()
    explanation = explain(broken.rule, root, location_of(broken.place(root)), schema_text(broken))

    for said in broken.says:
        assert said in explanation.en.found
    assert all(text and "{" not in text for text in sentences(explanation))
    assert explanation.nl.found != explanation.en.found
    assert explanation.nl.expected != explanation.en.expected


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("base", ["peppol", "peppol credit", "cii", "empty"])
def test_every_rule_is_explained_on_any_document(family: str, base: str) -> None:
    root = etree.Element("Invoice") if base == "empty" else etree.fromstring(BASES[base].xml())
    for rule in (rule.removesuffix("*") for row in FAMILIES[family] for rule in row.rules):
        explanation = explain(rule, root, "/")

        assert all(text.strip() and "{" not in text for text in sentences(explanation)), rule


def test_more_than_sixty_rules_are_explained() -> None:
    assert len({rule for rule in RULES if not rule.endswith("*")}) >= 400


def test_most_families_are_proved_on_broken_documents() -> None:
    proved = {broken.rule for broken in BROKEN}

    for rows in FAMILIES.values():
        assert any(rule in proved for row in rows for rule in row.rules)
    assert len(proved) >= 200


def test_a_rule_that_nobody_wrote_words_for_has_no_explanation() -> None:
    root = etree.fromstring(Invoice().xml())
    (found,) = explained([finding("DK-R-013", "/ubl:Invoice")], root, Syntax.UBL)

    assert found.explanation is None
    assert explanation_of("UBL-CR-009") is explanation_of("CII-SR-440")
    assert explanation_of("UBL-CR-005") is not explanation_of("UBL-CR-009")


def test_a_fault_in_an_explanation_costs_the_explanation_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(rule_id: str, source: Place) -> Explanation:
        raise KeyError(rule_id, source)

    monkeypatch.setattr("documents.adapters.rules.explanations.explain", fail)
    before = finding("BR-02", "/ubl:Invoice")

    assert explained([before], etree.fromstring(Invoice().xml()), Syntax.UBL) == [before]


def test_numbers_are_written_as_people_of_the_language_do() -> None:
    root = etree.fromstring(Invoice(lines=[Line(quantity=Decimal(12345))]).xml())
    put("cac:LegalMonetaryTotal/cbc:PayableAmount", "1")(root)
    explanation = explain("BR-CO-16", root, "/ubl:Invoice/cac:LegalMonetaryTotal[1]")

    assert explanation.nl.found.startswith("Het te betalen bedrag is 1,00, maar")
    assert explanation.nl.expected.endswith("= 1.493.745,00.")
    assert explanation.en.expected.endswith("= 1,493,745.00.")


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("-0.5"), "-0,5", "-0.5"),
        (Percent("21.0"), "21,0%", "21.0%"),
        (12345, "12.345", "12,345"),
        ("", "leeg", "empty"),
        ("a\n  b", "“a b”", "“a b”"),
        ("x" * 200, "“" + "x" * 80 + "…”", "“" + "x" * 80 + "…”"),
        ((), "ontbreekt", "missing"),
        (tuple("abcdefg"), "“a”, “b”, “c”, “d”, “e” en 2 andere", "“a”, “b”, “c”, “d”, “e” and 2 more"),
        (Absent.MISSING, "ontbreekt", "missing"),
        (Absent.UNKNOWN, "niet te berekenen", "not computable"),
        (Phrase("een", "one"), "een", "one"),
    ],
)
def test_every_kind_of_value_can_be_written(value: facts.Value, dutch: str, english: str) -> None:
    assert (written(value, Language.NL), written(value, Language.EN)) == (dutch, english)


@pytest.mark.parametrize(
    "amount", ["1e3", "NaN", "abc", "1,00", "9" * 41, "", "{stated.value.__class__}", "\uff11\uff12"]
)
def test_an_amount_that_is_none_is_shown_as_it_is(amount: str) -> None:
    root = etree.fromstring(Invoice().xml())
    put("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", amount)(root)
    explanation = explain("BR-CO-16", root, "/ubl:Invoice/cac:LegalMonetaryTotal[1]")

    assert "is not computable" in explanation.en.found
    assert (amount or "empty") in explanation.en.expected


def test_amounts_of_forty_digits_are_exact() -> None:
    root = etree.fromstring(Invoice().xml())
    put(f"{LINE}/cbc:InvoicedQuantity", "9" * 40)(root)
    put(f"{LINE}/cac:Price/cbc:PriceAmount", "9" * 40)(root)
    explanation = explain("PEPPOL-EN16931-R120", root, "/ubl:Invoice/cac:InvoiceLine[1]")

    assert explanation.en.expected.startswith("The net amount (BT-131) is 99")
    assert f"{(10**40 - 1) ** 2:,}.00" in explanation.en.found


def test_a_price_per_nothing_is_not_computable() -> None:
    root = etree.fromstring(Invoice().xml())
    after(f"{LINE}/cac:Price/cbc:PriceAmount", "<cbc:BaseQuantity>0</cbc:BaseQuantity>")(root)

    assert "is not computable" in explain("PEPPOL-EN16931-R120", root, "/ubl:Invoice/cac:InvoiceLine[1]").en.found


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("-0.005", "0.00"), ("-2.555", "-2.55"), ("1.2349", "1.23"), ("7", "7.00")],
)
def test_cents_are_rounded_as_the_rules_do(value: str, expected: str) -> None:
    assert facts.cents(Decimal(value)) == Decimal(expected)


def test_what_is_expected_is_named_in_the_words_of_the_document() -> None:
    for base, location, path in (
        ("peppol", "/ubl:Invoice/cac:InvoiceLine[1]", "cbc:InvoicedQuantity"),
        ("peppol credit", "/cn:CreditNote/cac:CreditNoteLine[1]", "cbc:CreditedQuantity"),
        ("cii", "/rsm:CrossIndustryInvoice", "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
    ):
        explanation = explain("BR-22", etree.fromstring(BASES[base].xml()), location)

        assert explanation.en.expected == f"The quantity (BT-129), in {path}."


def test_the_line_of_the_finding_is_the_one_that_is_quoted() -> None:
    root = etree.fromstring(Invoice(lines=[Line(name=f"item {n}") for n in range(5)]).xml())
    attribute("cac:InvoiceLine[4]/cbc:InvoicedQuantity", "unitCode", "STUKS")(root)
    where = "/ubl:Invoice/cac:InvoiceLine[4]/cbc:InvoicedQuantity[1]"

    assert "“STUKS”" in explain("BR-CL-23", root, where).en.found
    assert explain("BR-27", root, "/ubl:Invoice/cac:InvoiceLine[4]").en.found.startswith("Invoice line 4:")


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/ubl:Invoice/cac:InvoiceLine[1]/cac:Item[1]/cbc:Name[1]", "cbc:Name"),
        ("/ubl:Invoice", "ubl:Invoice"),
        ("/", "ubl:Invoice"),
        ("", "ubl:Invoice"),
        ("/ubl:Invoice/cac:InvoiceLine[2]", "ubl:Invoice"),
        ("/ubl:Invoice/cac:InvoiceLine[0]", "ubl:Invoice"),
        ("/ubl:Invoice/cac:InvoiceLine[1]/@id", "ubl:Invoice"),
        ("/ubl:Invoice//cbc:Name", "ubl:Invoice"),
        ("not a path", "ubl:Invoice"),
        (f"/ubl:Invoice/{spelled('odd', 'urn:a/b')}[1]/{spelled('bare', '')}[1]", "bare"),
    ],
)
def test_a_location_finds_its_element_or_else_the_document(location: str, name: str) -> None:
    root = etree.fromstring(Invoice().xml())
    etree.SubElement(etree.SubElement(root, "{urn:a/b}odd"), "bare")
    document = ExplainedDocument(root, Syntax.UBL)

    assert Place(document, document.find(location), "").element() == name


def test_what_many_findings_ask_of_the_whole_document_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root = etree.fromstring(Invoice(lines=[Line()] * 40).xml())
    asked: list[str] = []
    evaluate = explained_document.evaluate

    def counted(path: str, element: etree._Element) -> list[str]:
        if element is root:
            asked.append(path)
        return evaluate(path, element)

    monkeypatch.setattr(explained_document, "evaluate", counted)
    where = "/ubl:Invoice/cac:InvoiceLine[{}]/cac:Price[1]/cbc:PriceAmount[1]"
    findings = [finding("PEPPOL-EN16931-R051", where.format(n)) for n in range(1, 41)]
    findings += [finding(rule, "/ubl:Invoice/cac:LegalMonetaryTotal[1]") for rule in ("BR-CO-10", "BR-CO-13") * 20]

    assert all(item.explanation for item in explained(findings, root, Syntax.UBL))
    assert len(asked) == len(set(asked))
