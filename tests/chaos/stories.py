"""Tells stories in which processes are killed (`chaos.points`), then checks the stores as after every round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chaos import stores
from chaos.checks.every import violations_of
from chaos.evidence import Evidence, Violation
from chaos.history import read_history
from chaos.points import Say, tell, told_once
from chaos.quiet import wait_until_quiet
from chaos.rounds import Known
from chaos.world import World, companies

FIRST_STORY = 100
"""Far from the stories of the load's cast, on the same platform."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of some stories."""

    kills: int
    violations: list[Violation]
    evidence: Evidence


async def tell_stories(
    world: World, known: Known, stories: Mapping[int, Sequence[str | None]], *, seed: str, say: Say
) -> Told:
    """Tell the stories by number, each with its victims, one after the other."""
    told, wrong, kills = [], [], 0
    for number, victims in stories.items():
        story, violations, killed = await tell(
            world.stage, world.history, FIRST_STORY + number, victims, seed=seed, say=say
        )
        told.append(story)
        wrong += violations
        kills += killed
    left = await wait_until_quiet(world.stage)
    world.history.flush()
    evidence = Evidence(
        history=read_history(world.stage.layout.local / "history.jsonl"),
        left=left,
        poison=set(world.poison),
        earlier_events=known.earlier_events,
        cast={UUID(company.administrator.environment_id) for company in companies(world.stories)},
    )
    await stores.read_rows(world.stage, evidence)
    await stores.read_the_rest(world.stage, evidence)
    finished = [story for story in told if not any(str(story.run) in each.about for each in wrong)]
    wrong += [violation for story in finished for violation in told_once(story, evidence)]
    wrong += known.new(violations_of(evidence))
    return Told(kills, wrong, evidence)
