"""A parsed document as the explanations see it: business terms, at the place of a finding.

Guarantees: nothing fails on what a document lacks; each question about the whole document is answered once and kept,
so that a thousand findings in a document of a hundred thousand lines cost little more than one.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from documents.adapters.rules.business_groups import ALLOWANCE, CHARGE, LINE, Group
from documents.adapters.rules.business_terms import TERMS
from documents.adapters.rules.document_types import PREFIXES
from documents.domain.explanations.facts import ZERO, number_of, sum_of
from documents.domain.findings import Syntax

_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_STEP = re.compile(
    r"/(?:\*\[local-name\(\)='(?P<local>[^']*)' and namespace-uri\(\)='(?P<uri>[^']*)'\]"
    r"|(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+))(?:\[(?P<position>\d+)\])?"
)
_PREDICATE = re.compile(r"\[[^\]]*\]")
_CHOICE = re.compile(r"\*\[self::([\w:]+) or self::([\w:]+)\]")
_Key = tuple[str, Decimal | None]


class ExplainedDocument:
    """The whole document. Not for several threads at once."""

    def __init__(self, root: etree._Element, syntax: Syntax) -> None:
        self.root = root
        self.syntax = syntax
        self._children: dict[tuple[etree._Element, str], list[etree._Element]] = {}
        self._first: dict[tuple[str, etree._Element], str | None] = {}
        self._every: dict[str, tuple[str, ...]] = {}
        self._distinct: dict[str, tuple[str, ...]] = {}
        self._totals: dict[str, Decimal | None] = {}
        self._at: dict[str, tuple[str, ...]] = {}
        self._positions: dict[etree._Element, str] | None = None
        self._taxable: dict[_Key, Decimal | None] | None = None

    def find(self, location: str) -> etree._Element:
        """Return the element at the location of a finding; the root when there is none such."""
        element, end = self.root, 0
        for number, step in enumerate(_STEP.finditer(location)):
            if step.start() != end:
                return self.root
            end = step.end()
            if number == 0:
                continue
            same = self._named(element, _tag(step))
            position = int(step["position"] or 1)
            if not 0 < position <= len(same):
                return self.root
            element = same[position - 1]
        return element if end == len(location) else self.root

    def first(self, term: str, element: etree._Element) -> str | None:
        """Return the term's value in the group that `element` is in, else the first of the document."""
        known = TERMS[term]
        place = None if known.group is None else self.nearest(known.group, element)
        key = (term, self.root if place is None else place)
        if key not in self._first:
            path = self._from_root(term) if place is None else known.paths[self.syntax]
            self._first[key] = next(iter(evaluate(path, key[1])), None)
        return self._first[key]

    def every(self, term: str) -> tuple[str, ...]:
        if term not in self._every:
            self._every[term] = tuple(evaluate(self._from_root(term), self.root))
        return self._every[term]

    def distinct(self, term: str) -> tuple[str, ...]:
        if term not in self._distinct:
            self._distinct[term] = tuple(dict.fromkeys(self.every(term)))
        return self._distinct[term]

    def total(self, term: str) -> Decimal | None:
        if term not in self._totals:
            self._totals[term] = sum_of(self.every(term))
        return self._totals[term]

    def at(self, path: str) -> tuple[str, ...]:
        """Return what is at a path from the root."""
        if path not in self._at:
            self._at[path] = tuple(evaluate(path, self.root))
        return self._at[path]

    def taxable(self, category: str, rate: Decimal | None) -> Decimal | None:
        if self._taxable is None:
            self._taxable = self._taxed()
        return self._taxable.get((category, rate), ZERO)

    def line(self, element: etree._Element) -> str | None:
        """Return the identifier of the line that `element` is in; its position when it has none."""
        line = self.nearest(LINE, element)
        if line is None:
            return None
        return (self.first("BT-126", line) or "").strip() or self._position(line)

    def _position(self, line: etree._Element) -> str | None:
        if self._positions is None:
            lines = select(LINE.paths[self.syntax], self.root)
            self._positions = {member: str(number) for number, member in enumerate(lines, start=1)}
        return self._positions.get(line)

    def nearest(self, group: Group, element: etree._Element) -> etree._Element | None:
        """Return the member of the group that `element` is, or is in."""
        steps = group.steps[self.syntax]
        current: etree._Element | None = element
        while current is not None:
            parent = current.getparent()
            name = name_of(current)
            if name in steps or (parent is not None and f"{name_of(parent)}/{name}" in steps):
                return current
            current = parent
        return None

    def _named(self, parent: etree._Element, tag: str) -> list[etree._Element]:
        key = (parent, tag)
        if key not in self._children:
            self._children[key] = parent.findall(tag)
        return self._children[key]

    def _from_root(self, term: str) -> str:
        known = TERMS[term]
        path = known.paths[self.syntax]
        return path if known.group is None else f"{known.group.paths[self.syntax]}/{path}"

    def _taxed(self) -> dict[_Key, Decimal | None]:
        """Add up lines, charges and allowances, by category and by category with rate."""
        sums: dict[_Key, Decimal | None] = {}
        for group, sign, terms in (
            (LINE, 1, ("BT-151", "BT-152", "BT-131")),
            (CHARGE, 1, ("BT-102", "BT-103", "BT-99")),
            (ALLOWANCE, -1, ("BT-95", "BT-96", "BT-92")),
        ):
            paths = [TERMS[term].paths[self.syntax] for term in terms]
            for member in select(group.paths[self.syntax], self.root):
                category, rate, amount = (next(iter(evaluate(path, member)), "") for path in paths)
                for key in {(category, None), (category, number_of(rate))}:
                    sums[key] = _plus(sums.get(key, ZERO), number_of(amount), sign)
        return sums


class Place:
    """The document at one finding: a `Source` of facts."""

    def __init__(self, document: ExplainedDocument, element: etree._Element, message: str) -> None:
        self._document = document
        self._element = element
        self._message = message

    def text(self, term: str) -> str | None:
        return self._document.first(term, self._element)

    def texts(self, term: str) -> Sequence[str]:
        return self._document.every(term)

    def distinct(self, term: str) -> Sequence[str]:
        return self._document.distinct(term)

    def total(self, term: str) -> Decimal | None:
        return self._document.total(term)

    def path(self, term: str) -> str:
        """Return where the term is, as one would write it: without conditions, for this kind of document."""
        credit = name_of(self._document.root).endswith("CreditNote")
        path = TERMS[term].paths[self._document.syntax].split("|")[0]
        return _PREDICATE.sub("", _CHOICE.sub(lambda choice: choice[2 if credit else 1], path))

    def at(self, path: str) -> Sequence[str]:
        return self._document.at(path) if path.startswith("/") else evaluate(path, self._element)

    def here(self) -> str:
        return evaluate("string()", self._element)[0]

    def attribute(self, name: str) -> str | None:
        return self._element.get(name)

    def element(self) -> str:
        return name_of(self._element)

    def line(self) -> str | None:
        return self._document.line(self._element)

    def taxable(self, category: str, rate: Decimal | None) -> Decimal | None:
        return self._document.taxable(category, rate)

    def message(self) -> str:
        return self._message


def evaluate(path: str, element: etree._Element) -> list[str]:
    """Return the text of everything at a path: elements, attributes or a string."""
    found: Any = _compiled(path)(element)
    if isinstance(found, str):
        return [found]
    return [node if isinstance(node, str) else str(_STRING(node)) for node in found]


def select(path: str, element: etree._Element) -> list[etree._Element]:
    found: Any = _compiled(path)(element)
    return [node for node in found if isinstance(node, etree._Element)]  # noqa: SLF001 - lxml has no public name for it


def name_of(element: etree._Element) -> str:
    """Return the name of an element with its usual prefix."""
    name = etree.QName(element)
    prefix = _PREFIX_OF.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if prefix else name.localname


@lru_cache(maxsize=1024)
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces=PREFIXES, smart_strings=False)


_STRING = etree.XPath("string()", smart_strings=False)


def _tag(step: re.Match[str]) -> str:
    if step["local"] is not None:
        return f"{{{step['uri']}}}{step['local']}" if step["uri"] else step["local"]
    namespace = PREFIXES.get(step["prefix"] or "", "")
    return f"{{{namespace}}}{step['name']}" if namespace else step["name"]


def _plus(total: Decimal | None, amount: Decimal | None, sign: int) -> Decimal | None:
    return None if total is None or amount is None else total + sign * amount
