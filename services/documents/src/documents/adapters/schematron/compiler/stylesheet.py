"""A whole rule set as the source of a Python module.

The module consists of functions and of tables that say when which function runs; `rule_set` reads the tables. The
source is derived from the publisher's rules: it is made on each machine and never distributed (rule-engine.md 8).
Guarantees: a construct that is not known fails the compilation, with the construct and the rule's id.
"""

import re
from collections import Counter
from typing import Final

from documents.adapters.schematron.compiler.calls import Calls
from documents.adapters.schematron.compiler.expressions import compile_expression
from documents.adapters.schematron.compiler.matching import CompiledAlternative, Conditions, compile_alternative
from documents.adapters.schematron.compiler.module import Module
from documents.adapters.schematron.compiler.rules import compile_rule, compile_text
from documents.adapters.schematron.model import Check, Rule, Stylesheet
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression, walk

_HEADER: Final = '''"""Generated from a rule set of its publisher; not to be edited, committed or distributed."""

from documents.adapters.schematron.runtime.library import *  # noqa: F403
'''
_BRACKETED: Final = re.compile(r"\s*\[([^\]\s]+)\]")


def compile_stylesheet(stylesheet: Stylesheet) -> str:
    """Compile a rule set; raises `UnsupportedConstruct` with the rule's id."""
    module = Module(
        compile_expression=compile_expression,
        compile_call=Calls().compile_call,
        lets={let.name: let for let in stylesheet.lets},
        functions={(f.uri, f.local, len(f.parameters)): f for f in stylesheet.functions},
        occurrences=_occurrences(stylesheet),
    )
    conditions = Conditions()
    checks: list[str] = []
    patterns = []
    for position, pattern in enumerate(stylesheet.patterns):
        rules = []
        for rule in pattern.rules:
            try:
                rules.append(_rule(rule, module, conditions))
                checks.extend(_check_row(rule, check, module, position) for check in rule.checks)
            except UnsupportedConstruct as error:
                raise error.at(f"the rule of {rule.context_text.strip()}") from error
        patterns.append(f"    (\n{''.join(rules)}    ),\n")
    module.blocks.extend(conditions.functions())
    return "\n".join(
        [
            _HEADER,
            *module.constants(),
            "\n",
            *(f"\n{block}" for block in module.blocks),
            f"\nVALUES = {module.value_count}",
            f"CONDITIONS = ({''.join(f'k{number}, ' for number in range(len(conditions.functions())))})",
            f"CHECKS = {{\n{''.join(checks)}}}",
            f"PATTERNS = (\n{''.join(patterns)})\n",
        ]
    )


def _occurrences(stylesheet: Stylesheet) -> Counter[Expression]:
    """How often each expression, and each beginning of a path, is written: once needs no memory."""
    counter: Counter[Expression] = Counter()
    for pattern in stylesheet.patterns:
        for rule in pattern.rules:
            for part in rule.body:
                for expression in walk(part.test if isinstance(part, Check) else part.value):
                    counter[expression] += 1
                    if expression[0] == "path":
                        counter.update(
                            ("path", expression[1], expression[2][:end]) for end in range(1, len(expression[2]))
                        )
    return counter


def _rule(rule: Rule, module: Module, conditions: Conditions) -> str:
    """A row: the function, its triggers, the alternatives of its context."""
    alternatives = [compile_alternative(alternative, module, conditions) for alternative in rule.context]
    compiled = compile_rule(rule, module, of_root=all(map(_is_root, alternatives)))
    triggers = "".join(f"({t.check}, {t.path!r}, {t.attribute!r}, {t.anywhere!r}), " for t in compiled.triggers)
    rows = "".join(map(_alternative, alternatives))
    return f"        ({compiled.function}, ({triggers}), (\n{rows}        )),\n"


def _is_root(alternative: CompiledAlternative) -> bool:
    """Whether only the root element can match, and always does when its name is right."""
    conditions = alternative.by_name, alternative.by_document, alternative.by_key, alternative.by_element
    return (
        alternative.anchored
        and len(alternative.steps) == 1
        and not any(conditions)
        and not alternative.steps[0].anywhere
    )


def _alternative(alternative: CompiledAlternative) -> str:
    steps = "".join(f"({s.key!r}, {s.uri!r}, {s.anywhere}), " for s in alternative.steps)
    return (
        f"            ({alternative.anchored}, ({steps}), {alternative.by_name}, "
        f"{alternative.by_document!r}, {_key(alternative)}, {alternative.by_element}),\n"
    )


def _key(alternative: CompiledAlternative) -> str:
    return f"({alternative.by_key[0]}, {alternative.by_key[1]!r})" if alternative.by_key else "None"


def _check_row(rule: Rule, check: Check, module: Module, pattern: int) -> str:
    try:
        function = compile_text(rule, check, module)
    except UnsupportedConstruct as error:
        raise error.at(f"the text of {check.id}") from error
    text = function or repr("".join(map(str, check.text)))
    return f"    {check.number}: ({_rule_id(check)!r}, {check.flag!r}, {text}, {pattern}),\n"


def _rule_id(check: Check) -> str:
    """A check without an id of its own has it in brackets before its text."""
    if check.id or not check.text or not isinstance(check.text[0], str):
        return check.id
    bracketed = _BRACKETED.match(check.text[0])
    return bracketed.group(1) if bracketed else ""
