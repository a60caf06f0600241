"""Ours beside its floor: the same bytes moved with no business logic, in the same run and on the same servers.

Guarantees: in every run both are measured, one right after the other, and who goes first changes from run to run; the
ratio is the middle one of the runs' ratios.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.figures import middle, middle_ratio, spread
from bench.report import Options, Table

Measure = Callable[[], Awaitable[float]]
"""Measures once and returns a rate per second."""

_ROUGH = 100


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Rates per second of one subject, a pair per run; `target` is the least ratio that is wanted."""

    name: str
    unit: str
    target: float | None = None
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return middle_ratio(self.ours, self.floor)

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.ratio >= self.target

    async def measure(self, options: Options, *, floor: Measure, ours: Measure) -> "Comparison":
        """Fill in `repeat` pairs."""
        for number in range(options.repeat):
            for ours_turn in (False, True) if number % 2 == 0 else (True, False):
                kept = self.ours if ours_turn else self.floor
                kept.append(await (ours if ours_turn else floor)())
            print(f"  {self.name}: floor {self.floor[-1]:,.0f}, ours {self.ours[-1]:,.0f} {self.unit}", flush=True)
        return self

    def figures(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "floor": self.floor,
            "ours": self.ours,
            "ratio": self.ratio,
            "target": self.target,
            "met": self.met,
        }


def comparison_table(title: str, comparisons: Sequence[Comparison]) -> Table:
    """Return a row per subject: floor, ours, ratio and target."""
    rows = [
        [
            f"{each.name} ({each.unit})",
            _rate(each.floor),
            _rate(each.ours),
            f"{each.ratio:.2f}",
            verdict(each.target, met=each.met),
        ]
        for each in comparisons
    ]
    return Table(title=title, head=("what", "floor", "ours", "ratio", "target"), rows=rows)


def verdict(target: float | str | None, *, met: bool | None) -> str:
    """Write a target with whether it is met."""
    if target is None or met is None:
        return "-"
    wanted = f">= {target:.2f}" if isinstance(target, float) else target
    return f"{wanted}: {'met' if met else 'MISSED'}"


def comparison_figures(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    return {"comparisons": {each.name: each.figures() for each in comparisons}}


def quick_note(options: Options) -> list[str]:
    """Return the warning that belongs to a quick run."""
    return ["a quick run: short and cold; its figures are not to be quoted"] if options.quick else []


def _rate(runs: Sequence[float]) -> str:
    value = middle(runs)
    text = f"{value:,.0f}" if value >= _ROUGH else f"{value:.1f}"
    return f"{text} (spread {spread(runs):.0%})" if len(runs) > 1 else text
