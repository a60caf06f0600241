"""Look-ups instead of scans: `//x[f(.) = value]` from one dictionary per document (rule-engine.md 4.5)."""

import re

from documents.adapters.schematron.compiler.atoms import converted
from documents.adapters.schematron.compiler.module import Scope, is_at_hand
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import NOT_CONSTANT, UNTYPED, Count, Kind, Value, recoded
from documents.adapters.schematron.names import key_of
from documents.adapters.schematron.xpath.syntax import CONTEXT, FN, Expression

_MYSELF = ("step", "self", ("node",), ())
_TEXTS = UNTYPED | {Kind.STRING}
_BOUND = re.compile(r"\bx\d+\b")  # names of items, another one each time that an expression is compiled


def looked_up(value: Value, predicate: Expression, scope: Scope) -> Value | None:
    """The elements of a document-wide path whose text by some expression equals another text; None if not so."""
    if not value.is_document_wide or value.kind is not Kind.ELEMENT or not value.is_many:
        return None
    if _asks_for_first(value, predicate):
        return recoded(value, code=f"first_occurrences({value.code})", constant=NOT_CONSTANT)
    if predicate[:2] != ("general", "="):
        return None
    for expression, other in (predicate[2:], predicate[:1:-1]):
        found = _index(value, expression, other, scope)
        if found is not None:
            return found
    return None


def _index(value: Value, expression: Expression, other: Expression, scope: Scope) -> Value | None:
    item = Value(code="e", kind=Kind.ELEMENT, uses=frozenset({"e"}))
    inside = scope.inside(item)
    by, wanted = inside.compile(expression), inside.compile(other)
    if by.uses != {"e"} or "e" in wanted.uses or not wanted.is_one:
        return None
    if by.kind not in _TEXTS or wanted.kind not in _TEXTS:
        return None
    texts = as_many(converted(by, Kind.STRING))
    index = scope.module.once_per_document(
        ("index", value.code, _renumbered(texts)),
        Value(code=_indexed(value, texts), kind=Kind.ELEMENT, uses=value.uses),
    )
    code = f"{index.code}.get({converted(wanted, Kind.STRING).code}, NONE)"
    return recoded(value, code=code, count=Count.MANY, uses=value.uses | wanted.uses, constant=NOT_CONSTANT)


def _indexed(value: Value, texts: str) -> str:
    code = f"indexed([(e, {texts}) for e in {value.code}])"
    return f"({code} if {value.code} else NO_INDEX)" if is_at_hand(value) else code


def _renumbered(code: str) -> str:
    """The code with its bound names numbered from the first: the same for the same expression."""
    numbers: dict[str, str] = {}
    return _BOUND.sub(lambda found: numbers.setdefault(found.group(), f"x{len(numbers)}"), code)


def _asks_for_first(value: Value, predicate: Expression) -> bool:
    """`//x[not(preceding::x = .)]`: the elements whose text did not occur before, without comparing all pairs."""
    if predicate[:3] != ("call", FN, "not") or predicate[3][0][:2] != ("general", "="):
        return False
    sides = set(predicate[3][0][2:])
    if CONTEXT not in sides or len(sides) != 2:  # noqa: PLR2004 - the two sides
        return False
    (other,) = sides - {CONTEXT}
    if other[0] != "path" or other[1] != CONTEXT or other[2][1:] not in {(), (_MYSELF,)}:
        return False
    _, axis, test, predicates = other[2][0]
    return axis == "preceding" and test[0] == "name" and not predicates and value.code == everywhere(key_of(*test[1:]))


def everywhere(key: str) -> str:
    """Code of all elements of a name."""
    return f"D.tree.named({key!r})"
