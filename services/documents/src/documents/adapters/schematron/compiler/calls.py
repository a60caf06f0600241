"""Functions of the stylesheet: one Python function for each combination of argument kinds that is really called.

A parameter without a declared type takes what it is given; one with a type gets it by the conversion rules of
functions (XPath 2.0, 3.1.5).
"""

import textwrap
from dataclasses import replace
from typing import Final

from documents.adapters.schematron.compiler.atoms import at_most_one, converted
from documents.adapters.schematron.compiler.forms import exact, fast, has_two_forms
from documents.adapters.schematron.compiler.logic import as_boolean
from documents.adapters.schematron.compiler.module import Module, Scope
from documents.adapters.schematron.compiler.values import (
    NOT_CONSTANT,
    Count,
    Kind,
    Value,
    recoded,
    stored,
    union_of_uses,
)
from documents.adapters.schematron.model import Body, Choose, Function, SequenceType
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

_KINDS: Final = {
    "boolean": Kind.BOOLEAN,
    "decimal": Kind.DECIMAL,
    "double": Kind.DOUBLE,
    "integer": Kind.INTEGER,
    "string": Kind.STRING,
}


class Calls:
    """Remembers which functions were written already."""

    def __init__(self) -> None:
        self._written: dict[tuple[object, ...], tuple[str, Value]] = {}

    def compile_call(self, function: Function, arguments: tuple[Expression, ...], scope: Scope) -> Value:
        given = [
            _argument(argument, parameter.type, scope)
            for argument, parameter in zip(arguments, function.parameters, strict=True)
        ]
        name, result = self._specialized(function, given, scope.module)
        code = f"{name}(D, M, {', '.join(argument.code for argument in given)})"
        return recoded(result, code=code, uses=union_of_uses(*given))

    def _specialized(self, function: Function, given: list[Value], module: Module) -> tuple[str, Value]:
        """The function for these kinds of arguments, written when it is met first."""
        key = (function.uri, function.local, *((argument.kind, argument.count) for argument in given))
        known = self._written.get(key)
        if known is not None:
            return known
        name = module.fresh(f"f_{''.join(filter(str.isalnum, function.local))}_")
        if function.result is not None:  # known before the body, which may call the function again
            self._written[key] = name, _declared(function.result)
        parameters = [
            recoded(argument, code=f"a{number}", uses=frozenset({f"a{number}"}), in_any_order=argument.is_many)
            for number, argument in enumerate(given)
        ]
        scope = Scope(
            module=module,
            context=None,
            variables={parameter.name: value for parameter, value in zip(function.parameters, parameters, strict=True)},
        )
        lines, result = _body(function.body, scope, function.result, "    ")
        names = ", ".join(parameter.code for parameter in parameters)
        module.blocks.extend(_written(name, f"(D, M, {names})", lines))
        self._written[key] = name, result
        return name, result


def _written(name: str, parameters: str, lines: list[str]) -> list[str]:
    """The function, and where it has an exact form a second one that the first asks after an error."""
    body = "\n".join(lines) + "\n"
    if not has_two_forms(body):
        return [f"def {name}{parameters}:\n{body}"]
    tried = f"    try:\n{textwrap.indent(fast(body), '    ')}"
    otherwise = f"    except EvaluationError:\n        return e_{name}{parameters}\n"
    return [f"def {name}{parameters}:\n{tried}{otherwise}", f"def e_{name}{parameters}:\n{exact(body)}"]


def _argument(expression: Expression, declared: SequenceType | None, scope: Scope) -> Value:
    """An argument as its parameter wants it; of a choice each branch, so that they may be of different kinds."""
    if declared is None or expression[0] != "if":
        return as_declared(scope.compile(expression), declared)
    condition = as_boolean(scope.compile(expression[1]))
    then, otherwise = (_argument(branch, declared, scope) for branch in expression[2:])
    if condition.is_constant:
        return then if condition.constant else otherwise
    code = f"({then.code} if {condition.code} else {otherwise.code})"
    uses = union_of_uses(condition, then, otherwise)
    count = then.count if then.count is otherwise.count else Count.OPTIONAL
    return recoded(then, code=code, count=count, uses=uses, constant=NOT_CONSTANT)


def _declared(declared: SequenceType) -> Value:
    kind = _KINDS.get(declared.item)
    if kind is None or declared.occurrence not in {"", "?"}:
        raise UnsupportedConstruct(f"the type {declared.item}{declared.occurrence}")
    return Value(code="", kind=kind, count=Count.OPTIONAL if declared.occurrence else Count.ONE)


def as_declared(value: Value, declared: SequenceType | None) -> Value:
    """The value as its declared type wants it."""
    if declared is None:
        return stored(value)
    wanted = _declared(declared)
    atom = at_most_one(value)
    if atom.kind is Kind.NOTHING:
        raise UnsupportedConstruct("the empty sequence as an argument")
    given = converted(atom, wanted.kind)
    if wanted.is_one and not given.is_one:
        return recoded(given, code=f"required({given.code})", count=Count.ONE)
    return given


def _body(body: Body, scope: Scope, declared: SequenceType | None, indent: str) -> tuple[list[str], Value]:
    """The lines of a function body, ending in return, and what it returns."""
    lines = []
    for let in body.lets:
        value = stored(as_declared(scope.compile(let.value), let.type))
        if not value.is_document_wide:
            name = scope.module.fresh("v")
            lines.append(f"{indent}{name} = {value.code}")
            value = recoded(value, code=name, uses=frozenset({name}), constant=NOT_CONSTANT, is_bool=value.is_bool)
        scope = scope.having(let.name, value)
    if isinstance(body.result, Choose):
        return _choice(body.result, scope, declared, (lines, indent))
    result = stored(as_declared(scope.compile(body.result), declared))
    if declared is not None:
        result = replace(result, count=_declared(declared).count)
    lines.append(f"{indent}return {result.code}")
    return lines, replace(result, constant=NOT_CONSTANT, is_bool=True)


def _choice(
    choose: Choose, scope: Scope, declared: SequenceType | None, so_far: tuple[list[str], str]
) -> tuple[list[str], Value]:
    lines, indent = so_far
    results = []
    for test, branch in choose.branches:
        lines.append(f"{indent}if {as_boolean(scope.compile(test)).code}:")
        inside, result = _body(branch, scope, declared, indent + "    ")
        lines.extend(inside)
        results.append(result)
    rest, result = _body(choose.otherwise, scope, declared, indent)
    if any((other.kind, other.count) != (result.kind, result.count) for other in results):
        raise UnsupportedConstruct("branches of different types")
    return [*lines, *rest], result
