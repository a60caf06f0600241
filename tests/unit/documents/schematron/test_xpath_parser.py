"""XPath text becomes tuples that say the same, and everything that has no tuple is refused by name."""

import pytest
from documents.adapters.schematron.xpath.errors import XPathSyntaxError
from support.xpath import (
    CONTEXT,
    ONE,
    ROOT,
    THREE,
    TWO,
    XS,
    A,
    B,
    C,
    D,
    call,
    child,
    parsed,
    path,
)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("1", ONE),
        ("007", ("integer", 7)),
        ("1.50", ("decimal", "1.50")),
        (".5", ("decimal", ".5")),
        ("5.", ("decimal", "5.")),
        ("1e3", ("double", "1e3")),
        ("1.5E-3", ("double", "1.5E-3")),
        (".5e+1", ("double", ".5e+1")),
        ("'x'", ("string", "x")),
        ('"x"', ("string", "x")),
        ("''", ("string", "")),
        ("'it''s'", ("string", "it's")),
        ('"say ""so"""', ("string", 'say "so"')),
        ("'a\"b'", ("string", 'a"b')),
        ("'(: no comment :)'", ("string", "(: no comment :)")),
        ("'\u00a0\n '", ("string", "\u00a0\n ")),
        ("$x", ("var", "x")),
        ("$is_SI-UBL-2.0", ("var", "is_SI-UBL-2.0")),
        (".", CONTEXT),
        ("(.)", CONTEXT),
        ("/", ROOT),
        ("()", ("sequence", ())),
        ("(1)", ONE),
        ("(1, 2)", ("sequence", (ONE, TWO))),
        ("1, 2", ("sequence", (ONE, TWO))),
        ("((1, 2), 3)", ("sequence", (("sequence", (ONE, TWO)), THREE))),
    ],
)
def test_primary_expressions_keep_their_value_as_written(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a or b and c", ("or", A, ("and", B, C))),
        ("a and b or c", ("or", ("and", A, B), C)),
        ("a or b or c", ("or", ("or", A, B), C)),
        ("a = b and c != d", ("and", ("general", "=", A, B), ("general", "!=", C, D))),
        ("a eq b or c lt d", ("or", ("value", "eq", A, B), ("value", "lt", C, D))),
        ("a = b to c", ("general", "=", A, ("range", B, C))),
        ("1 to 2 + 3", ("range", ONE, ("arithmetic", "+", TWO, THREE))),
        ("1 - 2 - 3", ("arithmetic", "-", ("arithmetic", "-", ONE, TWO), THREE)),
        ("1 - (2 - 3)", ("arithmetic", "-", ONE, ("arithmetic", "-", TWO, THREE))),
        ("1 + 2 * 3", ("arithmetic", "+", ONE, ("arithmetic", "*", TWO, THREE))),
        ("1 * 2 + 3", ("arithmetic", "+", ("arithmetic", "*", ONE, TWO), THREE)),
        ("1 div 2 mod 3", ("arithmetic", "mod", ("arithmetic", "div", ONE, TWO), THREE)),
        ("1 idiv 2", ("arithmetic", "idiv", ONE, TWO)),
        ("- a | b", ("union", ("negate", A), B)),
        ("a * b | c", ("arithmetic", "*", A, ("union", B, C))),
        ("a union b", ("union", A, B)),
        ("- 1 + 2", ("arithmetic", "+", ("negate", ONE), TWO)),
        ("--1", ("negate", ("negate", ONE))),
        ("1 - -2", ("arithmetic", "-", ONE, ("negate", TWO))),
        ("-a cast as xs:integer", ("cast", "integer", False, ("negate", A))),
        ("a castable as xs:date and b", ("and", ("castable", "date", False, A), B)),
        ("a castable as xs:date ?", ("castable", "date", True, A)),
        ("a cast as xs:decimal? castable as xs:integer", ("castable", "integer", False, ("cast", "decimal", True, A))),
        ("1 + a cast as xs:integer", ("arithmetic", "+", ONE, ("cast", "integer", False, A))),
        ("if (a) then b else c or d", ("if", A, B, ("or", C, D))),
        ("for $x in a return $x, b", ("sequence", (("for", (("x", A),), ("var", "x")), B))),
    ],
)
def test_operators_bind_as_the_grammar_says(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
def test_general_comparisons_keep_their_operator(sign):
    assert parsed(f"a{sign}b") == ("general", sign, A, B)


@pytest.mark.parametrize("sign", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_value_comparisons_keep_their_operator(sign):
    assert parsed(f"a {sign} b") == ("value", sign, A, B)


@pytest.mark.parametrize("text", ["a = b = c", "a eq b eq c", "a < b != c", "1 to 2 to 3"])
def test_comparisons_and_ranges_do_not_chain(text):
    with pytest.raises(XPathSyntaxError, match="do not chain"):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("true()", call("true")),
        ("fn:true( )", call("true")),
        ("concat(a, b, 'x')", call("concat", A, B, ("string", "x"))),
        ("f:g((1, 2), 3)", call("g", ("sequence", (ONE, TWO)), THREE, uri="urn:f")),
        ("xs:decimal(a)", call("decimal", A, uri=XS)),
        ("not (a)", call("not", A)),
    ],
)
def test_functions_are_resolved_to_their_namespace(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("if (a) then b else c", ("if", A, B, C)),
        ("if(a)then(b)else(c)", ("if", A, B, C)),
        ("if (a) then if (b) then 1 else 2 else 3", ("if", A, ("if", B, ONE, TWO), THREE)),
        ("for $x in a, $y in $x/b return 1", ("for", (("x", A), ("y", path(child("b"), start=("var", "x")))), ONE)),
        ("some $x in a satisfies $x = 1", ("some", (("x", A),), ("general", "=", ("var", "x"), ONE))),
        ("every $x in a, $y in b satisfies 1", ("every", (("x", A), ("y", B)), ONE)),
        ("for $i in (0 to 2) return $i", ("for", (("i", ("range", ("integer", 0), TWO)),), ("var", "i"))),
    ],
)
def test_conditions_loops_and_quantifiers_nest(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("div div div", ("arithmetic", "div", path(child("div")), path(child("div")))),
        ("or or and", ("or", path(child("or")), path(child("and")))),
        ("if", path(child("if"))),
        ("for/return", path(child("for"), child("return"))),
        ("* * *", ("arithmetic", "*", path(("step", "child", ("any",), ())), path(("step", "child", ("any",), ())))),
        ("a-b", path(child("a-b"))),
        ("a -b", ("arithmetic", "-", A, B)),
        ("1-2", ("arithmetic", "-", ONE, TWO)),
        ("a*b", ("arithmetic", "*", A, B)),
        ("a.b", path(child("a.b"))),
        ("text", path(child("text"))),
        ("cast/castable", path(child("cast"), child("castable"))),
        ("/ = 1", ("general", "=", ROOT, ONE)),
        ("prijs\u00e9", path(child("prijs\u00e9"))),
    ],
)
def test_a_word_is_a_keyword_only_where_one_can_stand(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize(
    "text",
    ["(: first :) a + b", "a (: one (: two :) still one :) + b", "a+(::)b", "a + b (: '\" :)", "\t a\r\n+ b "],
)
def test_comments_and_blanks_do_not_matter(text):
    assert parsed(text) == ("arithmetic", "+", A, B)
