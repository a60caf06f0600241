"""How far a gate run goes: the short one belongs to every test run, the long one to every release."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from documents.adapters.rule_gate.suites import Suite, suites_of
from documents.adapters.rule_gate.workload import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a run looks at.

    `bugs` names the planted bugs, all when it is None; each may be caught by `bug_documents` documents of each kind.
    `everything_speaks`: a rule that never spoke, without a reason, is a problem. Only a long run with the publishers'
    documents can ask for that.
    """

    plan: Plan
    suites: tuple[Suite, ...] = field(default_factory=suites_of)
    processes: int = 1
    bugs: tuple[str, ...] | None = None
    bug_documents: int = 20
    everything_speaks: bool = False


def short_extent(*, seed: str = "", official: Path | None = None) -> Extent:
    """About a minute: a sample of everything."""
    return Extent(plan=Plan(seed=seed or fresh_seed(), valid=300, free=300, directed=0.01, official=official))


def long_extent(*, seed: str = "", official: Path | None = None, processes: int = 2) -> Extent:
    """20,000 mutants that satisfy their schema, some that need not, and every directed document."""
    plan = Plan(seed=seed or fresh_seed(), valid=20_000, free=5_000, directed=1.0, official=official)
    return Extent(plan=plan, processes=processes, bug_documents=100, everything_speaks=official is not None)


def fresh_seed() -> str:
    """Other documents each time; the seed stands in every report and makes them again."""
    return secrets.token_hex(4)
