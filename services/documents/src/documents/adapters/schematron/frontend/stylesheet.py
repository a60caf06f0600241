"""A published rule set, that is a stylesheet made with the ISO skeleton, as the model.

One mode is a pattern and one template a rule (rule-engine: "Reading the official XSLT"). Nothing is skipped silently:
whatever is not known raises UnsupportedConstruct with the construct and, in a rule, the rule and the check.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from documents.adapters.schematron.frontend.elements import (
    SVRL,
    XSL,
    Element,
    attributes,
    elements,
    namespaces_of,
    parse_xml,
    refuse,
    refuse_content,
)
from documents.adapters.schematron.frontend.rules import RuleReader, is_walker, priority_of
from documents.adapters.schematron.frontend.skeleton import (
    applied_modes,
    check_locations,
    is_own_template,
    is_own_variable,
)
from documents.adapters.schematron.frontend.variables import read_function, read_let
from documents.adapters.schematron.model import Function, Let, Pattern, Stylesheet
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct

_VERSION: Final = "2.0"


def read_stylesheet(content: bytes) -> Stylesheet:
    """The rule set in a stylesheet's bytes; UnsupportedConstruct or XPathSyntaxError when a part of it is not known."""
    root = parse_xml(content)
    if root.tag != f"{XSL}stylesheet" or attributes(root, "version")["version"] != _VERSION:
        raise UnsupportedConstruct("stylesheet other than XSLT 2.0", str(root.tag))
    reader = _Reader(namespaces_of(root))
    for element in elements(root):
        reader.take(element, root)
    return reader.stylesheet(hashlib.sha256(content).hexdigest())


class _Reader:
    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self._lets: dict[str, Let] = {}
        self._functions: dict[tuple[str, str, int], Function] = {}
        self._templates: dict[str, list[Element]] = {}
        self._own: list[tuple[str | None, str]] = []
        self._modes: list[str] | None = None
        self._takers: dict[str, Callable[[Element], None]] = {
            f"{XSL}param": self._take_variable,
            f"{XSL}variable": self._take_variable,
            f"{XSL}function": self._take_function,
            f"{XSL}template": self._take_template,
            f"{XSL}output": _check_output,
            f"{SVRL}text": _check_title,
        }

    def take(self, element: Element, root: Element) -> None:
        """One declaration of the stylesheet."""
        if element.tag not in self._takers:
            refuse(element, root)
        self._takers[str(element.tag)](element)

    def stylesheet(self, sha256: str) -> Stylesheet:
        """All that was taken, in its order."""
        check_locations(self._own)
        modes = self._modes or []
        for mode in [*(self._templates.keys() - set(modes)), *(set(modes) - self._templates.keys())]:
            raise UnsupportedConstruct("mode that is not both applied and filled", mode)
        rules = RuleReader(self._namespaces)
        return Stylesheet(
            lets=tuple(self._lets.values()),
            functions=tuple(self._functions.values()),
            patterns=tuple(_pattern(mode, self._templates[mode], rules) for mode in modes),
            sha256=sha256,
        )

    def _take_variable(self, element: Element) -> None:
        if is_own_variable(element):
            return
        let = read_let(element, self._namespaces)
        if let.name in self._lets:
            raise UnsupportedConstruct("two global variables of one name", let.name)
        self._lets[let.name] = let

    def _take_function(self, element: Element) -> None:
        function = read_function(element, self._namespaces)
        key = (function.uri, function.local, len(function.parameters))
        if key in self._functions:
            raise UnsupportedConstruct("two functions of one name", function.local)
        self._functions[key] = function

    def _take_template(self, element: Element) -> None:
        mode = element.get("mode")
        if mode is None and element.get("match") == "/":
            if self._modes is not None:
                raise UnsupportedConstruct("two root templates")
            self._modes = applied_modes(element)
        elif is_own_template(element):
            self._own.append((mode, str(element.get("match"))))
        else:
            if mode is None or mode.startswith("#") or " " in mode:
                raise UnsupportedConstruct("template of this mode", f"{element.get('match')} in {mode}")
            self._templates.setdefault(mode, []).append(element)


def _pattern(mode: str, templates: list[Element], rules: RuleReader) -> Pattern:
    walkers = {template.get("match") for template in templates if is_walker(template)}
    if len(walkers) != 2:  # noqa: PLR2004 - text() and @*|node()
        raise UnsupportedConstruct("pattern without its two walking templates", mode)
    found = [template for template in templates if template.get("match") not in walkers]
    priorities = [priority_of(template) for template in found]
    if len(set(priorities)) != len(priorities) or any(priority < 0 for priority in priorities):
        raise UnsupportedConstruct("priorities", f"negative or not different in mode {mode}")
    ordered = sorted(found, key=priority_of, reverse=True)
    return Pattern(name=mode, rules=tuple(rules.rule(template) for template in ordered))


def _check_output(element: Element) -> None:
    attributes(element, optional=("indent", "method", "omit-xml-declaration", "standalone", "encoding"))
    refuse_content(element)


def _check_title(element: Element) -> None:
    attributes(element)
    if len(element):
        refuse(element[0], element)
