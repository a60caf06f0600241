"""Why a rule cannot speak, as the rule set itself tells."""

from documents.adapters.rule_gate.never_spoken import reasons_of
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from support.rule_sets import check, locations_known, rule_set

TAKEN = "an earlier rule of its pattern takes every element that it is for"


def reasons(*rules: tuple[str, str]) -> set[str]:
    """Return which of the rules, (context, id), are said to be taken by others."""
    content = rule_set([(context, check("@no", rule_id=rule_id)) for context, rule_id in rules])
    with locations_known():
        found = reasons_of(read_stylesheet(content))
    return {rule_id for rule_id, reason in found.items() if reason == TAKEN} & {rule_id for _, rule_id in rules}


def test_a_rule_is_taken_by_an_earlier_one_for_the_same_elements_or_more() -> None:
    assert reasons(("a:x", "first"), ("a:x", "second")) == {"second"}
    assert reasons(("//a:x", "first"), ("//a:x[a:y]", "second")) == {"second"}
    assert reasons(("a:x[a:y]", "first"), ("a:x[a:y][2]", "second")) == {"second"}
    assert reasons(("a:x | a:y", "first"), ("a:y", "second"), ("a:x | a:y", "third")) == {"second", "third"}


def test_a_rule_that_may_get_an_element_has_no_reason() -> None:
    assert reasons(("a:x[a:y]", "first"), ("a:x", "second")) == set()
    assert reasons(("/a:x", "first"), ("a:x", "second")) == set()
    assert reasons(("a:x/a:y", "first"), ("a:y", "second")) == set()
    assert reasons(("a:x[1]", "first"), ("a:x[2]", "second")) == set()
    assert reasons(("a:x", "first"), ("a:x | a:y", "second")) == set()


def test_an_id_that_another_rule_has_too_has_no_reason() -> None:
    assert reasons(("a:x", "first"), ("a:x", "second"), ("a:y", "second")) == set()
