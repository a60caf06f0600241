"""Whether an error inside a context is one for the reference too.

An error in a context means that it does not match, so one that only this engine has would be a wrong verdict. What the
exact forms of expressions evaluate (see `forms`) is what the reference evaluates, as long as every part is of a kind
that is named here; of anything else nobody knows how far the reference goes, and another engine has to say.
"""

from collections.abc import Mapping
from typing import Final

from documents.adapters.schematron.model import Let
from documents.adapters.schematron.xpath.syntax import FN, XS, Expression, variables, walk

_KNOWN: Final = frozenset(
    {
        *("and", "or", "if", "some", "every", "general", "value", "arithmetic", "negate", "cast", "castable"),
        *(
            "call",
            "path",
            "filter",
            "sequence",
            "for",
            "var",
            "context",
            "root",
            "string",
            "integer",
            "decimal",
            "double",
        ),
    }
)
_LOOPS: Final = frozenset({"some", "every", "for"})
_LITERALS: Final = frozenset({"string", "integer", "decimal"})
_ITEMS: Final = frozenset({"path", "filter", "union", "var", "for", "sequence", "if"})
_STARTS: Final = frozenset({"context", "root", "var"})
_IN_ORDER: Final = frozenset({"child", "attribute", "self", "parent", "descendant"})
_TURNED: Final = frozenset({"reverse", "distinct-values"})


def is_certain(condition: Expression, lets: Mapping[str, Let]) -> bool:
    """Whether all errors in it are; `lets` are the variables of the stylesheet."""
    parts = tuple(walk(condition))
    if any(part[0] not in _KNOWN for part in parts):
        return False
    items = frozenset(("var", name) for part in parts if part[0] in _LOOPS for name, _ in part[1])
    if not all(_is_known_comparison(part, items) for part in parts if part[0] == "general"):
        return False
    if not all(_CHECKS[part[0]](part) for part in parts if part[0] in _CHECKS):
        return False
    return all(is_certain(lets[name].value, lets) for name in variables(condition))


def _is_known_path(path: Expression) -> bool:
    """In document order, so that one element is asked after the other."""
    start, steps = path[1], path[2]
    conditions = False
    for step in steps:
        axis = step[1] if step[0] == "step" else "child"
        if (axis == "parent" and conditions) or (axis == "descendant" and step is not steps[-1]):
            return False  # parents are found for all elements at once; descendants may be inside each other
        if axis not in _IN_ORDER:
            return False
        conditions |= step[0] == "step" and bool(step[3])
    return start[0] in _STARTS


def _is_known_call(call: Expression) -> bool:
    """Functions of the stylesheet evaluate arguments when they need them; what turns a sequence may be left out."""
    return call[1] == XS or (call[1] == FN and call[2] not in _TURNED)


def _is_known_comparison(comparison: Expression, items: frozenset[Expression]) -> bool:
    """Items are cast one by one until one is equal; of other operators and other numbers that is not said.

    `items` are variables of one item each.
    """
    _, operator, *sides = comparison
    sequences = [side for side in sides if side[0] in _ITEMS and side not in items]
    others = [side for side in sides if side not in sequences]
    if not sequences or all(side[0] == "string" for side in others):
        return True
    return operator in {"=", "!="} and all(side[0] in _LITERALS or _is_boolean(side) for side in others)


def _is_boolean(expression: Expression) -> bool:
    return expression[:2] == ("call", FN) and expression[2] in {"true", "false"}


_CHECKS: Final = {"path": _is_known_path, "call": _is_known_call}
