"""A rule set as data: what a Schematron stylesheet says, with every expression parsed and nothing left to look up.

Order is meaning here: patterns and global lets as in the document, the rules of a pattern by priority (highest first:
a node runs only the first that matches), lets and checks of a rule as they follow each other.
"""

from dataclasses import dataclass
from typing import Literal

from documents.adapters.schematron.xpath.syntax import Expression, PatternAlternative


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceType:
    """A declared type: local name of an atomic type of XML Schema, and how many: "" (one), "?", "*" or "+"."""

    item: str
    occurrence: Literal["", "?", "*", "+"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Let:
    """A variable. Text content is ("string", text); text that is blank altogether is ("string", "")."""

    name: str
    value: Expression
    type: SequenceType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    type: SequenceType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """The first branch whose condition holds, else the last body."""

    branches: tuple[tuple[Expression, "Body"], ...]
    otherwise: "Body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a function computes: its variables in order, then its result."""

    lets: tuple[Let, ...]
    result: Expression | Choose


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    uri: str
    local: str
    parameters: tuple[Parameter, ...]
    result: SequenceType | None
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An assert (a finding when the test is false) or a report (a finding when it is true).

    `id` is empty when the stylesheet gives none, `flag` likewise. `text` is made of literal text exactly as in the
    stylesheet and of expressions, whose items are joined with one blank (XSLT 2.0, 11.4.3).
    """

    number: int
    id: str
    flag: str
    kind: Literal["assert", "report"]
    test: Expression
    test_text: str
    text: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is asked of the nodes that match `context`."""

    context: tuple[PatternAlternative, ...]
    context_text: str
    body: tuple[Let | Check, ...]

    @property
    def lets(self) -> tuple[Let, ...]:
        return tuple(part for part in self.body if isinstance(part, Let))

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(part for part in self.body if isinstance(part, Check))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Rules that exclude each other; patterns are independent. `name` is the mode of its templates."""

    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheet:
    """A whole rule set; `sha256` is that of the stylesheet's bytes."""

    lets: tuple[Let, ...]
    functions: tuple[Function, ...]
    patterns: tuple[Pattern, ...]
    sha256: str
