"""Our own engine under the gate: compiled from the official stylesheets each time, never taken from a cache.

A rule set that does not compile raises `UnsupportedConstruct`: the gate fails before it looks at a document.
"""

from collections.abc import Sequence

from lxml import etree

from documents.adapters.rule_gate.engines import EngineFailed, RawFinding
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.schematron import engine as schematron
from documents.adapters.schematron.compiler.stylesheet import compile_stylesheet
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.rule_set import RuleSet
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.tree import Unsuited

# What XPath calls an error. Anything else that ends an evaluation is a defect of generated code.
_EXPECTED = (EvaluationError, Unsuited, ArithmeticError)


def compile_rule_sets(files: RuleFiles, names: Sequence[str]) -> schematron.Engine:
    """Compile stylesheets as they lie on this machine."""
    return schematron.Engine({name: _rule_set(files, name) for name in names})


def _rule_set(files: RuleFiles, name: str) -> RuleSet:
    source = compile_stylesheet(read_stylesheet(files.stylesheet(name).path.read_bytes()))
    module: dict[str, object] = {}
    exec(compile(source, f"<{name}>", "exec"), module)  # noqa: S102 - our compiler wrote it
    return RuleSet(name, module)


class CompiledEngine:
    """Some rule sets of a compiled engine, over one tree."""

    def __init__(self, engine: schematron.Engine, names: Sequence[str]) -> None:
        self._engine = engine
        self._names = tuple(names)

    def findings(self, root: etree._Element) -> list[RawFinding]:
        try:
            found = self._engine.findings(root, self._names)
        except schematron.EvaluationFailed as error:
            if isinstance(error.__cause__, _EXPECTED):
                raise EngineFailed(error.reason) from error
            raise
        return [
            RawFinding(
                rule_id=each.rule_id,
                flag=each.flag,
                location=each.location,
                text=each.text,
                rule_set=each.rule_set,
            )
            for each in found
        ]
