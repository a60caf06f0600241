"""Calls: XPath's own functions, constructors of types, functions of the stylesheet.

Guarantees: an unknown function, or a known one with another number of arguments, is refused by name.
"""

from documents.adapters.schematron.compiler import node_functions, number_functions, string_functions
from documents.adapters.schematron.compiler.casts import constructed
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import Value
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import FN, XS, Expression

_LIBRARY = {**string_functions.FUNCTIONS, **number_functions.FUNCTIONS, **node_functions.FUNCTIONS}


def compile_call(expression: Expression, scope: Scope) -> Value:
    _, uri, local, arguments = expression
    if uri == FN:
        compiler = _LIBRARY.get((local, len(arguments)), _LIBRARY.get((local, None)))
        if compiler is None:
            raise UnsupportedConstruct(f"the function {local} with {len(arguments)} arguments")
        return compiler(arguments, scope)
    if uri == XS and len(arguments) == 1:
        return constructed(local, scope.compile(arguments[0]))
    function = scope.module.functions.get((uri, local, len(arguments)))
    if function is None:
        raise UnsupportedConstruct(f"the function {{{uri}}}{local} with {len(arguments)} arguments")
    return scope.module.compile_call(function, arguments, scope)
