"""The arithmetic of measuring: which figure stands for many.

Guarantees: a figure that stands for several runs was measured in one of them, it is not an average of two; what cannot
be computed is refused, never zero.
"""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What a series of calls cost, in milliseconds of processor time each."""

    median: float
    mean: float
    fastest: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a series may take: until `seconds` are over, but never fewer than `least` calls nor more than `most`."""

    seconds: float
    least: int
    most: int

    def allows(self, calls: int, elapsed: float) -> bool:
        """Tell whether another call may follow `calls` calls that took `elapsed` seconds together."""
        return calls < self.least or (calls < self.most and elapsed < self.seconds)


def summary(milliseconds: Sequence[float]) -> Calls:
    """Summarize a series of at least one call."""
    return Calls(
        median=statistics.median(milliseconds),
        mean=statistics.fmean(milliseconds),
        fastest=min(milliseconds),
        count=len(milliseconds),
    )


def middle(runs: Sequence[float]) -> float:
    """Take the middle one of the runs; of an even number the lower middle one."""
    return statistics.median_low(runs)


def spread(runs: Sequence[float]) -> float:
    """Tell how far the runs are apart, as a part of the middle one."""
    return (max(runs) - min(runs)) / middle(runs)


def times_cheaper(other: float, own: float) -> float:
    """Tell how many times less than `other` costs `own` costs."""
    if other <= 0 or own <= 0:
        raise ValueError(f"no ratio of {other} and {own}: both must be measured")
    return other / own


def measured(
    call: Callable[[], object],
    budget: Budget,
    *,
    between: Callable[[], object] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """Call within the budget and return what each call took, in milliseconds of the clock; `between` is not counted.

    The clock is the processor time of this process with all its threads: on a busy machine a series is as long as on a
    quiet one. What happens between the calls uses up the budget too.
    """
    spent: list[float] = []
    started = clock()
    while budget.allows(len(spent), clock() - started):
        if between is not None:
            between()
        before = clock()
        call()
        spent.append((clock() - before) * 1000)
    return spent


def work(
    calls: Sequence[Callable[[], object]], seconds: float, *, clock: Callable[[], float] = time.process_time
) -> None:
    """Make the calls in turn, at least once, until this process used so much processor time."""
    started = clock()
    while True:
        for call in calls:
            call()
        if clock() - started >= seconds:
            return


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of all are not above (nearest rank): one that was measured."""
    if not values:
        raise ValueError("no percentile of nothing")
    if not 0 < share <= 1:
        raise ValueError(f"a share is above 0 and at most 1, not {share}")
    ranked = sorted(values)
    return ranked[math.ceil(share * len(ranked)) - 1]


def per_second(count: int, seconds: float) -> float:
    """Return a rate; refuses one of no time or no work, which was not measured."""
    if count <= 0 or seconds <= 0:
        raise ValueError(f"no rate of {count} in {seconds} s")
    return count / seconds


def middle_ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """Return the middle of the runs' ratios: each run's two figures were measured side by side."""
    if not ours or len(ours) != len(floor):
        raise ValueError(f"{len(ours)} runs of ours beside {len(floor)} of the floor: they are measured in pairs")
    return middle([times_cheaper(own, bare) for own, bare in zip(ours, floor, strict=True)])
