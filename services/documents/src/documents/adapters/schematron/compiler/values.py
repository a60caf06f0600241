"""What the compiler knows of an expression: its Python code, the kind of its items, how many there are.

How items are represented at run time: an element (or the document node) is a `Node`; an attribute, a text node and an
untyped value are `str`; decimals are `Decimal`, integers `int`, doubles `float`, booleans `bool`, dates `Date`. How
sequences are: exactly one item is the item itself, at most one is the item or None, many are a list (or a tuple).
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final


class Kind(Enum):
    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    TEXT = "text"
    UNTYPED = "untyped"
    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    NOTHING = "nothing"  # of the empty sequence


class Count(Enum):
    ONE = "one"
    OPTIONAL = "optional"
    MANY = "many"


NODES: Final = frozenset({Kind.ELEMENT, Kind.ATTRIBUTE, Kind.TEXT})
UNTYPED: Final = NODES | {Kind.UNTYPED}
NUMERIC: Final = frozenset({Kind.DECIMAL, Kind.INTEGER, Kind.DOUBLE})
EXACT: Final = frozenset({Kind.DECIMAL, Kind.INTEGER})


OF_DOCUMENT: Final = "/"
OF_ROOT: Final = "/*"
_FIXED: Final = frozenset({OF_DOCUMENT, OF_ROOT})


class _NotConstant:
    """The constant of a value that is not one: None and False are constants."""


NOT_CONSTANT: Final = _NotConstant()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A compiled expression.

    `uses` names the Python variables that it depends on, and which fixed node of the document (`OF_DOCUMENT`,
    `OF_ROOT`) is its context; without variables it is the same for the whole document.
    `is_bool` is false for code whose truth is right but which may give another type than `bool` (`a and b`).
    `truth` is code for its effective boolean value, where that is cheaper than the value. `child` says that it is
    the children of a name (a key) of one node (its code). `is_ordered` is false for nodes that may be out of document
    order or there twice, `is_nested` true where one may be inside another: what a path finds below them is sorted.
    `in_any_order` says that the reference may take the items in another order, where their order does not matter: none
    of them may be left out because of one before it. `number` is code of the double whose text it is.
    `may_be_zero` is true of a double that is the integer 0 when there was nothing to add up.
    """

    code: str
    kind: Kind
    count: Count = Count.ONE
    uses: frozenset[str] = frozenset()
    constant: object = NOT_CONSTANT
    is_bool: bool = True
    truth: str | None = None
    child: tuple[str, str] | None = None
    is_ordered: bool = True
    is_nested: bool = False
    in_any_order: bool = False
    number: str | None = None
    may_be_zero: bool = False

    @property
    def is_constant(self) -> bool:
        return self.constant is not NOT_CONSTANT

    @property
    def is_document_wide(self) -> bool:
        """Whether it is the same wherever in a document it is evaluated."""
        return self.uses <= _FIXED

    @property
    def variables(self) -> frozenset[str]:
        """The Python variables that it depends on."""
        return self.uses - _FIXED

    @property
    def is_many(self) -> bool:
        return self.count is Count.MANY

    @property
    def is_one(self) -> bool:
        return self.count is Count.ONE


def recoded(value: Value, **changes: Any) -> Value:
    """The value with other code (or another kind): what was known of the old code is forgotten."""
    forgotten: dict[str, Any] = {
        "constant": NOT_CONSTANT,
        "is_bool": True,
        "truth": None,
        "child": None,
        "number": None,
    }
    return replace(value, **forgotten | changes)


def stored(value: Value) -> Value:
    """The value as an item that may be compared, kept or given away: a boolean is True or False, nothing else."""
    if value.is_bool or value.kind is not Kind.BOOLEAN:
        return value
    return recoded(value, code=f"bool({value.code})" if value.is_one else f"mapped(bool, {value.code})")


def text_constant(text: str) -> Value:
    return Value(code=repr(text), kind=Kind.STRING, constant=text)


def boolean_constant(value: bool) -> Value:  # noqa: FBT001 - it is the value
    return Value(code=repr(value), kind=Kind.BOOLEAN, constant=value)


def integer_constant(value: int) -> Value:
    return Value(code=repr(value), kind=Kind.INTEGER, constant=value)


DOCUMENT: Final = Value(code="D.document", kind=Kind.ELEMENT)
DOCUMENT_CONTEXT: Final = Value(code="D.document", kind=Kind.ELEMENT, uses=frozenset({OF_DOCUMENT}))
ROOT_CONTEXT: Final = Value(code="D.root", kind=Kind.ELEMENT, uses=frozenset({OF_ROOT}))
EMPTY_SEQUENCE: Final = Value(code="()", kind=Kind.NOTHING, count=Count.MANY, constant=())


def union_of_uses(*values: Value) -> frozenset[str]:
    return frozenset().union(*(value.uses for value in values))
