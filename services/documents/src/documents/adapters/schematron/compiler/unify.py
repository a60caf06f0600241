"""Bring values to one kind and count: the branches of a choice, the items of a sequence."""

from dataclasses import replace

from documents.adapters.schematron.compiler.values import (
    EXACT,
    NOT_CONSTANT,
    NUMERIC,
    Count,
    Kind,
    Value,
    stored,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct


def unified(*values: Value) -> list[Value]:
    """The same values in one kind and count; kinds that have none in common are refused."""
    kinds = {value.kind for value in values} - {Kind.NOTHING}
    kind = _common(kinds)
    count = _widest(values)
    return [_counted(_converted(value, kind), count) for value in values]


def as_many(value: Value) -> str:
    """Code of the value as a list or tuple."""
    return _counted(value, Count.MANY).code


def _common(kinds: set[Kind]) -> Kind:
    if len(kinds) <= 1:
        return next(iter(kinds), Kind.NOTHING)
    if kinds <= EXACT:
        return Kind.DECIMAL
    if kinds <= {Kind.STRING, Kind.UNTYPED}:
        raise UnsupportedConstruct("a choice between a string and an untyped value")
    raise UnsupportedConstruct(f"a mixture of {', '.join(sorted(kind.value for kind in kinds))}")


def _widest(values: tuple[Value, ...]) -> Count:
    counts = {value.count for value in values if value.kind is not Kind.NOTHING}
    if Count.MANY in counts or not counts:
        return Count.MANY
    if Count.OPTIONAL in counts or any(value.kind is Kind.NOTHING for value in values):
        return Count.OPTIONAL
    return Count.ONE


def _converted(value: Value, kind: Kind) -> Value:
    if value.kind is Kind.NOTHING:
        return replace(value, kind=kind, count=Count.OPTIONAL, code="None")
    if value.kind is kind or value.kind not in NUMERIC:
        return value
    code = {
        Count.ONE: f"Decimal({value.code})",
        Count.OPTIONAL: f"decimal_or_none({value.code})",
        Count.MANY: f"[Decimal(i) for i in {value.code}]",
    }[value.count]
    return replace(value, kind=kind, code=code, constant=NOT_CONSTANT)


def _counted(value: Value, count: Count) -> Value:
    if count is not Count.MANY or value.is_many:
        return replace(value, count=count)
    value = stored(value)
    if value.kind is Kind.NOTHING:
        return replace(value, code="()", count=count)
    if value.is_one:
        code = f"({value.code},)"
    elif value.code == "None":
        code = "()"
    else:
        code = f"listed({value.code})"
    return replace(value, code=code, count=count, constant=NOT_CONSTANT)
