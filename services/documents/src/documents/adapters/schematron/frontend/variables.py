"""Variables and functions of a stylesheet (XSLT 2.0, 9 and 10.3), as far as rule sets use them."""

import re
from collections.abc import Mapping
from typing import Final, Literal, cast

from documents.adapters.schematron.frontend.elements import (
    XSL,
    Element,
    attributes,
    elements,
    placed,
    refuse,
    refuse_content,
    text_of,
)
from documents.adapters.schematron.model import Body, Choose, Function, Let, Parameter, SequenceType
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.parser import parse_expression
from documents.adapters.schematron.xpath.syntax import XS, Expression

_TYPE: Final = re.compile(r"([\w.-]+):([\w.-]+)([?*+]?)")
_NOTHING: Final[Expression] = ("sequence", ())


def read_let(element: Element, namespaces: Mapping[str, str]) -> Let:
    """A variable or a parameter with its default: a `select`, an xsl:sequence with a declared type, or plain text."""
    found = attributes(element, "name", optional=("select", "as"))
    name = _plain_name(found["name"])
    with placed(f"variable {name}"):
        declared = _type_of(found, namespaces)
        if "select" in found:
            refuse_content(element)
            return Let(name=name, value=parse_expression(found["select"], namespaces), type=declared)
        if declared is None:
            return Let(name=name, value=("string", text_of(element)))
        parts = elements(element)
        if len(parts) != 1 or parts[0].tag != f"{XSL}sequence":
            raise UnsupportedConstruct("content of a variable with a type", name)
        return Let(name=name, value=_selected(parts[0], namespaces), type=declared)


def read_function(element: Element, namespaces: Mapping[str, str]) -> Function:
    """An xsl:function: its parameters, then a body."""
    found = attributes(element, "name", optional=("as",))
    prefix, _, local = found["name"].rpartition(":")
    with placed(f"function {found['name']}"):
        if prefix not in namespaces:
            raise UnsupportedConstruct("function without a namespace", found["name"])
        parts = elements(element)
        number = next((index for index, part in enumerate(parts) if part.tag != f"{XSL}param"), len(parts))
        return Function(
            uri=namespaces[prefix],
            local=local,
            parameters=tuple(_parameter(part, namespaces) for part in parts[:number]),
            result=_type_of(found, namespaces),
            body=_body(element, parts[number:], namespaces),
        )


def _parameter(element: Element, namespaces: Mapping[str, str]) -> Parameter:
    found = attributes(element, "name", optional=("as",))
    refuse_content(element)
    return Parameter(name=_plain_name(found["name"]), type=_type_of(found, namespaces))


def _body(parent: Element, parts: list[Element], namespaces: Mapping[str, str]) -> Body:
    """Variables, then one result; a body without a result gives the empty sequence."""
    if not parts:
        return Body(lets=(), result=_NOTHING)
    *before, last = parts
    for part in before:
        if part.tag != f"{XSL}variable":
            refuse(part, parent)
    lets = tuple(read_let(part, namespaces) for part in before)
    if last.tag == f"{XSL}sequence":
        return Body(lets=lets, result=_selected(last, namespaces))
    if last.tag != f"{XSL}choose":
        refuse(last, parent)
    return Body(lets=lets, result=_choose(last, namespaces))


def _choose(element: Element, namespaces: Mapping[str, str]) -> Choose:
    attributes(element)
    branches: list[tuple[Expression, Body]] = []
    otherwise: Body | None = None
    for part in elements(element):
        if otherwise is not None or part.tag not in {f"{XSL}when", f"{XSL}otherwise"}:
            refuse(part, element)
        if part.tag == f"{XSL}when":
            test = parse_expression(attributes(part, "test")["test"], namespaces)
            branches.append((test, _body(part, elements(part), namespaces)))
        else:
            attributes(part)
            otherwise = _body(part, elements(part), namespaces)
    if not branches:
        raise UnsupportedConstruct("xsl:choose without xsl:when")
    return Choose(branches=tuple(branches), otherwise=otherwise or Body(lets=(), result=_NOTHING))


def _selected(element: Element, namespaces: Mapping[str, str]) -> Expression:
    found = attributes(element, "select")
    refuse_content(element)
    return parse_expression(found["select"], namespaces)


def _type_of(found: Mapping[str, str], namespaces: Mapping[str, str]) -> SequenceType | None:
    if "as" not in found:
        return None
    match = _TYPE.fullmatch(found["as"].strip(" \t\r\n"))
    if match is None or namespaces.get(match[1]) != XS:
        raise UnsupportedConstruct("declared type", found["as"])
    return SequenceType(item=match[2], occurrence=cast("Literal['', '?', '*', '+']", match[3]))


def _plain_name(name: str) -> str:
    if ":" in name:
        raise UnsupportedConstruct("variable with a prefix", name)
    return name
