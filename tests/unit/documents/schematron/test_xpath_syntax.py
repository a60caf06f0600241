"""Questions about syntax trees: what is inside, which variables are free, what may count positions."""

import pytest
from documents.adapters.schematron.xpath.parser import parse_pattern
from documents.adapters.schematron.xpath.syntax import children, may_be_positional, variables, walk, walk_pattern
from support.xpath import NAMESPACES, ONE, THREE, TWO, parsed


def test_a_long_chain_of_operators_is_no_nesting():
    assert len(list(walk(parsed(" or ".join(["a"] * 3000))))) == 2 * 3000 - 1 + 3000


def test_expressions_can_be_keys():
    assert len({parsed("a[b = 1]/c"), parsed("a[ b=1 ] / c"), parsed("a[b = 2]/c")}) == 2


def test_walk_meets_every_expression_once_outermost_first():
    met = [
        inside[1]
        for inside in walk(parsed("if ($a) then $b[$c] else f:g($d, (some $x in $e satisfies $f))/x[$g]/string($h)"))
        if inside[0] == "var"
    ]
    assert met == list("abcdefgh")


@pytest.mark.parametrize(
    "text",
    ["-$a", "$a cast as xs:date", "$a castable as xs:date", "$a to $a", "$a + $a", "$a eq $a", "$a | $a", "($a, $a)"],
)
def test_walk_looks_into_every_kind_of_expression(text):
    assert {inside for inside in walk(parsed(text)) if inside[0] == "var"} == {("var", "a")}


def test_walk_pattern_looks_into_the_predicates():
    (pattern,) = parse_pattern("a[$x]/b[c[$y]]", NAMESPACES)
    assert [inside[1] for inside in walk_pattern(pattern) if inside[0] == "var"] == ["x", "y"]


def test_children_are_the_direct_ones():
    assert children(parsed("1 + 2 * 3")) == (ONE, ("arithmetic", "*", TWO, THREE))


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("$a + $b", {"a", "b"}),
        ("for $x in $a return $x", {"a"}),
        ("for $x in $x return 1", {"x"}),
        ("some $x in 1, $y in $x satisfies $x = $y + $z", {"z"}),
        ("a[$p]/f:g($q)", {"p", "q"}),
        ("a", set()),
    ],
)
def test_free_variables_are_those_that_the_expression_does_not_bind(text, free):
    assert variables(parsed(text)) == free


@pytest.mark.parametrize(
    ("text", "positional"),
    [
        ("1", True),
        ("$n", True),
        ("a + 1", True),
        ("-a", True),
        ("count(a)", True),
        ("f:g()", True),
        ("position() = 1", True),
        ("a = last()", True),
        ("a/number(.)", True),
        ("if (a) then 1 else b", True),
        ("(1, 2)", True),
        ("a cast as xs:integer", True),
        ("a", False),
        ("a/b", False),
        ("a = 1", False),
        ("a eq 1", False),
        ("not(a)", False),
        ("a and 1", False),
        ("'x'", False),
        ("a | b", False),
        ("a castable as xs:date", False),
        ("some $x in a satisfies $x", False),
        ("if (a) then b else true()", False),
        ("()", False),
    ],
)
def test_a_predicate_counts_as_positional_unless_it_cannot_be_a_number(text, positional):
    assert may_be_positional(parsed(text)) is positional
