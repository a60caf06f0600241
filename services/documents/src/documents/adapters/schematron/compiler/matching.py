"""When a rule applies: each alternative of its context as a path of names, and the conditions that names cannot tell.

A condition is decided as early as possible: once per path type when it asks for names only, once per document when it
does not depend on the element, else for each element. An error inside a condition means that the rule does not match
(XSLT 2.0, 5.5.4: errors in patterns are recovered from); where it is not certain that the reference has this error,
another engine has to say (see `certainty`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.adapters.schematron.compiler.certainty import is_certain
from documents.adapters.schematron.compiler.forms import function
from documents.adapters.schematron.compiler.logic import as_boolean
from documents.adapters.schematron.compiler.module import Module, Scope
from documents.adapters.schematron.compiler.values import NUMERIC, Count, Kind, Value, stored
from documents.adapters.schematron.names import key_of
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import FN, Expression, PatternAlternative, Step, children


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStep:
    """A step of a context: a name's key, or a namespace, or neither for any element."""

    key: str | None
    uri: str | None
    anywhere: bool
    """Any number of elements may stand between this one and the step before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledAlternative:
    """Names of functions: `by_name` of a path type, `by_element` of elements; `by_document`: numbers of conditions.

    `by_key` is a function of an element and the text that it must give: rules that differ in this text only are looked
    up in one table instead of being tried one after the other (rule-engine.md 4.6).
    """

    anchored: bool
    steps: tuple[CompiledStep, ...]
    by_name: str | None
    by_document: tuple[int, ...]
    by_key: tuple[str, str] | None
    by_element: str | None


class Conditions:
    """The conditions on the document that contexts ask for (each is one bit of a mask), and the keys of tables."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._uncertain: set[str] = set()
        self._keys: dict[str, str] = {}

    def key(self, code: str, module: Module) -> str:
        """The function of an element that gives this key."""
        name = self._keys.get(code)
        if name is None:
            name = self._keys[code] = module.fresh("q")
            module.blocks.append(function(f"{name}(n, D, M)", code))
        return name

    def number(self, code: str, *, is_certain: bool) -> int:
        if not is_certain:
            self._uncertain.add(code)
        return self._numbers.setdefault(code, len(self._numbers))

    def functions(self) -> list[str]:
        """The function of each condition, in the order of their numbers."""
        return [
            function(f"k{number}(D, M)", code, is_certain=code not in self._uncertain)
            for code, number in self._numbers.items()
        ]


@dataclass(slots=True)
class _Placed:
    """The conditions of an alternative, by what they depend on."""

    names: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    is_certain: bool = True
    key: tuple[str, str] | None = None


def compile_alternative(alternative: PatternAlternative, module: Module, conditions: Conditions) -> CompiledAlternative:
    _, anchored, steps = alternative
    placed = _Placed()
    for distance, step in enumerate(reversed(steps)):
        for condition in _conjuncts(step[3]):
            _place(condition, _Above(steps, distance), module, (placed, conditions))
    return CompiledAlternative(
        anchored=anchored,
        steps=tuple(map(_step, steps)),
        by_name=_by_name(module, placed.names),
        by_document=tuple(dict.fromkeys(placed.documents)),
        by_key=placed.key,
        by_element=_by_element(module, placed),
    )


@dataclass(frozen=True, slots=True)
class _Above:
    """The element that so many steps above the last one must match."""

    steps: Sequence[Step]
    distance: int

    def of(self, last: str) -> str:
        if self.distance and any(step[1] != "child" for step in self.steps[len(self.steps) - self.distance :]):
            raise UnsupportedConstruct("a condition on a step above //")
        return last + ".parent" * self.distance


def _place(condition: Expression, above: _Above, module: Module, into: tuple[_Placed, Conditions]) -> None:
    placed, conditions = into
    names_only = _asks_names(condition)
    last = "t" if names_only else "n"
    element = Value(code=above.of(last), kind=Kind.ELEMENT, uses=frozenset({last}))
    scope = Scope(module=module, context=element, variables={}, of_path_type=names_only)
    if not names_only and placed.key is None and not placed.elements and is_certain(condition, module.lets):
        placed.key = _key(condition, scope, conditions)
        if placed.key is not None:
            return
    compiled = scope.compile(condition)
    if compiled.kind in NUMERIC:
        raise UnsupportedConstruct("a position in a context")
    value = as_boolean(compiled)
    if names_only:
        placed.names.append(value.code)
    elif not value.is_document_wide:
        placed.elements.append(value.code)
        placed.is_certain &= is_certain(condition, module.lets)
    else:
        number = conditions.number(stored(value).code, is_certain=is_certain(condition, module.lets))
        placed.documents.append(number)


def _key(condition: Expression, scope: Scope, conditions: Conditions) -> tuple[str, str] | None:
    """The text of one item that a condition compares with a literal."""
    if condition[:2] != ("general", "="):
        return None
    for side, literal in (condition[2:], condition[:1:-1]):
        if literal[0] != "string":
            continue
        value = scope.compile(side)
        if value.kind is Kind.STRING and value.is_one and not value.is_document_wide:
            return conditions.key(value.code, scope.module), literal[1]
        if value.kind is Kind.ATTRIBUTE and value.count is Count.OPTIONAL:
            return conditions.key(value.code, scope.module), literal[1]
    return None


def _by_name(module: Module, conditions: list[str]) -> str | None:
    if not conditions:
        return None
    name = module.fresh("s")
    module.blocks.append(f"def {name}(t):\n    return {' and '.join(conditions)}\n")
    return name


def _by_element(module: Module, placed: _Placed) -> str | None:
    """A function that selects the elements for which all conditions hold."""
    if not placed.elements:
        return None
    name = module.fresh("c")
    selected = f"[n for n in N if {' and '.join(placed.elements)}]"
    module.blocks.append(function(f"{name}(N, D, M)", selected, is_certain=placed.is_certain))
    return name


def _conjuncts(predicates: Sequence[Expression]) -> list[Expression]:
    """The conditions that must all hold."""
    found: list[Expression] = []
    for predicate in predicates:
        found.extend(_conjuncts(predicate[1:]) if predicate[0] == "and" else [predicate])
    return found


def _step(step: Step) -> CompiledStep:
    _, axis, test, _ = step
    if axis == "attribute" or test[0] not in {"name", "any", "any-local"}:
        raise UnsupportedConstruct(f"a context that matches {axis}::{test[0]}")
    return CompiledStep(
        key=key_of(*test[1:]) if test[0] == "name" else None,
        uri=test[1] if test[0] == "any-local" else None,
        anywhere=axis == "descendant",
    )


_ABOUT_NAMES: Final = frozenset({"not", "boolean", "exists", "local-name", "true", "false"})


def _asks_names(expression: Expression) -> bool:
    """Whether a condition can be decided from the element's name alone.

    `name()` has the prefix of the document: only its end can be asked for, up to a text without a colon.
    """
    kind = expression[0]
    if kind == "call" and expression[1] == FN:
        arguments = expression[3]
        if expression[2] == "ends-with" and arguments[0] == ("call", FN, "name", ()):
            return arguments[1][0] == "string" and ":" not in arguments[1][1]
        return expression[2] in _ABOUT_NAMES and all(map(_asks_names, arguments))
    if kind == "path":
        return expression[1] == ("context",) and all(
            step[0] == "step" and step[1] == "self" and not step[3] for step in expression[2]
        )
    return kind in {"and", "or"} and all(map(_asks_names, children(expression)))
