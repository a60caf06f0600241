"""Match patterns: which nodes a template is for (XSLT 2.0, 5.5.2). A pattern is a path of child and attribute steps.

Of the patterns that XSLT 3.0 adds only `(a | b)[condition]` is known, which published rules use.
"""

from typing import Final

from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import (
    ANYWHERE,
    CONTEXT,
    ROOT,
    Expression,
    PatternAlternative,
    Step,
    may_be_positional,
)

_NAME_TESTS: Final = frozenset({"name", "any", "any-local", "any-uri"})


def alternatives_of(expression: Expression, text: str) -> tuple[PatternAlternative, ...]:
    """The alternatives of a pattern that was read as an expression, in the order in which they are written.

    `a//@b` becomes two of them, since no step stands for an attribute at any depth: `a/@b` and `a//*/@b`.
    """
    if expression[0] == "union":
        return alternatives_of(expression[1], text) + alternatives_of(expression[2], text)
    if expression[0] == "filter":
        return tuple(_narrowed(one, expression[2], text) for one in alternatives_of(expression[1], text))
    if expression == ROOT:
        return (("pattern", True, ()),)
    if expression[0] != "path" or expression[1] not in (ROOT, CONTEXT):
        raise UnsupportedConstruct("pattern", text)
    anchored, steps = expression[1] == ROOT, expression[2]
    if anchored and _is_deep(steps[0]):
        anchored, steps = False, _without_depth(steps)
    return tuple(("pattern", anchored, one) for one in _pattern_steps(steps, text))


def _narrowed(alternative: PatternAlternative, predicates: tuple[Expression, ...], text: str) -> PatternAlternative:
    """`(a | b)[c]` is `a[c] | b[c]`, unless the predicate counts among all that the parentheses select."""
    kind, anchored, steps = alternative
    if not steps or any(map(may_be_positional, predicates)):
        raise UnsupportedConstruct("predicate on a pattern in parentheses", text)
    *outer, last = steps
    return (kind, anchored, (*outer, (*last[:3], last[3] + predicates)))


def _is_deep(step: Step) -> bool:
    return step == ANYWHERE or step[:2] == ("step", "descendant")


def _without_depth(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of `//a/b`, which matches what `a/b` matches."""
    return steps[1:] if steps[0] == ANYWHERE else (("step", "child", *steps[0][2:]), *steps[1:])


def _pattern_steps(steps: tuple[Step, ...], text: str) -> list[tuple[Step, ...]]:
    found: list[tuple[Step, ...]] = [()]
    deep = False
    for number, step in enumerate(steps, start=1):
        if step == ANYWHERE and number > 1:
            deep = True
            continue
        _check_step(step, text, first=number == 1, last=number == len(steps))
        if step[1] == "attribute" and deep:
            between = ("step", "descendant", ("any",), ())
            found = [(*one, *extra, step) for one in found for extra in ((), (between,))]
        else:
            placed = ("step", "descendant", *step[2:]) if deep else step
            found = [(*one, placed) for one in found]
        deep = False
    return found


def _check_step(step: Step, text: str, *, first: bool, last: bool) -> None:
    if step[0] != "step" or step[2][0] not in _NAME_TESTS:
        raise UnsupportedConstruct("step of a pattern", text)
    axis = step[1]
    written_out = axis == "descendant" and (first or any(map(may_be_positional, step[3])))
    if axis not in {"child", "attribute", "descendant"} or written_out or (axis == "attribute" and not last):
        raise UnsupportedConstruct(f"axis {axis} in a pattern", text)
