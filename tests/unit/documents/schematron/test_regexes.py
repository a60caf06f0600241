"""Regular expressions: what XPath means by them and what is refused (item 15 of the semantics)."""

import pytest
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.regexes import compile_regex, replace, tokenize
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from support.xpath_calculations import expected_items, ours
from support.xpath_regex_traps import REGEXES


@pytest.mark.parametrize("trap", REGEXES)
def test_a_regular_expression_is_right(trap):
    for expression, *texts, expected in REGEXES[trap]:
        assert ours(expression, *texts) == expected_items(expected), (expression, texts)


@pytest.mark.parametrize(
    "pattern",
    [
        *[r"\p{L}", r"\P{Lu}", r"\i", r"\c", r"\I", r"[\C]", "[a-z-[aeiou]]", "[a-c-e]", r"[\w-z]"],
        *[r"(a)\1", "a^b", "^*a", "$?", "()", "(a?)*", "(a|){2}", "(a|b)*?", "(?:a)", "(?=a)", "(?i)a", "(?P<n>a)"],
    ],
)
def test_a_pattern_without_an_equal_is_refused(pattern):
    with pytest.raises(UnsupportedConstruct) as refusal:
        compile_regex(pattern)
    assert refusal.value.text == pattern


@pytest.mark.parametrize("flags", ["i", "m", "s", "x", "q"])
def test_flags_are_refused(flags):
    with pytest.raises(UnsupportedConstruct, match="flags"):
        compile_regex("a", flags)


@pytest.mark.parametrize("pattern", ["(a", "[a", "\\", "a{2,1}", r"\b", "a" + "(" * 3000, "a{99999999999999}"])
def test_a_wrong_pattern_is_an_error_of_the_recommendation(pattern):
    with pytest.raises(EvaluationError) as failure:
        compile_regex(pattern)
    assert failure.value.code == "FORX0002"


def test_a_separator_that_may_be_empty_is_an_error_when_there_is_something_to_divide():
    regex = compile_regex(" *")
    assert tokenize("", regex) == []
    for use in (lambda: tokenize("a", regex), lambda: replace("", regex, "x")):
        with pytest.raises(EvaluationError, match="FORX0003"):
            use()


def test_a_wrong_replacement_is_an_error_even_when_nothing_is_replaced():
    with pytest.raises(EvaluationError, match="FORX0004"):
        replace("abc", compile_regex("x"), "$")


def test_an_escaped_sign_stays_itself_inside_and_outside_brackets():
    signs = "\\|.-^?*+{}()[]$"
    for sign in signs:
        assert [c for c in signs + "a" if compile_regex(f"\\{sign}").fullmatch(c)] == [sign]
        assert [c for c in signs + "a" if compile_regex(f"[\\{sign}]").fullmatch(c)] == [sign]
