"""The documents of a gate run, for one suite of rule sets: mutants, directed documents, and the bases as they are.

Guarantees: a plan and a seed always give the same documents; they are split into shares by number, so that the
processes of a run together make each document once.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument, bases_in, declaring, own_bases
from documents.adapters.rule_gate.directed.document import Directed
from documents.adapters.rule_gate.directed.remembered import REMEMBERED
from documents.adapters.rule_gate.directed.table import RULE_KINDS, directed_documents, nationals
from documents.adapters.rule_gate.material import Material, gather
from documents.adapters.rule_gate.mutants import FREE, VALID, Mutant, MutantMaker, Recipe
from documents.adapters.rule_gate.rule_paths import rule_paths_of, words_of
from documents.adapters.rule_gate.schema_model import read_schemas
from documents.adapters.rule_gate.schema_paths import SchemaPaths
from documents.adapters.rule_gate.suites import ROOTS, Suite
from documents.adapters.rule_gate.tally import GateDocument
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.schemas import Schemas
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.domain.findings import Syntax

# A suite with this part of all mutants, or more, also gets every directed document.
_WHOLE_SHARE = 1 / 0.4
# For rules that no directed document lets speak; each of both recipes.
_FURTHER_MUTANTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is looked at. `directed` is the share of the directed documents, 1 for all of them.

    `official` is a folder with documents and test sets of the publishers; without it the project's samples are the
    only bases.
    """

    seed: str
    valid: int
    free: int
    directed: float = 1.0
    unchanged: bool = True
    official: Path | None = None


class Workload:
    """Everything that is needed to make the documents of a suite."""

    def __init__(self, files: RuleFiles, suite: Suite, plan: Plan) -> None:
        self._plan = plan
        self._suite = suite
        self._schemas = Schemas(files)
        self.bases = bases_of(suite, plan.official)
        self.material = _material(files, suite, self.bases)
        self._own = [base for base in self.bases if base.group == "own"]
        bases = [*self.bases, *nationals(self._own, self.material)]
        self.maker = MutantMaker(bases, self.material, is_valid=self.is_valid, seed=f"{plan.seed}/{suite.name}")

    def is_valid(self, root: etree._Element, syntax: Syntax) -> bool:
        return not self._schemas.findings(root, syntax)

    def documents(self, share: int = 0, shares: int = 1) -> Iterator[GateDocument]:
        """The documents whose number leaves the remainder `share`, kind after kind."""
        if self._plan.unchanged:
            yield from self._unchanged(self.bases[share::shares])
        yield from map(self._made, self._drawn[share::shares])
        for recipe, wanted in ((VALID, self._plan.valid), (FREE, self._plan.free)):
            for number in range(share, round(wanted * self._suite.share), shares):
                mutant = self.maker.make(recipe, number)
                if mutant is not None:
                    yield _mutated(mutant, recipe)

    def of_mutator(self, recipe: Recipe, number: int) -> GateDocument | None:
        """One mutant by a recipe of one's own."""
        mutant = self.maker.make(recipe, number)
        return _mutated(mutant, recipe) if mutant else None

    def _unchanged(self, bases: Sequence[BaseDocument]) -> Iterator[GateDocument]:
        for base in bases:
            valid = self.is_valid(base.tree(), base.syntax)
            yield GateDocument(
                label="unchanged", key="", base=_named(base), steps=(), content=base.content, valid=valid
            )

    def directed(self) -> Iterator[Directed]:
        """All directed documents, not made yet."""
        return directed_documents(self._own, self.material)

    def directed_documents(self, wanted: Callable[[Directed], float]) -> Iterator[GateDocument]:
        """A sample: `wanted` tells the share for each; the seed decides which."""
        for directed in self.directed():
            if self._is_drawn(directed, wanted(directed)):
                yield self._made(directed)

    def undrawn(self) -> Iterator[GateDocument]:
        """What is not among `documents`, made one by one: the other directed documents, then further mutants."""
        drawn = {directed.key for directed in self._drawn}
        yield from (self._made(directed) for directed in self.directed() if directed.key not in drawn)
        counts = ((VALID, self._plan.valid), (FREE, self._plan.free))
        first = max(round(wanted * self._suite.share) for _, wanted in counts)
        for number in range(first, first + _FURTHER_MUTANTS):
            made = (self.of_mutator(recipe, number) for recipe, _ in counts)
            yield from (document for document in made if document is not None)

    @cached_property
    def _drawn(self) -> list[Directed]:
        return [directed for directed in self.directed() if self._is_drawn(directed, self._share_of(directed))]

    def _share_of(self, directed: Directed) -> float:
        """What suites have in common is looked at most in the suites that matter most."""
        common = 1.0 if directed.kind in RULE_KINDS else min(1.0, self._suite.share * _WHOLE_SHARE)
        return self._plan.directed * common

    def _is_drawn(self, directed: Directed, share: float) -> bool:
        return directed.key in REMEMBERED or _drawn(f"{self._plan.seed}/{directed.key}", share)

    def _made(self, directed: Directed) -> GateDocument:
        content = directed.content()
        return GateDocument(
            label=f"directed: {directed.kind}",
            key=directed.key,
            base=_named(directed.base),
            steps=(),
            content=content,
            valid=self.is_valid(etree.fromstring(content), directed.base.syntax),
        )


def bases_of(suite: Suite, official: Path | None) -> tuple[BaseDocument, ...]:
    """The bases of a suite: the project's own, declared to be of its kind, and those of the folder as they are."""
    own = tuple(base for base in own_bases() if base.syntax is suite.syntax)
    if suite.customization_id:
        own = tuple(declaring(base, suite.customization_id) for base in own)
    return own + tuple(base for base in (bases_in(official) if official else ()) if base.syntax is suite.syntax)


def _material(files: RuleFiles, suite: Suite, bases: Sequence[BaseDocument]) -> Material:
    schema = read_schemas(files.schemas.rglob("*.xsd"))
    stylesheets = [read_stylesheet(files.stylesheet(name).path.read_bytes()) for name in suite.rule_sets]
    roots = [SchemaPaths(schema, root) for root in ROOTS[suite.syntax]]
    return gather(
        bases,
        schema,
        words=(word for stylesheet in stylesheets for word in words_of(stylesheet)),
        rule_paths=(path for stylesheet in stylesheets for path in rule_paths_of(stylesheet, roots)),
    )


def _mutated(mutant: Mutant, recipe: Recipe) -> GateDocument:
    return GateDocument(
        label=recipe.label,
        key=mutant.key,
        base=mutant.base,
        steps=mutant.steps,
        content=mutant.content,
        valid=recipe.valid,
    )


def _named(base: BaseDocument) -> str:
    return f"{base.group}/{base.name}"


def _drawn(key: str, share: float) -> bool:
    """Whether a document is among those that are looked at: decided by its own name, not by what stands before it."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4])
    return number < share * 2**32
