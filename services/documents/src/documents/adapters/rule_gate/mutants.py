"""Mutants: documents that differ from a base by one to five steps, each made from a seed and a number alone.

Guarantees: the same bases, material, seed, label and number give the same bytes, whatever was made before. A *valid*
mutant satisfies its XML schema after every step, because a step that breaks it is taken back; a *free* one may be
anything that is well-formed. Its bytes are parsed again before an engine sees it, so that both see what was written.
"""

import copy
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.material import Material
from documents.adapters.rule_gate.mutators.subject import Subject
from documents.adapters.rule_gate.mutators.table import MUTATORS, VALID_MUTATORS, Mutator
from documents.domain.findings import Syntax

IsValid = Callable[[etree._Element, Syntax], bool]  # noqa: SLF001 - lxml has no public name for it
# Mostly few: a document with one oddity shows what a document with five hides, since one error ends a rule set.
_STEPS = (1, 1, 1, 2, 2, 3, 4, 5)
_TRIES_PER_STEP = 12
_TRIES_PER_MUTANT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    mutator: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A document with its history; `key` (seed/label/number) makes it again."""

    key: str
    base: str
    steps: tuple[Step, ...]
    content: bytes


@dataclass(slots=True, kw_only=True)
class Attempts:
    """How often a mutator was tried, found a place, and was kept."""

    tried: int = 0
    applied: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What mutants of a label may be: which bases and mutators, how many steps (one of `steps`), valid or not."""

    label: str
    valid: bool
    mutators: tuple[Mutator, ...] = MUTATORS
    steps: tuple[int, ...] = _STEPS


VALID = Recipe(label="valid", valid=True, mutators=VALID_MUTATORS)
FREE = Recipe(label="free", valid=False)


class MutantMaker:
    """Makes mutants of the bases; also counts what became of every step, by mutator."""

    def __init__(self, bases: Sequence[BaseDocument], material: Material, *, is_valid: IsValid, seed: str) -> None:
        self._material = material
        self._is_valid = is_valid
        self._seed = seed
        self._trees = {id(base): base.tree() for base in bases}
        self._free = _by_group(bases)
        self._valid = _by_group([base for base in bases if is_valid(self._trees[id(base)], base.syntax)])
        self.attempts: dict[str, Attempts] = {}

    def make(self, recipe: Recipe, number: int) -> Mutant | None:
        """The mutant of that number; none when no step was possible, which few recipes run into."""
        key = f"{self._seed}/{recipe.label}/{number}"
        rng = random.Random(key)  # noqa: S311 - a seed must give the same documents again
        groups = self._valid if recipe.valid else self._free
        if not groups:
            return None
        for _ in range(_TRIES_PER_MUTANT):
            base = rng.choice(rng.choice(groups))
            root, steps = self._mutate(base, recipe, rng)
            if steps:
                content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
                return Mutant(key=key, base=f"{base.group}/{base.name}", steps=tuple(steps), content=content)
        return None

    def _mutate(self, base: BaseDocument, recipe: Recipe, rng: random.Random) -> tuple[etree._Element, list[Step]]:
        root = self._trees[id(base)]
        steps: list[Step] = []
        for _ in range(rng.choice(recipe.steps)):
            for _ in range(_TRIES_PER_STEP):
                mutator = rng.choice(recipe.mutators)
                changed = copy.deepcopy(root)
                change = self._attempt(mutator, changed, base.syntax if recipe.valid else None, rng)
                if change is not None:
                    root = changed
                    steps.append(Step(mutator=mutator.name, change=change))
                    break
        return root, steps

    def _attempt(self, mutator: Mutator, root: etree._Element, syntax: Syntax | None, rng: random.Random) -> str | None:
        """Apply a mutator; with a syntax, only a change that leaves the document valid counts."""
        attempts = self.attempts.setdefault(mutator.name, Attempts())
        attempts.tried += 1
        change = mutator.mutate(Subject(root=root, material=self._material), rng)
        if change is None:
            return None
        attempts.applied += 1
        if syntax is not None and not self._is_valid(root, syntax):
            return None
        attempts.kept += 1
        return change


def _by_group(bases: Sequence[BaseDocument]) -> list[list[BaseDocument]]:
    groups: dict[str, list[BaseDocument]] = {}
    for base in bases:
        groups.setdefault(base.group, []).append(base)
    return list(groups.values())
