"""Short ways to write syntax trees of XPath in tests."""

from documents.adapters.schematron.xpath.parser import parse_expression
from documents.adapters.schematron.xpath.syntax import FN, XS

NAMESPACES = {"a": "urn:a", "xs": XS, "fn": FN, "f": "urn:f"}
CONTEXT = ("context",)
ROOT = ("root",)


def parsed(text):
    return parse_expression(text, NAMESPACES)


def named(local, uri=""):
    return ("name", uri, local)


def child(local, *predicates, uri=""):
    return ("step", "child", named(local, uri), predicates)


def path(*steps, start=CONTEXT):
    return ("path", start, steps)


def call(local, *arguments, uri=FN):
    return ("call", uri, local, arguments)


A, B, C, D = (path(child(name)) for name in "abcd")
ONE, TWO, THREE = (("integer", number) for number in (1, 2, 3))
ANYWHERE = ("step", "descendant-or-self", ("node",), ())
