"""Predicates: a position, or a condition for each item (XPath 2.0, 3.2.2)."""

from documents.adapters.schematron.compiler.forms import listing
from documents.adapters.schematron.compiler.indexes import looked_up
from documents.adapters.schematron.compiler.logic import as_boolean
from documents.adapters.schematron.compiler.loops import bound
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    EMPTY_SEQUENCE,
    NOT_CONSTANT,
    NUMERIC,
    Count,
    Kind,
    Value,
    recoded,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import FN, Expression

_LAST: Expression = ("call", FN, "last", ())


def compile_filter(expression: Expression, scope: Scope) -> Value:
    """`(expression)[predicate]`"""
    value = scope.compile(expression[1])
    for predicate in expression[2]:
        value = filtered(value, predicate, scope)
    return value


def filtered(value: Value, predicate: Expression, scope: Scope, *, reverse: bool = False) -> Value:
    """The items for which the predicate holds; `reverse`: positions count against document order."""
    if value.kind is Kind.NOTHING:
        return EMPTY_SEQUENCE
    at = None if predicate == _LAST else _position(predicate, scope, value.kind)
    if at is not None or predicate == _LAST:
        if reverse:
            raise UnsupportedConstruct("a position on an axis against document order")
        return _last(value) if at is None else _item_at(value, at)
    found = looked_up(value, predicate, scope)
    if found is not None:
        return found
    if value.is_one:
        return _one(value, predicate, scope)
    name, item = bound(scope, value)
    compiled = scope.inside(item).compile(predicate)
    _refuse_number(compiled)
    condition = as_boolean(compiled)
    if condition.is_constant:
        return value if condition.constant else EMPTY_SEQUENCE
    code = listing(f"{name} for {name} in {as_many(value)} if {condition.code}", whole=value.in_any_order)
    uses = (value.uses | condition.uses) - {name}
    return recoded(value, code=code, count=Count.MANY, uses=uses, constant=NOT_CONSTANT)


def _one(value: Value, predicate: Expression, scope: Scope) -> Value:
    compiled = scope.inside(value).compile(predicate)
    _refuse_number(compiled)
    condition = as_boolean(compiled)
    if condition.is_constant:
        return value if condition.constant else EMPTY_SEQUENCE
    code = f"({value.code} if {condition.code} else None)"
    return recoded(value, code=code, count=Count.OPTIONAL, uses=value.uses | condition.uses, constant=NOT_CONSTANT)


def _refuse_number(condition: Value) -> None:
    if condition.kind in NUMERIC:
        raise UnsupportedConstruct("a predicate that calculates a position")


def _position(predicate: Expression, scope: Scope, kind: Kind) -> Value | None:
    """The position that a predicate asks for, None when it is a condition."""
    if predicate[0] not in {"integer", "var", "arithmetic"}:
        return None
    item = scope.module.fresh("x")
    value = scope.inside(Value(code=item, kind=kind, uses=frozenset({item}))).compile(predicate)
    if value.kind is not Kind.INTEGER or not value.is_one:
        return None
    if item in value.uses:
        raise UnsupportedConstruct("a position that depends on the item")
    return value


def _item_at(value: Value, at: Value) -> Value:
    """The item at a position, if there is one."""
    code = f"item({as_many(value)}, {at.code})"
    uses = value.uses | at.uses
    return recoded(value, code=code, count=Count.OPTIONAL, uses=uses, constant=NOT_CONSTANT)


def _last(value: Value) -> Value:
    return recoded(value, code=f"last({as_many(value)})", count=Count.OPTIONAL, constant=NOT_CONSTANT)
