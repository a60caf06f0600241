"""Functions on booleans, nodes and sequences (F&O 9, 14, 15)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from documents.adapters.schematron.compiler.atoms import atomized
from documents.adapters.schematron.compiler.logic import as_boolean, negated
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    NODES,
    NOT_CONSTANT,
    UNTYPED,
    Count,
    Kind,
    Value,
    boolean_constant,
    recoded,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

Arguments: TypeAlias = tuple[Expression, ...]


def _not(arguments: Arguments, scope: Scope) -> Value:
    return negated(scope.compile(arguments[0]))


def _boolean(arguments: Arguments, scope: Scope) -> Value:
    return as_boolean(scope.compile(arguments[0]))


def _true(_: Arguments, __: Scope) -> Value:
    return boolean_constant(True)


def _false(_: Arguments, __: Scope) -> Value:
    return boolean_constant(False)


def _exists(arguments: Arguments, scope: Scope) -> Value:
    items = scope.compile(arguments[0])
    if items.kind in NODES:
        return as_boolean(items)
    if items.kind is Kind.NOTHING:
        return boolean_constant(False)
    code = {
        Count.ONE: "True",
        Count.OPTIONAL: f"({items.code} is not None)",
        Count.MANY: f"(len({items.code}) > 0)",
    }[items.count]
    return Value(code=code, kind=Kind.BOOLEAN, uses=items.uses)


def _empty(arguments: Arguments, scope: Scope) -> Value:
    return negated(_exists(arguments, scope))


def _distinct_values(arguments: Arguments, scope: Scope) -> Value:
    """First occurrences stay, in order."""
    items = atomized(scope.compile(arguments[0]))
    if items.kind not in UNTYPED | {Kind.STRING}:
        raise UnsupportedConstruct(f"distinct-values of a {items.kind.value}")
    code = f"list(dict.fromkeys({as_many(items)}))"
    return recoded(items, code=code, count=Count.MANY, constant=NOT_CONSTANT)


_TURNED: Final = {"is_ordered": False, "in_any_order": True}


def _reverse(arguments: Arguments, scope: Scope) -> Value:
    items = scope.compile(arguments[0])
    return recoded(items, code=f"{as_many(items)}[::-1]", count=Count.MANY, constant=NOT_CONSTANT, **_TURNED)


def _name(arguments: Arguments, scope: Scope) -> Value:
    """The local name; where a prefix would matter the caller refuses (see `matching`)."""
    item = scope.compile(arguments[0]) if arguments else scope.item()
    if item.kind is not Kind.ELEMENT:
        raise UnsupportedConstruct("the name of anything but an element")
    if not item.is_one:
        return Value(code=f"local_name({as_many(item)})", kind=Kind.STRING, uses=item.uses)
    code = f"{item.code}.local" if scope.of_path_type else f"{item.code}.type.local"
    return Value(code=code, kind=Kind.STRING, uses=item.uses)


def _qualified_name(arguments: Arguments, scope: Scope) -> Value:
    """`name()`: only where the prefix, which every document chooses, can make no difference."""
    if not scope.of_path_type:
        raise UnsupportedConstruct("name() outside a test of the end of a name")
    return _name(arguments, scope)


FUNCTIONS: Final[dict[tuple[str, int | None], Callable[[Arguments, Scope], Value]]] = {
    ("not", 1): _not,
    ("boolean", 1): _boolean,
    ("true", 0): _true,
    ("false", 0): _false,
    ("exists", 1): _exists,
    ("empty", 1): _empty,
    ("distinct-values", 1): _distinct_values,
    ("reverse", 1): _reverse,
    ("local-name", 0): _name,
    ("local-name", 1): _name,
    ("name", 0): _qualified_name,
}
