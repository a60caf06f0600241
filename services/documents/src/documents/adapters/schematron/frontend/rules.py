"""Templates that stand for rules: a context, variables, checks, and the descent to what is inside.

The form is that of the ISO skeleton. Of each check the test is taken from the instruction that evaluates it and the
context from `match`: the copies in the report are for people (white space normalised, braces doubled).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Final, Literal

from documents.adapters.schematron.frontend.elements import (
    SVRL,
    XSL,
    Element,
    attributes,
    content,
    elements,
    name_of,
    placed,
    refuse,
    refuse_content,
    text_of,
)
from documents.adapters.schematron.frontend.skeleton import LOCATION_MODE
from documents.adapters.schematron.frontend.variables import read_let
from documents.adapters.schematron.model import Check, Let, Rule
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.parser import parse_expression, parse_pattern
from documents.adapters.schematron.xpath.syntax import Expression

_DESCENT: Final = "@*|*"
_PRIORITY: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_BRACKETED: Final = re.compile(r"^[ \t\r\n]*\[([^\]\s]+)\]")


class RuleReader:
    """Reads the rules of one stylesheet; checks are numbered in the order in which they are read."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self._numbers = count()

    def rule(self, template: Element) -> Rule:
        """The rule that a template with match, mode and priority stands for."""
        found = attributes(template, "match", "mode", "priority")
        match, mode = found["match"], found["mode"]
        with placed(f"rule {match} (mode {mode})"):
            parts = elements(template)
            _check_descent(parts.pop() if parts else None, mode)
            announced = [part for part in parts if part.tag == f"{SVRL}fired-rule"]
            if len(announced) != 1:
                raise UnsupportedConstruct(f"{len(announced)} svrl:fired-rule in one template")
            attributes(announced[0], "context", optional=("id",))
            refuse_content(announced[0])
            return Rule(
                context=parse_pattern(match, self._namespaces),
                context_text=match,
                body=tuple(self._part(part, template) for part in parts if part is not announced[0]),
            )

    def _part(self, element: Element, template: Element) -> Let | Check:
        if element.tag == f"{XSL}variable":
            return read_let(element, self._namespaces)
        if element.tag == f"{XSL}choose":
            return self._assert(element, template)
        if element.tag != f"{XSL}if":
            refuse(element, template)
        test = attributes(element, "test")["test"]
        return self._check("report", test, _only(element, f"{SVRL}successful-report"), template)

    def _assert(self, element: Element, template: Element) -> Check:
        attributes(element)
        parts = elements(element)
        if [part.tag for part in parts] != [f"{XSL}when", f"{XSL}otherwise"]:
            raise UnsupportedConstruct("xsl:choose other than when and otherwise")
        test = attributes(parts[0], "test")["test"]
        refuse_content(parts[0])
        attributes(parts[1])
        return self._check("assert", test, _only(parts[1], f"{SVRL}failed-assert"), template)

    def _check(self, kind: Literal["assert", "report"], test: str, finding: Element, template: Element) -> Check:
        attributes(finding, "test")
        *about, last = elements(finding) or [template]
        texts = _attribute_texts(about, finding)
        with placed(f"check {texts.get('id', 'without id')} in rule {template.get('match')}"):
            if last.tag != f"{SVRL}text":
                refuse(last, finding)
            text = self._text(last)
            return Check(
                number=next(self._numbers),
                id=texts.get("id") or _bracketed(text),
                flag=texts.get("flag", ""),
                kind=kind,
                test=parse_expression(test, self._namespaces),
                test_text=test,
                text=text,
            )

    def _text(self, element: Element) -> tuple[str | Expression, ...]:
        attributes(element)
        parts: list[str | Expression] = []
        for part in content(element):
            if isinstance(part, str):
                parts.append(part)
            elif part.tag == f"{XSL}text":
                attributes(part)
                parts.append(text_of(part))
            elif part.tag == f"{XSL}value-of":
                parts.append(parse_expression(attributes(part, "select")["select"], self._namespaces))
                refuse_content(part)
            else:
                refuse(part, element)
        return tuple(part for part in parts if part)


def priority_of(template: Element) -> Decimal:
    """The template's priority, a plain decimal number."""
    written = template.get("priority")
    if written is None or not _PRIORITY.fullmatch(written):
        raise UnsupportedConstruct("priority", written or "none", f"template {template.get('match')}")
    return Decimal(written)


def is_walker(template: Element) -> bool:
    """Whether a template is one of the two that only lead to the next nodes; a third kind with their match is refused.

    They are `text()`, which does nothing, and `@*|node()`, which descends; rules come before both.
    """
    match, mode, written = template.get("match"), str(template.get("mode")), template.get("priority")
    if match not in {"text()", "@*|node()"}:
        return False
    with placed(f"template {match} (mode {mode})"):
        attributes(template, "match", "mode", "priority")
        parts = elements(template)
        if match == "@*|node()":
            _check_descent(parts.pop() if parts else None, mode)
        if parts or written != {"text()": "-1", "@*|node()": "-2"}[match]:
            raise UnsupportedConstruct("walking template", f"{match} with priority {written}")
    return True


def _check_descent(element: Element | None, mode: str) -> None:
    if element is None or element.tag != f"{XSL}apply-templates":
        raise UnsupportedConstruct("rule that does not descend")
    if attributes(element, "mode", "select") != {"mode": mode, "select": _DESCENT}:
        raise UnsupportedConstruct("descent", f"{element.get('select')} in mode {element.get('mode')}")
    refuse_content(element)


def _only(parent: Element, tag: str) -> Element:
    parts = elements(parent)
    if len(parts) != 1 or parts[0].tag != tag:
        raise UnsupportedConstruct(f"content of {name_of(parent)}", " ".join(map(name_of, parts)))
    return parts[0]


def _attribute_texts(parts: list[Element], finding: Element) -> dict[str, str]:
    """Id and flag of a finding; its location must be the usual one."""
    texts: dict[str, str] = {}
    for part in parts:
        if part.tag != f"{XSL}attribute":
            refuse(part, finding)
        name = attributes(part, "name")["name"]
        if name not in {"id", "flag", "location"} or name in texts:
            raise UnsupportedConstruct(f"attribute {name} of a finding")
        texts[name] = "" if name == "location" else text_of(part)
        if name == "location":
            _check_location(part)
    if "location" not in texts:
        raise UnsupportedConstruct("finding without a location", texts.get("id", ""))
    return texts


def _check_location(element: Element) -> None:
    path = _only(element, f"{XSL}apply-templates")
    if attributes(path, "mode", "select") != {"mode": LOCATION_MODE, "select": "."}:
        raise UnsupportedConstruct("location", f"{path.get('select')} in mode {path.get('mode')}")
    refuse_content(path)


def _bracketed(text: tuple[str | Expression, ...]) -> str:
    """The id that stands in brackets before the text, for checks that have none of their own."""
    match = _BRACKETED.match(text[0]) if text and isinstance(text[0], str) else None
    return match[1] if match else ""
