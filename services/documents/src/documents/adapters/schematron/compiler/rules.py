"""A rule as a Python function: it gets the elements that selected it, all at once, and adds its findings.

A finding is (number of the check, element). The text of a finding is made only for findings.
"""

from dataclasses import dataclass

from documents.adapters.schematron.compiler.atoms import atomized
from documents.adapters.schematron.compiler.casts import as_text
from documents.adapters.schematron.compiler.forms import has_two_forms
from documents.adapters.schematron.compiler.logic import as_boolean, negated
from documents.adapters.schematron.compiler.module import Module, Scope
from documents.adapters.schematron.compiler.repeated import once_per_item
from documents.adapters.schematron.compiler.triggers import Trigger, triggers_of
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    NOT_CONSTANT,
    ROOT_CONTEXT,
    UNTYPED,
    Kind,
    Value,
    recoded,
    stored,
    text_constant,
    union_of_uses,
)
from documents.adapters.schematron.model import Check, Let, Rule
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

ELEMENT = Value(code="n", kind=Kind.ELEMENT, uses=frozenset({"n"}))
_INDENT = " " * 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """`function` is None when the rule finds nothing that is not in its triggers."""

    function: str | None
    triggers: tuple[Trigger, ...]


def compile_rule(rule: Rule, module: Module, *, of_root: bool) -> CompiledRule:
    """Write the rule's function; `of_root`: the rule is of the root element, so that its triggers are looked for."""
    context = ROOT_CONTEXT if of_root else ELEMENT
    scope = Scope(module=module, context=context, variables={}, repeated=not of_root)
    lines: list[str] = []
    triggers: list[Trigger] = []
    for part in rule.body:
        if isinstance(part, Let):
            scope = _let(part, scope, lines)
            continue
        found = triggers_of(part) if of_root else None
        if found is not None:
            triggers.extend(found)
            continue
        try:
            lines.extend(_check(part, scope))
        except UnsupportedConstruct as error:
            raise error.at(part.id or f"the check {part.test_text}") from error
    name = None
    if any("F((" in line for line in lines):
        name = module.fresh("r")
        module.blocks.append(once_per_item(f"def {name}(N, D, M, F):\n    for n in N:\n" + "\n".join(lines) + "\n"))
    return CompiledRule(function=name, triggers=tuple(triggers))


def _let(let: Let, scope: Scope, lines: list[str]) -> Scope:
    value = stored(scope.compile(let.value))
    if not value.is_document_wide:
        name = scope.module.fresh("v")
        lines.extend(scope.module.statement(f"{name} = ", value, _INDENT))
        value = recoded(value, code=name, uses=frozenset({name}), constant=NOT_CONSTANT)
    return scope.having(let.name, value)


def _check(check: Check, scope: Scope) -> list[str]:
    test = scope.compile(check.test)
    broken = negated(test) if check.kind == "assert" else as_boolean(test)
    finding = f"F(({check.number}, n))"
    if broken.is_constant:
        return [f"{_INDENT}{finding}"] if broken.constant else []
    if has_two_forms(broken.code):
        return [*scope.module.statement("b = ", broken, _INDENT), f"{_INDENT}if b:", f"{_INDENT}    {finding}"]
    return [
        f"{_INDENT}if {broken.code.removeprefix('(').removesuffix(')') if _is_not(broken) else broken.code}:",
        f"{_INDENT}    {finding}",
    ]


def _is_not(value: Value) -> bool:
    return value.code.startswith("(not ") and value.code.endswith(")")


def compile_text(rule: Rule, check: Check, module: Module) -> str | None:
    """Write the function that gives the text of a finding; None when the text is the same for all."""
    if all(isinstance(part, str) for part in check.text):
        return None
    scope = Scope(module=module, context=ELEMENT, variables={})
    lines: list[str] = []
    for part in rule.body:
        if part is check:
            break
        if isinstance(part, Let):
            scope = _let(part, scope, lines)
    parts = [_part(part, scope) for part in check.text]
    whole = Value(code=" + ".join(part.code for part in parts), kind=Kind.STRING, uses=union_of_uses(*parts))
    name = module.fresh("t")
    body = "\n".join(line[4:] for line in [*lines, *module.statement("return ", whole, _INDENT)])
    module.blocks.append(f"def {name}(n, D, M):\n{body}\n")
    return name


def _part(part: str | Expression, scope: Scope) -> Value:
    """A part of a text: literal, or a sequence: its items with a blank between them (XSLT 2.0, 11.4.3)."""
    if isinstance(part, str):
        return text_constant(part)
    value = scope.compile(part)
    return Value(code=_printed(value, scope.module), kind=Kind.STRING, uses=value.uses)


def _printed(value: Value, module: Module) -> str:
    atom = atomized(value)
    if atom.kind is Kind.NOTHING:
        return "''"
    if atom.kind in UNTYPED or atom.kind is Kind.STRING:
        return f"' '.join({as_many(atom)})"
    name = module.fresh("x")
    return f"' '.join([{as_text(Value(code=name, kind=atom.kind)).code} for {name} in {as_many(atom)}])"
