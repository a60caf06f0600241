"""Expressions are worth what XPath 2.0 says (the tables are confirmed by the reference)."""

import pytest
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from support.engine_errors import LEFT_TO_THE_REFERENCE, OTHER_THAN_ERRORS
from support.engine_expressions import CONTEXTS, DOCUMENT, EXPRESSIONS, worth
from support.rule_sets import FAILED, check, found, ids, report, root_rule_set, rule_set, source_of, value_of

TABLES = EXPRESSIONS | OTHER_THAN_ERRORS
ROWS = [(expression, expected) for rows in TABLES.values() for expression, expected in rows]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("subject", TABLES)
def test_an_expression_has_its_value_in_a_text(subject, context):
    for expression, expected in TABLES[subject]:
        findings = found(worth(expression, context), DOCUMENT)
        assert (findings if expected == FAILED else findings[0][3]) == expected, expression


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize(("expression", "expected"), [row for row in ROWS if row[1] in {"true", "false"}])
def test_a_truth_decides_asserts_and_reports(expression, expected, context):
    """Twice in one rule and once negated, so that remembered values and both kinds of checks are met."""
    checks = check(expression, "A"), report(expression, "R"), check(f"not({expression})", "N"), report(expression, "R2")
    spoken = ids(found(root_rule_set(*checks, match=context), DOCUMENT))
    assert spoken == (["R", "N", "R2"] if expected == "true" else ["A"])


@pytest.mark.parametrize("context", CONTEXTS)
def test_what_fails_in_a_text_fails_in_a_check(context):
    for expression, expected in ROWS:
        if expected == FAILED:
            rules = root_rule_set(report(f"string({expression}) = 'x'"), match=context)
            assert found(rules, DOCUMENT) == FAILED, expression


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("expression", LEFT_TO_THE_REFERENCE)
def test_where_the_order_of_reading_decides_there_is_no_verdict(expression, context):
    assert found(root_rule_set(report(expression), match=context), DOCUMENT) == FAILED
    assert found(rule_set([(f"{context}[{expression}]", report("true()"))]), DOCUMENT) == FAILED


@pytest.mark.parametrize(
    "expression",
    [
        "a:x castable as xs:decimal",
        "a:n[count(a:x)]",
        "a:n[count(../a:x) + 1]",
        "a:n//a:x",
        "a:n/a:x/ancestor::a:r",
        "a:x[position() = 1]",
        "name()",
        "if (a:x) then 'a' else a:y",
        "('a', a:y)",
        "//@*",
        "@a:k",
        "*:x",
        "a:x[preceding::a:y[1]]",
        "0.1 + sum(a:x)",
        "sum(a:x) - 1",
        "1 div sum(a:x)",
        "a:x[1] mod sum(a:x)",
    ],
)
def test_an_expression_that_could_be_wrong_is_refused(expression):
    with pytest.raises(UnsupportedConstruct):
        source_of(root_rule_set(report("true()", text=value_of(expression))))


@pytest.mark.parametrize("expression", ["a:n = '3q'", "string(.) = 'x'"])
def test_texts_that_the_tree_does_not_keep_are_left_to_the_reference(expression):
    assert found(root_rule_set(report(expression)), DOCUMENT) == FAILED


@pytest.mark.parametrize("expression", ["@zero = 0.0", "@zero >= xs:decimal(@nought)", "xs:decimal(@nought) > @zero"])
def test_whether_a_minus_counts_beside_a_decimal_is_left_to_the_reference(expression: str) -> None:
    assert found(root_rule_set(report(expression)), DOCUMENT) == FAILED
    assert found(root_rule_set(report(expression.replace("zero", "zero.0"))), DOCUMENT) != FAILED
    assert found(root_rule_set(report(f"{expression} + 1")), DOCUMENT) != FAILED
