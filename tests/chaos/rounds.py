"""One round: load and faults from one seed, then quiet, then every check; and the totals of many."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chaos import probe, stores
from chaos.checks.every import violations_of
from chaos.evidence import Evidence, Violation
from chaos.faults.schedule import Injected, Planned, draw_faults, heal, inject
from chaos.history import read_history
from chaos.load import draw_arrivals, run_load
from chaos.quiet import wait_until_quiet
from chaos.world import World, companies, refresh_tokens

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How hard a round is."""

    seconds: float = 32.0
    per_second: float = 12.0
    fault_every: float = 2.0
    short: bool = False
    faults: Sequence[Planned] | None = None
    """In place of drawn ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What came of a seed."""

    seed: str
    injected: Injected
    answers: Counter[str]
    violations: list[Violation]
    evidence: Evidence
    stumbled: list[str]
    seconds: dict[str, float]

    @property
    def requests(self) -> int:
        return self.answers.total()


@dataclass(slots=True)
class Watch:
    """Where the time of a round went."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.monotonic)

    def passed(self, phase: str) -> None:
        now = time.monotonic()
        self.seconds[phase], self._since = now - self._since, now


@dataclass(slots=True)
class Known:
    """Violations of earlier rounds: the stores keep them, they are told once."""

    told: set[Violation] = field(default_factory=set)
    earlier_events: set[str] = field(default_factory=set)

    def new(self, violations: Sequence[Violation]) -> Iterator[Violation]:
        for violation in violations:
            if violation not in self.told:
                self.told.add(violation)
                yield violation


async def play(world: World, seed: str, plan: Plan, known: Known, say: Say) -> Round:
    """Play a seed's round and check everything that the platform holds by then."""
    world.round_name = f"{seed}.{len(world.sent)}"
    watch = Watch()
    await refresh_tokens(world)
    watch.passed("tokens")
    before = Counter(world.history.counts)
    arrivals = draw_arrivals(seed, seconds=plan.seconds, per_second=plan.per_second)
    faults = plan.faults
    if faults is None:
        faults = draw_faults(seed, seconds=plan.seconds, every=plan.fault_every, short=plan.short)
    stumbled, injected = await asyncio.gather(run_load(world, arrivals), inject(world, faults, say))
    watch.passed("load and faults")
    await heal(world)
    watch.passed("healing")
    left = await wait_until_quiet(world.stage)
    watch.passed("quiet")
    evidence = await collect(world, known, left, random.Random(f"{seed} probe"))  # noqa: S311 - repeatable, not secret
    watch.passed("reading")
    violations = list(known.new(violations_of(evidence)))
    watch.passed("checks")
    return Round(
        seed=seed,
        injected=injected,
        answers=Counter(world.history.counts) - before,
        violations=violations,
        evidence=evidence,
        stumbled=stumbled,
        seconds=watch.seconds,
    )


async def collect(world: World, known: Known, left: dict[str, int], chance: random.Random) -> Evidence:
    """Read the stores, and everything as everybody."""
    stage = world.stage
    world.history.flush()
    evidence = Evidence(
        history=read_history(stage.layout.local / "history.jsonl"),
        left=left,
        poison=set(world.poison),
        earlier_events=known.earlier_events,
        cast={UUID(company.administrator.environment_id) for company in companies(world.stories)},
    )
    await stores.read_rows(stage, evidence)
    await probe.read_as_everybody(world, evidence, chance)
    await stores.read_the_rest(stage, evidence)
    return evidence
