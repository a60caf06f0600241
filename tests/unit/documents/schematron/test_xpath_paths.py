"""Paths and patterns become steps; `//` is one step where nobody can tell the difference."""

import pytest
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.parser import parse_pattern
from support.xpath import ANYWHERE, CONTEXT, NAMESPACES, ONE, ROOT, TWO, XS, A, B, C, call, child, named, parsed, path


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a:x", path(child("x", uri="urn:a"))),
        ("a/b", path(child("a"), child("b"))),
        ("/a/b", path(child("a"), child("b"), start=ROOT)),
        ("/*", path(("step", "child", ("any",), ()), start=ROOT)),
        ("@x", path(("step", "attribute", named("x"), ()))),
        ("@a:x", path(("step", "attribute", named("x", "urn:a"), ()))),
        ("@*", path(("step", "attribute", ("any",), ()))),
        ("a:*", path(("step", "child", ("any-local", "urn:a"), ()))),
        ("*:x", path(("step", "child", ("any-uri", "x"), ()))),
        ("..", path(("step", "parent", ("node",), ()))),
        ("../..", path(("step", "parent", ("node",), ()), ("step", "parent", ("node",), ()))),
        ("a/text()", path(child("a"), ("step", "child", ("text",), ()))),
        ("a/node()", path(child("a"), ("step", "child", ("node",), ()))),
        ("comment()", path(("step", "child", ("comment",), ()))),
        ("processing-instruction()", path(("step", "child", ("processing-instruction",), ()))),
        ("child::a", A),
        ("attribute::a", path(("step", "attribute", named("a"), ()))),
        ("ancestor-or-self::a:x", path(("step", "ancestor-or-self", named("x", "urn:a"), ()))),
        ("$x/a", path(child("a"), start=("var", "x"))),
        ("(a | b)/c", path(child("c"), start=("union", A, B))),
        ("f:g(.)/a", path(child("a"), start=call("g", CONTEXT, uri="urn:f"))),
        ("(a/b)/c", path(child("a"), child("b"), child("c"))),
        ("a/(b)", path(child("a"), child("b"))),
        ("./a", A),
        ("a/./b", path(child("a"), child("b"))),
        ("$x/.", path(("step", "self", ("node",), ()), start=("var", "x"))),
        ("a/.[b]/c", path(child("a"), ("step", "self", ("node",), (B,)), child("c"))),
        ("a/normalize-space(.)", path(child("a"), ("apply", call("normalize-space", CONTEXT)))),
        ("a/xs:decimal(b)", path(child("a"), ("apply", call("decimal", B, uri=XS)))),
        ("a/(b|c)/d", path(child("a"), ("apply", ("union", B, C)), child("d"))),
        ("a/(b/c)", path(child("a"), ("apply", path(child("b"), child("c"))))),
        ("a/$x", path(child("a"), ("apply", ("var", "x")))),
    ],
)
def test_paths_are_a_start_and_steps(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize("axis", ["self", "parent", "descendant", "ancestor", "preceding", "following"])
def test_axes_keep_their_name(axis):
    assert parsed(f"{axis}::x") == path(("step", axis, named("x"), ()))


@pytest.mark.parametrize("axis", ["descendant-or-self", "preceding-sibling", "following-sibling"])
def test_axes_of_two_words_keep_their_name(axis):
    assert parsed(f"{axis} :: *") == path(("step", axis, ("any",), ()))


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("//x", path(("step", "descendant", named("x"), ()), start=ROOT)),
        (".//x", path(("step", "descendant", named("x"), ()))),
        ("a//x", path(child("a"), ("step", "descendant", named("x"), ()))),
        ("//*", path(("step", "descendant", ("any",), ()), start=ROOT)),
        ("//x[a = 1]", path(("step", "descendant", named("x"), (("general", "=", A, ONE),)), start=ROOT)),
        ("//x[a]", path(("step", "descendant", named("x"), (A,)), start=ROOT)),
        ("//x[1]", path(ANYWHERE, child("x", ONE), start=ROOT)),
        ("//x[last()]", path(ANYWHERE, child("x", call("last")), start=ROOT)),
        ("//x[$n]", path(ANYWHERE, child("x", ("var", "n")), start=ROOT)),
        ("//x[a][2]", path(ANYWHERE, child("x", A, TWO), start=ROOT)),
        ("//@x", path(ANYWHERE, ("step", "attribute", named("x"), ()), start=ROOT)),
        ("//.", path(ANYWHERE, ("step", "self", ("node",), ()), start=ROOT)),
        ("//(a|b)", path(ANYWHERE, ("apply", ("union", A, B)), start=ROOT)),
    ],
)
def test_two_slashes_become_one_descendant_step_only_where_positions_cannot_matter(text, expression):
    assert parsed(text) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a[b]", path(child("a", B))),
        ("a[b][c]", path(child("a", B, C))),
        ("a[b[c]]", path(child("a", path(child("b", C))))),
        ("a[1]/b[2]", path(child("a", ONE), child("b", TWO))),
        ("(a)[1]", ("filter", A, (ONE,))),
        ("(//a)[1]", ("filter", path(("step", "descendant", named("a"), ()), start=ROOT), (ONE,))),
        ("$x[1][2]", ("filter", ("var", "x"), (ONE, TWO))),
        ("$x[1]/a", path(child("a"), start=("filter", ("var", "x"), (ONE,)))),
        (".[a]", ("filter", CONTEXT, (A,))),
        ("a/(b)[1]", path(child("a"), ("apply", ("filter", B, (ONE,))))),
        ("tokenize($x, ',')[2]", ("filter", call("tokenize", ("var", "x"), ("string", ",")), (TWO,))),
        ("a[1, 2]", path(child("a", ("sequence", (ONE, TWO))))),
        ("..[a]", path(("step", "parent", ("node",), (A,)))),
        ("@x[. = 'y']", path(("step", "attribute", named("x"), (("general", "=", CONTEXT, ("string", "y")),)))),
    ],
)
def test_predicates_belong_to_their_step_or_filter_what_is_in_parentheses(text, expression):
    assert parsed(text) == expression


def alternative(*steps, anchored=False):
    return ("pattern", anchored, steps)


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("a", (alternative(child("a")),)),
        ("//a", (alternative(child("a")),)),
        ("/a", (alternative(child("a"), anchored=True),)),
        ("/", (alternative(anchored=True),)),
        ("/*[$s]", (alternative(("step", "child", ("any",), (("var", "s"),)), anchored=True),)),
        ("a/b", (alternative(child("a"), child("b")),)),
        ("//a/b", (alternative(child("a"), child("b")),)),
        ("a//b", (alternative(child("a"), ("step", "descendant", named("b"), ())),)),
        ("/a//b", (alternative(child("a"), ("step", "descendant", named("b"), ()), anchored=True),)),
        ("a//b[$n]", (alternative(child("a"), ("step", "descendant", named("b"), (("var", "n"),))),)),
        ("//a[1]", (alternative(child("a", ONE)),)),
        ("a | /b", (alternative(child("a")), alternative(child("b"), anchored=True))),
        ("a | b | c", tuple(alternative(child(name)) for name in "abc")),
        ("@x", (alternative(("step", "attribute", named("x"), ())),)),
        ("a/@a:*", (alternative(child("a"), ("step", "attribute", ("any-local", "urn:a"), ())),)),
        ("//@x", (alternative(("step", "attribute", named("x"), ())),)),
        ("*:a", (alternative(("step", "child", ("any-uri", "a"), ())),)),
        ("(/a | b)[c]", (alternative(child("a", C), anchored=True), alternative(child("b", C)))),
        ("(a/b[c] | d)[a]", (alternative(child("a"), child("b", C, A)), alternative(child("d", A)))),
        (
            "a//@x",
            (
                alternative(child("a"), ("step", "attribute", named("x"), ())),
                alternative(child("a"), ("step", "descendant", ("any",), ()), ("step", "attribute", named("x"), ())),
            ),
        ),
    ],
)
def test_a_pattern_is_a_tuple_of_alternatives(text, alternatives):
    assert parse_pattern(text, NAMESPACES) == alternatives


@pytest.mark.parametrize(
    "text",
    [
        "..", ".", "$x", "a/..", "a/text()", "node()", "comment()", "ancestor::a", "self::a", "key('k', 1)", "id('x')",
        "a/(b|c)", "(a|b)/c", "@x/a", "1", "a or b", ".//a", "descendant::a", "a/descendant::b[1]", "a//.", "//.",
        "(a|b)[1]", "(a|b)[$n]", "(/)[a]", "a/string(.)", "a | 1", "a/preceding-sibling::b",
    ],
)  # fmt: skip
def test_what_is_no_plain_pattern_is_refused(text):
    with pytest.raises(UnsupportedConstruct):
        parse_pattern(text, NAMESPACES)
