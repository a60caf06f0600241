"""What is not XPath is a syntax error; what is XPath and has no tuple is refused by name."""

import pytest
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError
from support.xpath import parsed


@pytest.mark.parametrize(
    "text",
    [
        "", "a b", "a +", "a[", "a[]", "(a", "a)", "'x", '"x', "a (: never closed", "a (: (: :)", "1a", "1.5e",
        "10div 3", "1.2.3", "f:g(a,)", "a//", "/a/", "if (a) then b", "for $x in a", "some $x in a return b",
        "a cast b", "$", "$ 1", "@", "@@a", "self::a::b", "child::", "a:b:c", "a,", "~a", "a ! b", "a || b", "& a",
        "a/1x",
        "\u00a0a", "@1",
    ],
)  # fmt: skip
def test_what_is_not_xpath_is_a_syntax_error(text):
    with pytest.raises(XPathSyntaxError):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "construct"),
    [
        ("+a", "unary plus"),
        ("a intersect b", "operator intersect"),
        ("a except b", "operator except"),
        ("a is b", "operator is"),
        ("a << b", "operator <<"),
        ("a >> b", "operator >>"),
        ("a instance of xs:string", "operator instance"),
        ("a treat as xs:string", "operator treat"),
        ("namespace::a", "axis namespace"),
        ("sideways::a", "axis sideways"),
        ("element(a)", "node test element(..)"),
        ("attribute()", "node test attribute(..)"),
        ("document-node()", "node test document-node(..)"),
        ("schema-element(a)", "node test schema-element(..)"),
        ("item()", "node test item(..)"),
        ("processing-instruction('x')", "node test processing-instruction(..)"),
        ("$a:x", "variable with a prefix"),
        ("for $x as xs:integer in a return 1", "type of a bound variable"),
        ("a cast as integer", "type integer"),
        ("a cast as a:money", "type a:money"),
        ("9" * 5000, "integer this long"),
    ],
)
def test_xpath_without_a_tuple_is_refused_by_name(text, construct):
    with pytest.raises(UnsupportedConstruct) as refused:
        parsed(text)
    assert (refused.value.construct, refused.value.text) == (construct, text)


@pytest.mark.parametrize("text", ["nope:a", "nope:f()", "nope:*", "@nope:a", "a cast as nope:integer"])
def test_a_prefix_must_be_declared(text):
    with pytest.raises(XPathSyntaxError, match="prefix nope is not declared"):
        parsed(text)


def test_nesting_beyond_reason_is_refused():
    with pytest.raises(UnsupportedConstruct, match="nesting this deep"):
        parsed("(" * 5000 + "a" + ")" * 5000)


def test_an_error_keeps_the_first_place_it_is_told():
    error = UnsupportedConstruct("axis namespace", "namespace::a").at("check R-1").at("mode M1")
    assert str(error) == "check R-1: not supported: axis namespace in `namespace::a`"
