"""The Peppol network when it is down, refuses, or is overtaken: it never decides whether one receives here."""

import pytest
from organizations.domain.document_types import RECEIVED_BY_DEFAULT
from support.organizations import Person, World

PATH = "/organizations/v1/organizations"


async def _ready(world: World) -> tuple[Person, dict]:
    """Return an administrator with plan and credit, and an active organization."""
    admin = await world.administrator()
    active = await world.active(admin)
    await world.account(admin.environment, plan="basic", depleted=False)
    await world.published()
    return admin, active


async def _set(world: World, person: Person, organization_id: str, *, enabled: bool = True):
    return await world.http.put(
        f"{PATH}/{organization_id}/receiving", json={"enabled": enabled}, headers=person.headers
    )


async def _identifier(world: World, person: Person, organization_id: str) -> dict:
    shown = (await world.http.get(f"{PATH}/{organization_id}", headers=person.headers)).json()
    return shown["identifiers"][0]


@pytest.mark.requirement("R5.18")
async def test_a_network_that_is_down_undoes_nothing_is_shown_and_tried_again(world: World):
    admin, active = await _ready(world)
    world.smp.status = 503
    await _set(world, admin, active["id"])
    await world.published()

    await world.run_jobs()
    await world.run_jobs()

    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["receiving"], identifier["status"], identifier["failure"]) == (
        True,
        "verified",
        "smp_unavailable",
    )
    assert await world.published_types() == ["organization-changed"], "told once, not with each attempt"
    world.smp.status = None
    await world.run_jobs()
    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["status"], identifier["failure"]) == ("registered", None)
    assert await world.published_types() == ["identifier-registered"]


@pytest.mark.requirement("R5.18")
async def test_when_the_network_stays_away_the_identifier_failed_and_receiving_goes_on(world: World):
    admin, active = await _ready(world)
    world.smp.status = 500
    await _set(world, admin, active["id"])
    await world.published()

    for _ in range(9):
        await world.run_jobs()

    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["receiving"], identifier["status"]) == (True, "failed")
    assert await world.published_types() == ["organization-changed", "identifier-failed"]
    assert await world.pool.fetchval("select count(*) from jobs") == 0
    world.smp.status = None
    await _set(world, admin, active["id"])
    await world.run_jobs()
    assert (await _identifier(world, admin, active["id"]))["status"] == "registered"


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [(409, "registered_elsewhere", "registered_elsewhere"), (400, "failed", "registration_refused")],
)
async def test_a_refusal_of_the_network_is_final_and_shown(world: World, status: int, state: str, reason: str):
    admin, active = await _ready(world)
    world.smp.status = status
    await _set(world, admin, active["id"])
    await world.published()

    await world.run_jobs()

    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["receiving"], identifier["status"], identifier["failure"]) == (True, state, reason)
    (event,) = await world.published()
    assert (event.type, event.data["reason"]) == ("organizations.identifier-failed.v1", reason)
    assert await world.pool.fetchval("select count(*) from jobs") == 0


async def test_nothing_is_withdrawn_for_a_participant_of_another_access_point(world: World):
    admin, active = await _ready(world)
    world.smp.status = 409
    await _set(world, admin, active["id"])
    await world.run_jobs()
    world.smp.calls.clear()

    await _set(world, admin, active["id"], enabled=False)
    await world.run_jobs()

    assert world.smp.calls == []


async def test_a_wish_that_changes_while_the_network_answers_wins(world: World):
    admin, active = await _ready(world)

    async def change_of_mind() -> None:
        await _set(world, admin, active["id"], enabled=False)
        await world.pool.execute("delete from jobs where attempts = 0")  # so that the running job alone must notice

    world.smp.before_answer = change_of_mind
    await _set(world, admin, active["id"])

    await world.run_jobs()
    await world.run_jobs()

    assert world.smp.services(active["identifiers"][0]["id"]) is None
    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["receiving"], identifier["status"]) == (False, "verified")
    assert await world.pool.fetchval("select count(*) from jobs") == 0


async def test_a_job_that_runs_twice_registers_once(world: World):
    admin, active = await _ready(world)
    await _set(world, admin, active["id"])
    await world.pool.execute("insert into jobs (kind, payload) select kind, payload from jobs")

    await world.run_jobs()

    assert (await world.published_types()).count("identifier-registered") == 1
    services = world.smp.services(active["identifiers"][0]["id"])
    assert services is not None
    assert len(services) == len(RECEIVED_BY_DEFAULT)
