"""A published stylesheet becomes the model: rules, checks, variables, functions, in the order that has a meaning."""

import hashlib

import pytest
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.model import Body, Check, Choose, Let, Parameter, SequenceType
from support.stylesheets import (
    LOCATION,
    failed_assert,
    known_locations,
    pattern,
    read_before,
    read_check,
    read_function,
    read_rule,
    rule,
    stylesheet,
)
from support.xpath import FN, ONE, A, B, C, call, child, parsed

X = (("pattern", False, (("step", "child", ("name", "urn:a", "x"), ()),)),)


@pytest.fixture(autouse=True)
def _locations(monkeypatch):
    known_locations(monkeypatch)


def test_a_template_is_a_rule_with_its_context_and_checks():
    content = stylesheet()

    read = read_stylesheet(content)

    (only,) = read.patterns
    assert only.name == "M1"
    assert [(found.context, found.context_text) for found in only.rules] == [(X, "a:x")]
    assert only.rules[0].checks == (
        Check(number=0, id="R-1", flag="fatal", kind="assert", test=B, test_text="b", text=("It must be so.",)),
    )
    assert (read.lets, read.functions, read.sha256) == ((), (), hashlib.sha256(content).hexdigest())


def test_rules_are_ordered_by_priority_and_checks_numbered_in_that_order():
    first, second = failed_assert("a"), failed_assert("b")
    rules = pattern(rule("c", first, priority="9"), rule("d", second, priority="10.5"), rule("e", priority="10"))

    read = read_stylesheet(stylesheet(rules)).patterns[0].rules

    assert [found.context_text for found in read] == ["d", "e", "c"]
    assert [[(check.number, check.test) for check in found.checks] for found in read] == [[(0, B)], [], [(1, A)]]


def test_patterns_are_ordered_as_the_root_template_applies_them():
    sheet = stylesheet(
        pattern(rule("c", failed_assert(), mode="M1"), mode="M1"),
        pattern(rule("d", failed_assert(), mode="M2"), mode="M2"),
        modes=("M2", "M1"),
    )

    read = read_stylesheet(sheet).patterns

    assert [found.name for found in read] == ["M2", "M1"]
    assert [found.rules[0].checks[0].number for found in read] == [0, 1]


def test_the_test_and_the_context_come_from_where_they_are_evaluated():
    check = read_check(failed_assert("a = 'x  y'"))
    assert (check.test, check.test_text) == (("general", "=", A, ("string", "x  y")), "a = 'x  y'")


def test_an_if_is_a_report():
    body = (
        f'<xsl:if test="a"><svrl:successful-report test="copy">{LOCATION}<svrl:text>[R-7] so</svrl:text>'
        "</svrl:successful-report></xsl:if>"
    )
    check = read_check(body)
    assert (check.kind, check.id, check.flag, check.test) == ("report", "R-7", "", A)


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("[R-9]-Text", "R-9"),
        ("\n  [R-9] Text", "R-9"),
        ("Text [R-9]", ""),
        ("[two words] x", ""),
        ('<xsl:value-of select="a"/>[R-9]', ""),
        ("", ""),
    ],
)
def test_a_check_without_id_takes_it_from_the_brackets_before_its_text(text, rule_id):
    assert read_check(failed_assert(about="", text=text)).id == rule_id


def test_the_id_of_the_check_wins_over_brackets():
    assert read_check(failed_assert(text="[OTHER] x")).id == "R-1"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("  as  written\n ", ("  as  written\n ",)),
        ('found <xsl:value-of select="a"/>.', ("found ", A, ".")),
        ('<xsl:value-of select="a"/> <xsl:value-of select="b"/>', (A, B)),
        ('<xsl:value-of select="a"/><xsl:text> </xsl:text><xsl:value-of select="b"/>', (A, " ", B)),
        ("<xsl:text/>x<xsl:text/>", ("x",)),
        ("one<!-- no text --> two", ("one two",)),
        ("a &lt; b &#x20AC; <![CDATA[<c>]]>", ("a < b \u20ac <c>",)),
        ("", ()),
    ],
)
def test_text_is_kept_exactly_with_values_as_expressions(text, parts):
    assert read_check(failed_assert(text=text)).text == parts


def test_variables_and_checks_of_a_rule_keep_their_order():
    body = '<xsl:variable name="x" select="a"/>' + failed_assert() + '<xsl:variable name="y" select="$x"/>'
    read = read_rule(body)
    assert [getattr(part, "name", None) or part.id for part in read.body] == ["x", "R-1", "y"]
    assert read.lets == (Let(name="x", value=A), Let(name="y", value=("var", "x")))
    assert len(read.checks) == 1


def test_global_variables_and_parameters_are_lets_in_document_order():
    read = read_before(
        '<xsl:param name="p" select="a"/><xsl:variable name="v" select="1" as="xs:integer"/>'
        '<xsl:variable name="t"> A  B </xsl:variable><xsl:variable name="e"> </xsl:variable>'
    )
    assert read.lets == (
        Let(name="p", value=A),
        Let(name="v", value=ONE, type=SequenceType(item="integer")),
        Let(name="t", value=("string", " A  B ")),
        Let(name="e", value=("string", "")),
    )


def test_a_function_has_parameters_variables_and_a_result():
    read = read_function(
        '<xsl:function name="f:g" as="xs:boolean"><xsl:param name="p"/><xsl:param name="q" as="xs:string?"/>'
        '<xsl:variable name="v" select="a"/><xsl:variable name="w" as="xs:integer*"><xsl:sequence select="1"/>'
        '</xsl:variable><xsl:sequence select="$p = $q"/></xsl:function>'
    )
    assert (read.uri, read.local, read.result) == ("urn:f", "g", SequenceType(item="boolean"))
    assert read.parameters == (
        Parameter(name="p"),
        Parameter(name="q", type=SequenceType(item="string", occurrence="?")),
    )
    assert read.body == Body(
        lets=(Let(name="v", value=A), Let(name="w", value=ONE, type=SequenceType(item="integer", occurrence="*"))),
        result=("general", "=", ("var", "p"), ("var", "q")),
    )


def test_a_function_may_choose_between_bodies():
    read = read_function(
        '<xsl:function name="f:g"><xsl:choose><xsl:when test="a"><xsl:sequence select="1"/></xsl:when>'
        '<xsl:when test="b"/><xsl:otherwise><xsl:variable name="v" select="c"/><xsl:sequence select="$v"/>'
        "</xsl:otherwise></xsl:choose></xsl:function>"
    )
    nothing = Body(lets=(), result=("sequence", ()))
    assert read.body.result == Choose(
        branches=((A, Body(lets=(), result=ONE)), (B, nothing)),
        otherwise=Body(lets=(Let(name="v", value=C),), result=("var", "v")),
    )


def test_a_choice_without_otherwise_ends_in_nothing():
    read = read_function(
        '<xsl:function name="f:g"><xsl:choose><xsl:when test="a"><xsl:sequence select="1"/></xsl:when></xsl:choose>'
        "</xsl:function>"
    )
    assert read.body.result == Choose(
        branches=((A, Body(lets=(), result=ONE)),), otherwise=Body(lets=(), result=("sequence", ()))
    )


def test_functions_differ_by_their_number_of_parameters():
    one = '<xsl:function name="f:g"><xsl:param name="p"/><xsl:sequence select="1"/></xsl:function>'
    none = '<xsl:function name="f:g"><xsl:sequence select="2"/></xsl:function>'
    assert [len(function.parameters) for function in read_before(one + none).functions] == [1, 0]


def test_the_order_of_attributes_and_blank_lines_does_not_matter():
    spaced = stylesheet().replace(b"><", b">\n\t<")
    assert read_stylesheet(spaced).patterns == read_stylesheet(stylesheet()).patterns


def test_comments_are_no_part_of_a_stylesheet():
    commented = stylesheet().replace(b"<xsl:choose>", b"<!-- <xsl:key/> --><xsl:choose><?pi x?>")
    assert read_stylesheet(commented).patterns == read_stylesheet(stylesheet()).patterns


def test_expressions_use_the_prefixes_of_the_stylesheet():
    read = read_check(failed_assert("f:g(a:x, true())"))
    assert read.test == call("g", ("path", ("context",), (child("x", uri="urn:a"),)), call("true"), uri="urn:f")
    assert parsed("true()")[1] == FN
