"""Checks that forbid a path: seeing the path is the finding (rule-engine.md 4.2).

Hundreds of checks of the root element are of the form `not(a/b)` or `not(//a/b)`. Instead of looking for each path in
each document, a table tells which checks forbid the path types that a document has.
"""

from dataclasses import dataclass

from documents.adapters.schematron.model import Check
from documents.adapters.schematron.names import key_of
from documents.adapters.schematron.xpath.syntax import CONTEXT, FN, ROOT, Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Elements at `path` below the root, or `anywhere`, break the check (with an attribute, when one is named)."""

    check: int
    path: tuple[str, ...]
    attribute: str | None = None
    anywhere: bool = False


def triggers_of(check: Check) -> list[Trigger] | None:
    """All paths that a check forbids; None when it is not of this form."""
    if check.kind != "assert" or check.test[:3] != ("call", FN, "not"):
        return None
    triggers = []
    for path in _alternatives(check.test[3][0]):
        trigger = _forbidden(check.number, path)
        if trigger is None:
            return None
        triggers.append(trigger)
    return triggers


def _alternatives(expression: Expression) -> list[Expression]:
    """The paths that an expression of unions stands for: `(a|b)/c` is `a/c` and `b/c`."""
    if expression[0] == "union":
        return [*_alternatives(expression[1]), *_alternatives(expression[2])]
    if expression[0] == "path" and expression[1][0] == "union":
        return [_joined(start, expression[2]) for start in _alternatives(expression[1])]
    return [expression]


def _joined(start: Expression, steps: tuple[Expression, ...]) -> Expression:
    return ("path", start[1], (*start[2], *steps)) if start[0] == "path" else ("path", start, steps)


def _forbidden(number: int, path: Expression) -> Trigger | None:
    if path[0] != "path" or path[1] not in (CONTEXT, ROOT):
        return None
    anywhere = path[1] == ROOT
    keys: list[str] = []
    for position, step in enumerate(path[2]):
        if step[0] != "step" or step[2][0] != "name" or step[3]:
            return None
        if step[1] == "attribute" and position == len(path[2]) - 1 and not step[2][1]:
            # one on the root itself is an ordinary check: nothing below has to be seen
            return Trigger(check=number, path=tuple(keys), attribute=step[2][2], anywhere=anywhere) if keys else None
        if step[1] != ("descendant" if anywhere and not keys else "child"):
            return None
        keys.append(key_of(*step[2][1:]))
    return Trigger(check=number, path=tuple(keys), anywhere=anywhere)
