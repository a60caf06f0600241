"""`GET /api/v1/me/party`: the parties of the caller, and the error model of the message-bus API."""

import re

import pytest
from support.organizations import World
from support.tokens import bearer

PATH = "/api/v1/me/party"


@pytest.mark.requirement("R2.6")
async def test_parties_are_the_active_organizations_that_one_is_a_member_of(world: World):
    admin = await world.administrator()
    await world.add(admin, "Nog Niet B.V.")
    active = await world.active(admin, "Actief B.V.")
    await world.active(await world.administrator(), "Van Anderen B.V.")

    for path in (PATH, "/api/v1-beta/me/party"):
        response = await world.http.get(path, headers=admin.headers)
        assert response.json() == [
            {
                "id": active["identifiers"][0]["id"],
                "name": "Actief B.V.",
                "permissions": {
                    "canSendDocument": True, "canReceiveDocument": True, "canRemoveDocument": True,
                    "canManageHook": True, "canChangeDocumentStatus": True,
                },
            }
        ]  # fmt: skip


async def test_a_member_has_the_party_too_and_a_colleague_has_none(world: World):
    admin = await world.administrator()
    active = await world.active(admin)
    member, colleague = await world.person(admin.environment), await world.person(admin.environment)
    await world.http.post(
        f"/organizations/v1/organizations/{active['id']}/members",
        json={"userId": str(member.id)},
        headers=admin.headers,
    )

    assert len((await world.http.get(PATH, headers=member.headers)).json()) == 1
    assert (await world.http.get(PATH, headers=colleague.headers)).json() == []


@pytest.mark.requirement("R7.7")
async def test_a_connection_key_has_one_party(world: World):
    admin = await world.administrator()
    mine = await world.active(admin, "Mijn B.V.")
    await world.active(admin, "Ander B.V.")
    _, key = await world.key(admin, mine["id"])

    response = await world.http.get(PATH, headers=key)

    assert [party["name"] for party in response.json()] == ["Mijn B.V."]


@pytest.mark.requirement("R7.7")
async def test_a_key_that_reaches_no_party_yet_gets_an_empty_list(world: World):
    admin = await world.administrator()
    waiting = await world.add(admin, "Nog Niet B.V.")
    _, key = await world.key(admin, waiting["id"])

    response = await world.http.get(PATH, headers=key)

    assert (response.status_code, response.json()) == (200, [])


@pytest.mark.parametrize(("headers", "status"), [({}, 401), (bearer(scope="vpd"), 403), (bearer(), 403)])
async def test_errors_have_the_shape_that_integrations_know(world: World, headers: dict[str, str], status: int):
    response = await world.http.get(PATH, headers=headers)

    body = response.json()
    assert (response.status_code, body["code"]) == (status, f"API{status}")
    assert set(body) == {"code", "message", "helpLink", "requestId", "dateTime"}
    assert re.fullmatch(r"[0-9a-f]{32}", body["requestId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", body["dateTime"])


async def test_a_path_of_the_message_bus_that_is_not_here_answers_in_its_model_too(world: World):
    admin = await world.administrator()

    response = await world.http.post(PATH, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (405, "API405")
