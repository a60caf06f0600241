"""The short form of `make chaos`: load under faults from seeds that are kept, and a demo whose processes are killed.

One platform for all of it. What it leaves is also used to see the checkers bite in real stores.
"""

import copy
import random
from collections.abc import Callable

import pytest

from chaos.checks.every import violations_of
from chaos.evidence import Evidence, Read
from chaos.points import POINTS, VICTIMS
from chaos.rounds import Known, Plan, Round, play
from chaos.seeds import SHORT
from chaos.stories import tell_stories
from chaos.world import World

PLAN = Plan(seconds=14.0, per_second=8.0, fault_every=1.3, short=True)
KILLS = 4
Opening = tuple[World, Known]
Plant = Callable[[Evidence], None]


@pytest.fixture(scope="module", params=SHORT)
async def played(opening: Opening, request: pytest.FixtureRequest) -> Round:
    """Return the round of a seed."""
    world, known = opening
    return await play(world, request.param, PLAN, known, print)


@pytest.mark.requirement("RA1.2", "RA6.1", "R5.15", "R10.8")
async def test_nothing_is_lost_and_nothing_doubled_whatever_breaks(played: Round) -> None:
    assert [str(violation) for violation in played.violations] == []
    assert (played.injected.errors, played.stumbled) == ([], [])
    assert len(played.injected.done) >= 3
    assert played.answers["2xx"] >= 20


def _lose_a_document(evidence: Evidence) -> None:
    documents = evidence.rows["documents.documents"]
    documents.remove(next(row for row in documents if row["direction"] == "outbound" and row["state"] == "delivered"))


def _double_a_charge(evidence: Evidence) -> None:
    ledger = evidence.rows["billing.ledger_transactions"]
    ledger.append(dict(next(row for row in ledger if row["kind"] == "charge")))


def _change_a_balance(evidence: Evidence) -> None:
    evidence.rows["billing.accounts"][0]["balance_micros"] += 1


def _show_somebody_elses_document(evidence: Evidence) -> None:
    reader = next(read for read in evidence.reads if read.status == 200)
    theirs = next(row for row in evidence.rows["documents.documents"] if row["environment_id"] != reader.environment)
    body = {"items": [{"id": str(theirs["id"])}]}
    path = "/documents/v1/documents"
    evidence.reads.append(Read(reader=reader.reader, environment=reader.environment, path=path, status=200, body=body))


def _lose_an_event(evidence: Evidence) -> None:
    records = evidence.topics["documents.documents"]
    once = next(one for one in records if sum(one.event_id == other.event_id for other in records) == 1)
    records.remove(once)


PLANTS: dict[str, tuple[Plant, str]] = {
    "a document is lost": (_lose_a_document, "acknowledged send missing"),
    "a charge is doubled": (_double_a_charge, "charged twice"),
    "a balance is wrong": (_change_a_balance, "wrong balance"),
    "a document is shown to somebody else": (_show_somebody_elses_document, "leak"),
    "an event is lost": (_lose_an_event, "event lost"),
}


@pytest.mark.parametrize(("plant", "expected"), PLANTS.values(), ids=PLANTS.keys())
async def test_the_checkers_bite_in_real_stores(played: Round, plant: Plant, expected: str) -> None:
    evidence = copy.deepcopy(played.evidence)

    plant(evidence)

    assert expected in {violation.check for violation in violations_of(evidence)}


@pytest.mark.requirement("RA1.2", "R10.8")
async def test_a_demo_whose_processes_are_killed_ends_well(opening: Opening) -> None:
    world, known = opening
    chance = random.Random(f"{SHORT[0]} demo")  # noqa: S311 - repeatable, not secret
    points = chance.sample(range(len(POINTS)), KILLS)
    victims = [chance.choice(VICTIMS) if number in points else None for number in range(len(POINTS))]

    told = await tell_stories(world, known, {0: victims}, seed=SHORT[0], say=print)

    assert [str(violation) for violation in told.violations] == []
    assert told.kills >= 1
