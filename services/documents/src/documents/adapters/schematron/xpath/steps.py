"""How the parts between slashes become one path: the same steps whichever way they are written.

`a/./b` and `(a/b)/c` are flattened, and `//x` becomes one descendant step where no predicate can notice the difference
(XPath 2.0, 3.2.4: `//x[1]` is the first x of every parent, `/descendant::x[1]` the first of all).
"""

from documents.adapters.schematron.xpath.syntax import (
    ANYWHERE,
    CONTEXT,
    SELF,
    Expression,
    Step,
    may_be_positional,
)


def joined_path(start: Expression | None, parts: list[Expression]) -> Expression:
    """The expression of parts with a slash between each two; `start` is the root where a path begins with a slash.

    A part is a step or any other expression. A path of nothing but a start is that start.
    """
    if start is None:
        start = CONTEXT if parts[0][0] == "step" else parts.pop(0)
    steps: tuple[Step, ...] = ()
    if parts and start[0] == "path":
        start, steps = start[1], start[2]
    for part in parts:
        steps = _appended(steps, part if part[0] == "step" else _as_step(part))
    return ("path", start, steps) if steps else start


def _as_step(expression: Expression) -> Step:
    """What an expression behind a slash does: a lone step in parentheses is that step, and `.` stays where it is."""
    if expression == CONTEXT:
        return SELF
    if expression[0] == "filter" and expression[1] == CONTEXT:
        return (*SELF[:3], expression[2])
    if expression[0] == "path" and expression[1] == CONTEXT and len(expression[2]) == 1:
        return tuple(expression[2][0])
    return "apply", expression


def _appended(steps: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    if step == SELF and steps and steps[-1][0] == "step" and steps[-1] != ANYWHERE:
        return steps
    follows_anywhere = bool(steps) and steps[-1] == ANYWHERE
    if follows_anywhere and step[:2] == ("step", "child") and not any(map(may_be_positional, step[3])):
        return (*steps[:-1], ("step", "descendant", *step[2:]))
    return (*steps, step)
