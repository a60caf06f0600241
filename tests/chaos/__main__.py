"""`make chaos`: rounds of about a minute, each with a new seed, until the minutes are over.

Prints per round the seed, its faults, the requests, the answers by kind and the violations; keeps the evidence of each
violation in `.local/chaos/`; ends with totals, and with exit code 1 when anything was violated.
"""

import asyncio
import pickle
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer
from koerier.paths import find_layout

from chaos.evidence import Evidence, Violation
from chaos.opening import clear, make_root, opened
from chaos.points import victims_of
from chaos.rounds import Known, Plan, Round, play
from chaos.seeds import FOUND
from chaos.stories import tell_stories
from chaos.world import World

CLOCK = time.monotonic
TOLD = 20


@dataclass(slots=True)
class Totals:
    """What all rounds came to."""

    rounds: int = 0
    requests: int = 0
    violations: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    seeds: list[str] = field(default_factory=list)

    def add(self, played: Round) -> None:
        self.rounds += 1
        self.requests += played.requests
        self.violations += len(played.violations)
        self.faults.update(planned.fault.name for planned in played.injected.done)
        self.answers += played.answers
        if played.violations:
            self.seeds.append(played.seed)


def main(
    *,
    minutes: Annotated[float, typer.Option(help="How long.")] = 5.0,
    seed: Annotated[
        str, typer.Option(help="The first round's; drawn when it is missing, after those that found something.")
    ] = "",
    rounds: Annotated[int, typer.Option(help="At most so many rounds.")] = 10_000,
    stories: Annotated[int, typer.Option(help="First tell so many demos in which every step loses a process.")] = 0,
) -> None:
    """Disturb a platform of its own while it works, and prove that it loses and doubles nothing."""
    first = int(seed) if seed else random.SystemRandom().randrange(1_000_000)
    seeds = chain(() if seed else FOUND, (str(first + number) for number in count()))
    totals = asyncio.run(_run(seeds, seconds=minutes * 60, rounds=rounds, stories=stories))
    _print_totals(totals)
    sys.exit(1 if totals.violations else 0)


async def _run(seeds: Iterator[str], *, seconds: float, rounds: int, stories: int) -> Totals:
    totals = Totals()
    root = make_root()
    try:
        _say("starting the platform under test")
        async with opened(root, seed="links", with_small_disk=True) as (world, known):
            if stories:
                await _tell(world, known, stories, next(seeds), totals)
            end = CLOCK() + seconds
            while totals.rounds < rounds and CLOCK() < end:
                seed = next(seeds)
                _say(f"\n== seed {seed}, round {totals.rounds + 1}")
                played = await play(world, seed, Plan(), known, _say)
                totals.add(played)
                _print_round(played)
                if played.violations:
                    _keep(world, played.seed, played.violations, played.evidence)
    finally:
        clear(root)
    return totals


async def _tell(world: World, known: Known, stories: int, seed: str, totals: Totals) -> None:
    _say(f"\n== {stories} demos in which every step loses a process, seed {seed}")
    told = await tell_stories(
        world, known, {number: victims_of(number) for number in range(stories)}, seed=seed, say=_say
    )
    totals.kills, totals.violations = told.kills, len(told.violations)
    _say(f"   kills: {told.kills}\n   violations: {len(told.violations)}")
    for violation in told.violations[:TOLD]:
        _say(f"   ✗ {violation}")
    if told.violations:
        totals.seeds.append(f"stories {seed}")
        _keep(world, f"stories-{seed}", told.violations, told.evidence)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what this command is for


def _print_round(played: Round) -> None:
    injected = played.injected
    answers = ", ".join(f"{count} {kind}" for kind, count in sorted(played.answers.items()))
    lines = [
        f"   faults: {len(injected.done)}, not possible: {len(injected.missed)}",
        f"   requests: {played.requests} ({answers})",
        *(f"   the tests stumbled: {what}" for what in (*injected.errors, *played.stumbled)),
        f"   seconds: {', '.join(f'{seconds:.0f} {phase}' for phase, seconds in played.seconds.items())}",
        f"   violations: {len(played.violations)}",
        *(f"   ✗ {violation}" for violation in played.violations[:TOLD]),
    ]
    _say("\n".join(lines))


def _keep(world: World, name: str, violations: Sequence[Violation], evidence: Evidence) -> None:
    """Keep what a violation can be understood from: evidence, history and the processes' logs."""
    place = find_layout().local / "chaos" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with (place / "evidence.pickle").open("wb") as file:
        pickle.dump(evidence, file)
    (place / "violations.txt").write_text("\n".join(str(violation) for violation in violations))
    local: Path = world.stage.layout.local
    shutil.copytree(local / "logs", place / "logs")
    for log in ("history.jsonl", "receivers.jsonl"):
        shutil.copy(local / log, place)
    _say(f"   evidence is kept in {place}")


def _print_totals(totals: Totals) -> None:
    faults = ", ".join(f"{count} {name}" for name, count in totals.faults.most_common())
    answers = ", ".join(f"{count} {kind}" for kind, count in totals.answers.most_common())
    lines = [
        "",
        f"{totals.rounds} rounds, {totals.faults.total()} faults, {totals.requests} requests"
        + (f"; {totals.kills} processes killed in demos" if totals.kills else ""),
        f"faults: {faults}",
        f"answers: {answers}",
        f"violations: {totals.violations}" + (f", seeds {', '.join(totals.seeds)}" if totals.seeds else ""),
    ]
    _say("\n".join(lines))


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
