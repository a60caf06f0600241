"""Which rule an element runs, and what is found where (the tables are confirmed by the reference)."""

import pytest
from documents.adapters.schematron.engine import EvaluationFailed
from support.engine_errors import ERROR_RULES
from support.engine_rules import RULES
from support.engine_shortcuts import SHORTCUTS
from support.rule_sets import (
    FAILED,
    check,
    document,
    engine_of,
    findings,
    found,
    let,
    parsed,
    report,
    root_rule_set,
    rule,
    rule_set,
    short,
)

SETS = RULES | SHORTCUTS
TABLES = SETS | ERROR_RULES


@pytest.mark.parametrize("case", TABLES)
def test_every_document_of_a_case_has_its_findings(case):
    content, documents = TABLES[case]
    for text, expected in documents.items():
        assert short(found(content, text)) == expected, text


@pytest.mark.parametrize("case", TABLES)
def test_an_engine_that_has_seen_other_documents_finds_the_same(case):
    content, documents = TABLES[case]
    engine = engine_of(content)
    twice = [*documents.items(), *reversed(documents.items())]
    assert [short(findings(engine, text)) for text, _ in twice] == [expected for _, expected in twice]


def test_rule_sets_over_one_tree_find_what_each_finds_alone():
    sets = {name: content for name, (content, _) in SETS.items()}
    engine = engine_of(*sets.values())
    for text in dict.fromkeys(text for _, documents in SETS.values() for text in documents):
        alone = [short(found(content, text)) for content in sets.values()]
        assert [short(findings(engine, text, str(number))) for number in range(len(sets))] == alone
        together = [row for rows, name in zip(alone, sets, strict=True) if rows != FAILED for row in rows if name]
        names = [str(number) for number, rows in enumerate(alone) if rows != FAILED]
        assert list(short(findings(engine, text, *names))) == together


def test_an_error_names_the_rule_set_and_gives_no_findings():
    engine = engine_of(root_rule_set(report("true()")), root_rule_set(report("xs:decimal(a:x) = 1")))
    with pytest.raises(EvaluationFailed) as failed:
        engine.findings(parsed(document("<a:x>u</a:x>")), ["0", "1"])
    assert failed.value.rule_set == "1"
    assert "FORG0001" in failed.value.reason
    assert findings(engine, document("<a:x>1</a:x>"), "1") != FAILED


@pytest.mark.parametrize(
    ("condition", "inside"),
    [
        (". = 'fg'", "<a:y><a:z>f</a:z>g</a:y>"),
        ("normalize-space() = 'fg'", "<a:y><a:z>fg</a:z></a:y>"),
        ("xs:decimal(.) > 0", f"<a:y>{'1' * 1001}</a:y>"),
        ("xs:decimal(.) * xs:decimal(.) > 0", f"<a:y>{'1' * 150}</a:y>"),
        ("matches(., 'f')", f"<a:y>{'f' * 5000}</a:y>"),
    ],
)
def test_what_only_this_engine_cannot_say_of_a_context_is_not_called_no_match(condition, inside):
    for context in (f"a:y[{condition}]", f"//*[self::a:y][{condition}]", f"a:r[/a:r/a:y[{condition}]]"):
        assert found(rule_set([rule(context, "1"), rule("a:y", "2")]), document(inside)) == FAILED, context


def test_a_check_without_flag_and_id_has_neither_but_for_the_brackets():
    rules = root_rule_set(
        report("true()", "", flag="", text="[X-1]-a"),
        check("false()", "", flag="warning", text=" no id "),
        check("false()", "ID", text="[X-2] b"),
    )
    assert [(row[0], row[1], row[3]) for row in found(rules, document(""))] == [
        ("X-1", "", "[X-1]-a"),
        ("", "warning", "no id"),
        ("ID", "fatal", "[X-2] b"),
    ]


def test_a_variable_that_fails_fails_the_document_where_it_is_used():
    rules = root_rule_set(let("v", "xs:decimal(a:x)") + report("$v = 1", "1"))
    assert found(rules, document("<a:x>u</a:x>")) == FAILED
    assert short(found(rules, document("<a:x>1</a:x>"))) == ("1 /a:r[1]",)
