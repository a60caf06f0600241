"""Paths: steps along the axes, predicates, unions (XPath 2.0, 3.2).

Guarantees: nodes in document order, each once. A path whose order or uniqueness cannot be kept is refused.
"""

from typing import Final

from documents.adapters.schematron.compiler.forms import listing, over
from documents.adapters.schematron.compiler.indexes import everywhere
from documents.adapters.schematron.compiler.loops import bound, flat
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.predicates import filtered
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    DOCUMENT,
    EMPTY_SEQUENCE,
    Count,
    Kind,
    Value,
    recoded,
    union_of_uses,
)
from documents.adapters.schematron.names import key_of
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import ANYWHERE, ROOT, Expression, Step, may_be_positional

_RARE_AXES: Final = {
    "ancestor": "ancestors({node}, {key!r})",
    "preceding-sibling": "preceding_siblings({node}, {key!r})",
    "following-sibling": "following_siblings({node}, {key!r})",
    "descendant": "descendants({node}, {key!r})",
    "preceding": "preceding(D.tree, {node}, {key!r})",
}


def compile_root(_: Expression, scope: Scope) -> Value:
    """`/`: the document node."""
    if scope.of_path_type:
        raise UnsupportedConstruct("the document node where only names are known")
    if scope.context is None:
        raise UnsupportedConstruct("the document node where there is no context item", "/")
    return DOCUMENT


def compile_path(expression: Expression, scope: Scope) -> Value:
    """`start/step/step`"""
    start, steps = expression[1], _simplified(expression[1], expression[2])
    value = _in_order(scope.compile(start))
    position = 0
    while position < len(steps):
        run = _run_of_children(steps, position)
        if run and value.kind is Kind.ELEMENT:
            value = _children(value, run)
            position += len(run)
        else:
            value = _step(value, steps[position], scope)
            position += 1
        if position < len(steps) and value.child is None:
            value = scope.module.shared(("path", start, steps[:position]), value, scope)
    return value


def _simplified(start: Expression, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """`//(a|b)` as the union of `//a` and `//b`, `//@a` as one step."""
    if start != ROOT or len(steps) < 2 or steps[0] != ANYWHERE:  # noqa: PLR2004 - the two steps of //
        return steps
    if steps[1][:2] == ("step", "attribute"):
        return (("step", "any-attribute", *steps[1][2:]), *steps[2:])
    names = _names_of_union(steps[1][1]) if steps[1][0] == "apply" else None
    return (("apply", _everywhere(names)), *steps[2:]) if names else steps


def _names_of_union(expression: Expression) -> list[Step] | None:
    if expression[0] == "union":
        left, right = _names_of_union(expression[1]), _names_of_union(expression[2])
        return [*left, *right] if left and right else None
    if expression[0] == "path" and expression[1] == ("context",) and len(expression[2]) == 1:
        (step,) = expression[2]
        if step[0] == "step" and step[1] == "child" and step[2][0] == "name" and not step[3]:
            return [step]
    return None


def _everywhere(steps: list[Step]) -> Expression:
    paths: list[Expression] = [("path", ROOT, (("step", "descendant", *step[2:]),)) for step in steps]
    union = paths[0]
    for path in paths[1:]:
        union = ("union", union, path)
    return union


def _run_of_children(steps: tuple[Step, ...], position: int) -> list[str]:
    """The names of the plain child steps that follow each other from here."""
    names = []
    for step in steps[position:]:
        if step[0] != "step" or step[1] != "child" or step[2][0] != "name" or step[3]:
            break
        names.append(key_of(*step[2][1:]))
    return names


def _children(value: Value, keys: list[str]) -> Value:
    listed = ", ".join(map(repr, keys))
    if value.is_one and len(keys) == 1:
        code = f"{value.code}.children.get({listed}, NONE)"
    elif value.is_one and len(keys) <= 3:  # noqa: PLR2004 - longer ones are rare
        code = f"path{len(keys)}({value.code}, {listed})"
    elif value.is_one:
        code = f"path({value.code}, {listed})"
    else:
        code = as_many(value)
        for key in keys:
            code = over("step", code, repr(key))
    child = (value.code, keys[0]) if value.is_one and len(keys) == 1 else None
    return _sorted_if_nested(recoded(value, code=code, count=Count.MANY, truth=None, child=child))


def _in_order(value: Value) -> Value:
    """Several elements in document order, each once."""
    if value.kind is not Kind.ELEMENT or not value.is_many or value.is_ordered:
        return value
    return recoded(value, code=f"in_order({value.code})", is_ordered=True, is_nested=True, in_any_order=True)


def _sorted_if_nested(value: Value) -> Value:
    """What was found below each of several elements, in document order even when one of them is inside another."""
    if value.kind is not Kind.ELEMENT or not value.is_many or not value.is_nested:
        return value
    return recoded(value, code=f"in_order({value.code})", in_any_order=True)


def _step(value: Value, step: Step, scope: Scope) -> Value:
    if value.kind is Kind.NOTHING:
        return EMPTY_SEQUENCE
    if step[0] == "apply":
        return _applied(value, step[1], scope)
    _, axis, test, predicates = step
    if axis == "self" and not (predicates and value.is_many):
        return _myself(value, test, predicates, scope)
    if value.kind is not Kind.ELEMENT and axis != "self":
        raise UnsupportedConstruct(f"a step from a {value.kind.value}")
    in_bulk = axis in _IN_BULK and not any(map(may_be_positional, predicates))
    if not value.is_one and not in_bulk:
        return _each(value, step, scope)
    found = _AXES.get(axis, _rare_axis)(value, axis, test)
    for predicate in predicates:
        found = filtered(found, predicate, scope, reverse=axis.startswith(("preceding", "ancestor")))
    return found


def _each(value: Value, step: Step, scope: Scope) -> Value:
    """A step from each of several elements, predicates counting within each."""
    if step[1] not in {"child", "attribute", "self", "parent"}:
        raise UnsupportedConstruct(f"the axis {step[1]} from several elements")
    if step[1] == "parent":
        raise UnsupportedConstruct("a predicate on the parent of several elements")
    name, item = bound(scope, value)
    inner = _step(item, step, scope)
    return _laid_out(value, name, inner, scope)


def _applied(value: Value, expression: Expression, scope: Scope) -> Value:
    """`nodes/expression`: the expression for each node."""
    if value.is_one:
        return _in_order(scope.inside(value).compile(expression))
    name, item = bound(scope, value)
    inner = scope.inside(item).compile(expression)
    if inner.kind is Kind.ELEMENT and not _keeps_order(expression):
        raise UnsupportedConstruct("a path whose order is not known")
    return _laid_out(value, name, inner, scope)


def _laid_out(value: Value, name: str, inner: Value, scope: Scope) -> Value:
    """What is found for each item of a value, end to end."""
    whole = value.in_any_order or inner.in_any_order
    code = listing(flat(inner, scope, [f"for {name} in {as_many(value)}"]), whole=whole)
    uses, is_nested = (value.uses | inner.uses) - {name}, value.is_nested or inner.is_nested
    found = recoded(inner, code=code, count=Count.MANY, uses=uses, is_nested=is_nested, in_any_order=whole)
    return _sorted_if_nested(found)


def _keeps_order(expression: Expression) -> bool:
    """Whether the results for nodes in order are in order: children and unions of children."""
    if expression[0] == "union":
        return all(map(_keeps_order, expression[1:]))
    return (
        expression[0] == "path"
        and expression[1] == ("context",)
        and all(step[0] == "step" and step[1] == "child" for step in expression[2])
    )


def _child(value: Value, _: str, test: Step) -> Value:
    if test[0] == "name":
        return _children(value, [key_of(*test[1:])])
    if test == ("text",):
        if value.is_one:
            return recoded(value, code=f"text_nodes_of({value.code})", kind=Kind.TEXT, count=Count.MANY)
        return recoded(value, code=over("text_nodes", as_many(value)), kind=Kind.TEXT, count=Count.MANY)
    if test == ("any",):
        if value.is_one:
            any_child = f"{value.code}.children"
            return recoded(value, code=f"children({value.code})", count=Count.MANY, truth=any_child)
        return _sorted_if_nested(recoded(value, code=over("children_of_all", as_many(value)), count=Count.MANY))
    raise UnsupportedConstruct(f"the node test {test!r} on the child axis")


def _attribute(value: Value, _: str, test: Step) -> Value:
    if test[0] != "name" or test[1]:
        raise UnsupportedConstruct("an attribute test other than a name without namespace")
    if value.is_one:
        code = f"{value.code}.attributes.get({test[2]!r})"
        return recoded(value, code=code, kind=Kind.ATTRIBUTE, count=Count.OPTIONAL)
    code = over("attributes", as_many(value), repr(test[2]))
    return recoded(value, code=code, kind=Kind.ATTRIBUTE, count=Count.MANY)


def _parent(value: Value, _: str, test: Step) -> Value:
    if test not in {("node",), ("any",)}:
        raise UnsupportedConstruct("a parent of a certain name")
    if test == ("any",):  # the document node is no element
        if value.is_one:
            return recoded(value, code=f"parent_element({value.code})", count=Count.OPTIONAL)
        return recoded(value, code=f"parent_elements({as_many(value)})", count=Count.MANY)
    if value.is_one:
        return recoded(value, code=f"{value.code}.parent", count=Count.OPTIONAL)
    return recoded(value, code=f"parents({as_many(value)})", count=Count.MANY)


def _descendant(value: Value, axis: str, test: Step) -> Value:
    if value.code == DOCUMENT.code and test[0] == "name":
        return recoded(value, code=everywhere(key_of(*test[1:])), count=Count.MANY, is_nested=True)
    return _rare_axis(value, axis, test)


def _any_attribute(value: Value, _: str, test: Step) -> Value:
    """`//@name`"""
    if test[0] != "name" or test[1]:
        raise UnsupportedConstruct("an attribute test other than a name without namespace")
    return recoded(value, code=f"D.tree.attribute({test[2]!r})", kind=Kind.ATTRIBUTE, count=Count.MANY)


def _rare_axis(value: Value, axis: str, test: Step) -> Value:
    if axis not in _RARE_AXES or test[0] != "name" or not value.is_one:
        raise UnsupportedConstruct(f"the axis {axis} with the node test {test[0]!r}")
    code = _RARE_AXES[axis].format(node=value.code, key=key_of(*test[1:]))
    return recoded(value, code=code, count=Count.MANY, is_nested=True, in_any_order=axis != "descendant")


_IN_BULK: Final = frozenset({"child", "attribute", "parent"})
_AXES: Final = {
    "child": _child,
    "attribute": _attribute,
    "any-attribute": _any_attribute,
    "parent": _parent,
    "descendant": _descendant,
}


def _myself(value: Value, test: Step, predicates: tuple[Expression, ...], scope: Scope) -> Value:
    """`.` and `self::name`."""
    found = value
    if test[0] == "name":
        if value.kind is not Kind.ELEMENT or not value.is_one:
            raise UnsupportedConstruct("self:: with a name on anything but one element")
        kind = value.code if scope.of_path_type else f"{value.code}.type"
        code = f"({value.code} if {kind}.key == {key_of(*test[1:])!r} else None)"
        found = recoded(value, code=code, count=Count.OPTIONAL)
    elif test != ("node",):
        raise UnsupportedConstruct(f"self:: with the node test {test[0]!r}")
    for predicate in predicates:
        found = filtered(found, predicate, scope)
    return found


def compile_union(expression: Expression, scope: Scope) -> Value:
    """`a | b`: elements in document order, each once."""
    values = [_in_order(scope.compile(part)) for part in _parts(expression)]
    values = [value for value in values if value.kind is not Kind.NOTHING]
    if not values:
        return EMPTY_SEQUENCE
    if any(value.kind is not Kind.ELEMENT for value in values):
        raise UnsupportedConstruct("a union of anything but elements")
    if len(values) == 1:
        return values[0]
    code = f"merged({', '.join(as_many(value) for value in values)})"
    uses = union_of_uses(*values)
    return Value(code=code, kind=Kind.ELEMENT, count=Count.MANY, uses=uses, is_nested=True, in_any_order=True)


def _parts(expression: Expression) -> list[Expression]:
    if expression[0] != "union":
        return [expression]
    return [*_parts(expression[1]), *_parts(expression[2])]
