"""Paths of rules, and the documents made from them."""

import pytest
from documents.adapters.rule_gate.bases import own_bases
from documents.adapters.rule_gate.directed.remembered import REMEMBERED
from documents.adapters.rule_gate.directed.table import directed_documents
from documents.adapters.rule_gate.material import RulePath, gather
from documents.adapters.rule_gate.rule_paths import rule_paths_of, words_of
from documents.adapters.rule_gate.schema_paths import SchemaPaths
from documents.adapters.rule_gate.trees import elements_of
from documents.adapters.rules.document_types import UBL_AGGREGATE, UBL_BASIC, UBL_INVOICE
from documents.adapters.schematron.model import Check, Let, Pattern, Rule, Stylesheet
from documents.adapters.schematron.xpath.parser import parse_expression, parse_pattern
from lxml import etree

NAMESPACES = {"ubl": UBL_INVOICE, "cac": UBL_AGGREGATE, "cbc": UBL_BASIC, "xs": "http://www.w3.org/2001/XMLSchema"}
INVOICE = f"{{{UBL_INVOICE}}}Invoice"


def expression(text):
    return parse_expression(text, NAMESPACES)


def stylesheet(context, *tests, lets=(), rule_lets=()):
    checks = [
        Check(
            number=number, id=f"R-{number}", flag="fatal", kind="assert", test=expression(t), test_text=t, text=("x",)
        )
        for number, t in enumerate(tests)
    ]
    own = [Let(name=name, value=expression(value)) for name, value in rule_lets]
    rule = Rule(context=parse_pattern(context, NAMESPACES), context_text=context, body=(*own, *checks))
    return Stylesheet(
        lets=tuple(Let(name=name, value=expression(value)) for name, value in lets),
        functions=(),
        patterns=(Pattern(name="M1", rules=(rule,)),),
        sha256="",
    )


def followed(schema, *arguments, **variables):
    """The paths of a stylesheet, written with local names."""
    found = rule_paths_of(stylesheet(*arguments, **variables), [SchemaPaths(schema, INVOICE)])
    return {_told(path) for path in found}


def _told(path):
    place = "/".join(tag.rpartition("}")[2] for tag in path.tags)
    attribute = f"@{path.attribute}" if path.attribute else ""
    return f"{place}{attribute}{'=' + path.value if path.value else ''}{' counted' if path.counted else ''}"


@pytest.mark.parametrize(
    ("context", "test", "paths"),
    [
        ("/ubl:Invoice", "cbc:ID", {"ID"}),
        ("/ubl:Invoice", "cac:Party/cbc:ID or cbc:Note", {"Party", "Party/ID", "Note"}),
        ("cac:AllowanceCharge", "cbc:Amount", {"AllowanceCharge", "AllowanceCharge/Amount"}),
        ("cac:Party/cbc:ID", "true()", {"Party", "Party/Party", "Party/ID", "Party/Party/ID"}),
        ("//cbc:Amount", "@currencyID", {"AllowanceCharge/Amount", "AllowanceCharge/Amount@currencyID"}),
        ("/ubl:Invoice", "cbc:ID/@schemeID = 'A'", {"ID", "ID@schemeID", "ID@schemeID=A"}),
        ("/ubl:Invoice", "//@schemeID = 'A'", {"@schemeID", "@schemeID=A"}),
        ("/ubl:Invoice", "//cbc:ChargeIndicator", {"AllowanceCharge/ChargeIndicator"}),
        ("/ubl:Invoice", "//@schemeID", {"@schemeID"}),
        ("cbc:Amount", "../cbc:Note", {"AllowanceCharge/Amount", "AllowanceCharge/Note"}),
        ("/ubl:Invoice", "cac:Party[cbc:ID = 'A']", {"Party", "Party/ID", "Party/ID=A"}),
        ("/ubl:Invoice", "cbc:ID = ('A', 'B')", {"ID", "ID=A", "ID=B"}),
        ("/ubl:Invoice", "'A' = upper-case(cbc:ID)", {"ID", "ID=A"}),
        ("/ubl:Invoice", "count(cbc:Note) <= 1", {"Note", "Note counted"}),
        ("/ubl:Invoice", "every $n in cbc:Note satisfies $n != 'x'", {"Note", "Note=x"}),
        ("/ubl:Invoice", "/*/cbc:ID", {"ID"}),
    ],
)
def test_every_path_of_a_rule_is_found(schema, context, test, paths):
    assert followed(schema, context, test) == paths


def test_variables_carry_the_places_of_their_values(schema):
    found = followed(
        schema,
        "cac:AllowanceCharge",
        "$currency = 'EUR' and $note = 'n'",
        lets=(("currency", "/ubl:Invoice/cbc:ID"),),
        rule_lets=(("note", "normalize-space(cbc:Note)"),),
    )
    assert found >= {"ID=EUR", "AllowanceCharge/Note=n"}


def test_a_context_that_no_schema_knows_leads_nowhere(schema):
    assert followed(schema, "/ubl:Other/cbc:ID", "cbc:Note") == set()


def test_paths_come_in_the_same_order_each_time(schema):
    rules = stylesheet("cac:Party/cbc:ID", "//cbc:Amount = ('1', '2') or //cbc:Note")
    once, again = (rule_paths_of(rules, [SchemaPaths(schema, INVOICE)]) for _ in range(2))
    assert once == again


def test_words_are_those_of_the_literals():
    found = words_of(stylesheet("cbc:ID[. = 'Z']", "contains(' A B ', concat(' ', ., ' '))", rule_lets=(("x", "'C'"),)))
    assert set(found) == {"Z", "A", "B", "C"}


@pytest.fixture
def documents(schema):
    """By kind, the directed documents of one small invoice, as trees."""
    (base,) = [base for base in own_bases() if base.name == "invoice-outside-scope.xml"]
    charge = (f"{{{UBL_AGGREGATE}}}AllowanceCharge", f"{{{UBL_BASIC}}}Amount")
    country = tuple(f"{{{UBL_AGGREGATE}}}{name}" for name in ("AccountingSupplierParty", "Party", "PostalAddress"))
    paths = (
        RulePath(root=INVOICE, tags=charge),
        RulePath(root=INVOICE, tags=charge, value="7"),
        RulePath(root=INVOICE, tags=charge, counted=True),
        RulePath(root=INVOICE, tags=(), attribute="schemeID"),
        RulePath(
            root=INVOICE,
            tags=(*country, f"{{{UBL_AGGREGATE}}}Country", f"{{{UBL_BASIC}}}IdentificationCode"),
            value="IS",
        ),
        RulePath(
            root=INVOICE, tags=(f"{{{UBL_AGGREGATE}}}PaymentMeans", f"{{{UBL_BASIC}}}PaymentMeansCode"), value="9"
        ),
    )
    found = {}
    for directed in directed_documents([base], gather([base], schema, rule_paths=paths)):
        found.setdefault(directed.kind, []).append(etree.fromstring(directed.content()))
    return base, found


def amounts(root):
    return [element.text for element in root.iterfind("{*}AllowanceCharge/{*}Amount")]


def test_a_path_is_created_once_and_a_counted_one_twice(documents):
    _, found = documents
    created = [amounts(root) for root in found["rule-path"]]
    assert ["5.00", "1.00"] in created
    assert ["5.00", "7"] in created
    assert amounts(found["counted-path"][0]) == ["5.00", "1.00", "1.00"]


def test_a_value_of_a_rule_replaces_what_is_there(documents):
    _, found = documents
    assert ["7"] in [amounts(root) for root in found["rule-value"]]


def test_an_attribute_is_tried_all_over_the_document(documents):
    _, found = documents
    places = [root.xpath("//*[@schemeID='9930' or @schemeID='0192']") for root in found["attribute-anywhere"]]
    assert len(places) == 6
    assert len({str(element.getroottree().getpath(element)) for owners in places for element in owners}) >= 6


def test_every_country_meets_every_payment_means(documents):
    _, found = documents
    pairs = {
        (root.findtext(".//{*}Country/{*}IdentificationCode"), root.findtext(".//{*}PaymentMeansCode"))
        for root in found["country-and-means"]
    }
    assert pairs == {(country, means) for country in ("IS", "DE", "NO") for means in ("9", "58")}


def test_each_element_is_deleted_doubled_and_emptied(documents):
    base, found = documents
    size = len(elements_of(base.tree()))
    for kind in ("double-each", "delete-each", "empty-each"):
        own = [root for root in found[kind] if root.findtext(".//{*}IdentificationCode") != "IS"]
        assert len(own) >= size - 2
    assert all(len(elements_of(root)) < size for root in found["delete-each"])
    assert all(len(elements_of(root)) > size for root in found["double-each"])
    assert any(len(elements_of(root)) == size for root in found["empty-each"])


def test_values_are_padded_nudged_dated_and_doubled_with_another_one(documents):
    _, found = documents
    assert {"\n" in (root.findtext("{*}ID") or "") for root in found["pad-each"]} == {True, False}
    assert {"5.005", "4.995", "5.01"} <= {amounts(root)[0] for root in found["nudge-each"]}
    assert {"2026-02-30", "1999-10-20", "2099-10-20"} <= {root.findtext("{*}IssueDate") for root in found["date-each"]}
    assert any(len(root.findall("{*}PaymentMeans")) == 2 for root in found["twin-each"])


def test_remembered_documents_can_still_be_made(material):
    keys = [directed.key for directed in directed_documents(own_bases(), material)]
    assert set(keys) >= REMEMBERED
    assert len(set(keys)) == len(keys)


def test_national_variants_move_every_party_and_tax_number(documents):
    _, found = documents
    icelandic = [
        root
        for root in found["delete-each"]
        if {element.text for element in root.iterfind(".//{*}Country/{*}IdentificationCode")} == {"IS"}
    ]
    assert icelandic
