"""Receiving: off after activation, asked about, switched on with plan and credit, told to the Peppol network."""

from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from organizations.domain.document_types import RECEIVED_BY_DEFAULT
from shared.ids import new_id
from support.organizations import Person, World

PATH = "/organizations/v1/organizations"
PROMPTS = "/organizations/v1/me/prompts/receive"


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


async def _prompted(world: World, person: Person) -> list[str]:
    found = await world.http.get(PROMPTS, headers=person.headers)
    return [item["organizationId"] for item in found.json()["items"]]


@pytest.mark.requirement("R10.2")
async def test_the_question_is_asked_for_active_organizations_that_one_administers(world: World):
    admin = await world.administrator()
    member = await world.person(admin.environment)
    assert await _prompted(world, admin) == []
    await world.add(admin, "Nog Niet B.V.")
    active = await world.active(admin, "Wel B.V.")
    await world.http.post(f"{PATH}/{active['id']}/members", json={"userId": str(member.id)}, headers=admin.headers)

    found = (await world.http.get(PROMPTS, headers=admin.headers)).json()

    assert found == {"items": [{"organizationId": active["id"], "name": "Wel B.V."}]}
    assert await _prompted(world, member) == []


@pytest.mark.requirement("R10.2", "R10.5")
async def test_a_dismissed_question_is_never_asked_of_this_person_again(world: World):
    admin, active = await _ready(world)
    second = await world.person(admin.environment)
    await world.http.post(
        f"{PATH}/{active['id']}/members",
        json={"userId": str(second.id), "level": "administrator"},
        headers=admin.headers,
    )

    for _ in range(2):
        answer = await world.http.post(
            f"{PROMPTS}/dismissals", json={"organizationIds": [active["id"]]}, headers=admin.headers
        )
        assert answer.status_code == 204

    assert await _prompted(world, admin) == []
    assert await _prompted(world, second) == [active["id"]]


async def test_one_cannot_dismiss_what_one_does_not_see(world: World):
    admin, active = await _ready(world)
    stranger = await world.administrator()

    response = await world.http.post(
        f"{PROMPTS}/dismissals", json={"organizationIds": [active["id"]]}, headers=stranger.headers
    )
    mixed = await world.http.post(
        f"{PROMPTS}/dismissals", json={"organizationIds": [active["id"], str(new_id())]}, headers=admin.headers
    )

    assert (response.status_code, mixed.status_code) == (404, 404)
    assert await _prompted(world, admin) == [active["id"]]


@pytest.mark.requirement("R10.3")
@pytest.mark.parametrize(
    ("plan", "depleted"), [(None, True), ("invoice_portal", False), ("basic", True), ("enterprise", True)]
)
async def test_enabling_needs_plan_and_credit(world: World, plan: str | None, *, depleted: bool):
    admin = await world.administrator()
    active = await world.active(admin)
    if plan is not None:
        await world.account(admin.environment, plan=plan, depleted=depleted)
    await world.published()

    response = await _set(world, admin, active["id"])

    assert (response.status_code, response.json()["code"]) == (402, "plan_or_credit_required")
    assert (await _identifier(world, admin, active["id"]))["receiving"] is False
    assert await world.published() == []


@pytest.mark.requirement("R10.4", "R5.18")
async def test_enabling_holds_at_once_on_the_platform_and_reaches_the_network_by_a_job(world: World):
    admin, active = await _ready(world)

    response = await _set(world, admin, active["id"])

    assert response.json()["receiving"] is True
    assert set(response.json()["documentTypes"]) == set(RECEIVED_BY_DEFAULT)
    (enabled,) = await world.published()
    assert enabled.type == "organizations.receive-enabled.v1"
    assert set(enabled.data["document_types"]) == set(RECEIVED_BY_DEFAULT)
    assert enabled.data["state"]["identifiers"][0]["receiving"] is True
    assert world.smp.calls == []

    await world.run_jobs()

    identifier = await _identifier(world, admin, active["id"])
    assert (identifier["status"], identifier["failure"]) == ("registered", None)
    (registered,) = await world.published()
    assert registered.type == "organizations.identifier-registered.v1"
    assert (registered.data["identifier"], registered.sequence) == (identifier["id"], enabled.sequence + 1)


@pytest.mark.requirement("R10.4")
async def test_the_network_learns_each_document_type_and_where_to_deliver(world: World):
    admin, active = await _ready(world)
    await _set(world, admin, active["id"])
    await world.run_jobs()

    services = world.smp.services(active["identifiers"][0]["id"])

    assert services is not None
    assert set(services) == {f"busdox-docid-qns::{each}" for each in RECEIVED_BY_DEFAULT}
    names = {
        "smp": "http://busdox.org/serviceMetadata/publishing/1.0/",
        "id": "http://busdox.org/transport/identifiers/1.0/",
        "wsa": "http://www.w3.org/2005/08/addressing",
    }
    for document_type, content in services.items():
        root = ET.fromstring(content)  # noqa: S314 - written by the code under test
        participant = root.find("smp:ServiceInformation/id:ParticipantIdentifier", names)
        document = root.find("smp:ServiceInformation/id:DocumentIdentifier", names)
        endpoint = root.find(".//smp:Endpoint", names)
        assert participant is not None
        assert document is not None
        assert endpoint is not None
        assert (participant.get("scheme"), participant.text) == ("iso6523-actorid-upis", active["identifiers"][0]["id"])
        assert f"{document.get('scheme')}::{document.text}" == document_type
        assert endpoint.get("transportProfile") == "peppol-transport-as4-v2_0"
        assert endpoint.findtext("wsa:EndpointReference/wsa:Address", namespaces=names) == "https://ap.example/as4"


async def test_enabling_twice_tells_nobody_twice(world: World):
    admin, active = await _ready(world)
    await _set(world, admin, active["id"])
    await world.run_jobs()
    await world.published()
    await world.account(admin.environment, plan="basic", depleted=True)

    again = await _set(world, admin, active["id"])

    assert (again.status_code, again.json()["receiving"]) == (200, True)
    assert await world.published() == []
    assert await world.pool.fetchval("select count(*) from jobs") == 0


async def test_only_an_administrator_of_the_organization_decides(world: World):
    admin, active = await _ready(world)
    member, stranger = await world.person(admin.environment), await world.administrator()
    await world.http.post(f"{PATH}/{active['id']}/members", json={"userId": str(member.id)}, headers=admin.headers)

    assert (await _set(world, member, active["id"])).status_code == 403
    assert (await _set(world, stranger, active["id"])).status_code == 404


@pytest.mark.requirement("R5.19")
async def test_an_organization_that_is_not_active_does_not_receive(world: World):
    admin = await world.administrator()
    added = await world.add(admin)
    await world.account(admin.environment)

    response = await _set(world, admin, added["id"])

    assert (response.status_code, response.json()["code"]) == (409, "organization_not_active")


@pytest.mark.requirement("R10.7")
async def test_disabling_holds_at_once_and_withdraws_from_the_network(world: World):
    admin, active = await _ready(world)
    await _set(world, admin, active["id"])
    await world.run_jobs()
    await world.published()

    response = await _set(world, admin, active["id"], enabled=False)

    assert (response.json()["receiving"], response.json()["documentTypes"]) == (False, [])
    assert await world.published_types() == ["receive-disabled"]
    await world.run_jobs()
    assert world.smp.services(active["identifiers"][0]["id"]) is None
    assert (await _identifier(world, admin, active["id"]))["status"] == "verified"
    assert await world.published_types() == ["organization-changed"]
    assert await _prompted(world, admin) == [active["id"]]
    again = await _set(world, admin, active["id"], enabled=False)
    assert (again.status_code, await world.published()) == (200, [])


@pytest.mark.requirement("R10.1")
async def test_receiving_is_off_on_every_identifier_after_activation(world: World):
    admin = await world.administrator()
    active = await world.active(admin)

    rows = await world.pool.fetch("select receiving from identifiers where organization_id = $1", UUID(active["id"]))

    assert [row["receiving"] for row in rows] == [False]
    assert active["documentTypes"] == []
