"""The Python module that a stylesheet becomes: its constants, its document-wide values and its functions.

Guarantees: the same stylesheet gives the same source, byte for byte; an expression that is the same for the whole
document is evaluated at most once per document, and only when something asks for it.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from documents.adapters.schematron.compiler.forms import exact, fast, has_two_forms, may_fail
from documents.adapters.schematron.compiler.values import DOCUMENT_CONTEXT, Value
from documents.adapters.schematron.model import Function, Let
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression, variables

_REMEMBERED: Final = r"\(M\[\d+\] if M\[\d+\] is not U else [mw]\d+\(D, M\)\)"
_AT_HAND: Final = re.compile(
    rf"\(not {_REMEMBERED}\)|{_REMEMBERED}(\.get\('[^']*', NONE\))?|D\.root\.children\.get\('[^']*', NONE\)"
)


class CompileExpression(Protocol):
    def __call__(self, expression: Expression, scope: "Scope") -> Value: ...


class CompileCall(Protocol):
    """Compile a call of a stylesheet's own function."""

    def __call__(self, function: Function, arguments: tuple[Expression, ...], scope: "Scope") -> Value: ...


class Module:
    """What generated functions share while the source is being written."""

    def __init__(
        self,
        *,
        compile_expression: CompileExpression,
        compile_call: CompileCall,
        lets: Mapping[str, Let],
        functions: Mapping[tuple[str, str, int], Function],
        occurrences: Mapping[Expression, int],
    ) -> None:
        self.compile_expression = compile_expression
        self.compile_call = compile_call
        self.functions = functions
        self.occurrences = occurrences
        self.lets = lets
        self._constants: dict[str, str] = {}
        self._values: dict[Hashable, Value] = {}
        self._names: dict[str, int] = {}
        self.blocks: list[str] = []
        self.value_count = 0

    def fresh(self, prefix: str) -> str:
        """A Python name that nothing else has."""
        self._names[prefix] = self._names.get(prefix, 0) + 1
        return f"{prefix}{self._names[prefix]}"

    def constant(self, code: str) -> str:
        """The name of a constant that is made once, when the module is loaded."""
        name = self._constants.get(code)
        if name is None:
            name = self._constants[code] = self.fresh("K")
        return name

    def constants(self) -> list[str]:
        return [f"{name} = {code}" for code, name in self._constants.items()]

    def once_per_document(self, key: Hashable, value: Value) -> Value:
        """Let a value that needs no context be evaluated once; `key` says which expression it is."""
        known = self._values.get(key)
        if known is not None:
            return known
        number = self.value_count
        self.value_count += 1
        name = f"{'m' if may_fail(value.code) else 'w'}{number}"
        self.blocks.append("\n".join([f"def {name}(D, M):", *_kept(number, value.code), "    return v\n"]))
        once = replace(value, code=f"(M[{number}] if M[{number}] is not U else {name}(D, M))", truth=None, child=None)
        self._values[key] = once
        return once

    def statement(self, begin: str, value: Value, indent: str) -> list[str]:
        """A statement that ends in a value; its exact form, where it has one, in a function of its own.

        So that the function that the statement stands in stays as fast as without.
        """
        if not has_two_forms(value.code):
            return [f"{indent}{begin}{value.code}"]
        name = self.fresh("e")
        parameters = ", ".join(("D", "M", *sorted(value.variables)))
        self.blocks.append(f"def {name}({parameters}):\n    return {exact(value.code)}\n")
        return [
            f"{indent}try:",
            f"{indent}    {begin}{fast(value.code)}",
            f"{indent}except EvaluationError:",
            f"{indent}    {begin}{name}({parameters})",
        ]

    def shared(self, expression: Expression, value: Value, scope: "Scope") -> Value:
        """A document-wide value as it is, or remembered when the expression is written more than once."""
        if not value.is_document_wide or value.is_constant or self.occurrences.get(expression, 0) <= 1:
            return value
        if is_at_hand(value):
            return value
        meanings = tuple((name, scope.variable(name).code) for name in sorted(variables(expression)))
        return self.once_per_document((expression, meanings, value.uses), value)

    def global_variable(self, name: str) -> Value:
        """A variable of the stylesheet. Relative paths in it start at the document node."""
        let = self.lets.get(name)
        if let is None:
            raise UnsupportedConstruct("an unknown variable", f"${name}")
        key = ("global", name)
        known = self._values.get(key)
        if known is None:
            value = Scope.of_document(self).compile(let.value)
            if value.is_many and may_fail(value.code):  # unlike a path it is evaluated as a whole
                value = replace(value, code=f"list({value.code})")
            known = value if value.is_constant else replace(self.once_per_document(key, value), uses=frozenset())
            self._values[key] = known
        return known


def is_at_hand(value: Value) -> bool:
    """Whether it is one step away from the root element or from a remembered value: found as quickly as remembered."""
    return _AT_HAND.fullmatch(value.code) is not None


def _kept(number: int, code: str) -> list[str]:
    """The statements that evaluate a value of the document and keep it."""
    if not has_two_forms(code):
        return [f"    v = M[{number}] = {code}"]
    return [
        "    try:",
        f"        v = M[{number}] = {fast(code)}",
        "    except EvaluationError:",
        f"        v = M[{number}] = {exact(code)}",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an expression stands: its context item and the variables around it."""

    module: Module
    context: Value | None
    variables: Mapping[str, Value]
    of_path_type: bool = False
    """The context is a path type, not an element: only its names can be asked for."""
    repeated: bool = True
    """What is compiled here runs for many elements, so that nothing document-wide should be computed in place."""

    @classmethod
    def of_document(cls, module: Module) -> "Scope":
        """The scope of what is evaluated once per document: the document node is the context."""
        return cls(module=module, context=DOCUMENT_CONTEXT, variables={})

    def compile(self, expression: Expression) -> Value:
        return self.module.compile_expression(expression, self)

    def inside(self, context: Value) -> "Scope":
        return replace(self, context=context)

    def having(self, name: str, value: Value) -> "Scope":
        return replace(self, variables={**self.variables, name: value})

    def variable(self, name: str) -> Value:
        value = self.variables.get(name)
        return value if value is not None else self.module.global_variable(name)

    def item(self) -> Value:
        if self.context is None:
            raise UnsupportedConstruct("the context item where there is none", ".")
        return self.context
