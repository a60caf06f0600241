"""Open-loop arrivals: when each request is made is decided beforehand, whatever the answers do.

A slow answer delays nobody's clock: a request's latency counts from the moment when it was due. What a closed loop
hides (nobody asks while everybody waits) is in the figures.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Of one row of requests, in milliseconds; `lost` had no answer, or a bad one."""

    p50: float
    p90: float
    p99: float
    longest: float
    count: int
    lost: int


def arrivals(*, rate: float, seconds: float, seed: int = 0) -> list[float]:
    """Return the moments of independent arrivals (exponential gaps), in seconds from the start; the seed decides."""
    if rate <= 0 or seconds <= 0:
        raise ValueError(f"no arrivals at {rate}/s in {seconds} s")
    chance = random.Random(seed)  # noqa: S311 - varied, not secret
    moments = []
    moment = chance.expovariate(rate)
    while moment < seconds:
        moments.append(moment)
        moment += chance.expovariate(rate)
    return moments


def latencies(due: Sequence[float], done: Sequence[float | None], *, since: float = 0.0) -> Latencies:
    """Summarize requests that were due at or after `since`; None is one without a good answer.

    Of those without an answer nobody knows how long it would have taken: they are counted, and count as the longest.
    """
    if len(due) != len(done):
        raise ValueError(f"{len(due)} requests, {len(done)} outcomes")
    wanted = [(at, end) for at, end in zip(due, done, strict=True) if at >= since]
    taken = [(end - at) * 1000 for at, end in wanted if end is not None]
    if not taken:
        raise ValueError(f"none of {len(wanted)} requests had a good answer")
    lost = len(wanted) - len(taken)
    longest = max(taken)
    ranked = taken + [longest] * lost
    return Latencies(
        p50=percentile(ranked, 0.5),
        p90=percentile(ranked, 0.9),
        p99=percentile(ranked, 0.99),
        longest=longest,
        count=len(wanted),
        lost=lost,
    )
