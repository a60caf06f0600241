"""Adding organizations, from the register and by hand, and seeing them."""

import asyncio

import pytest
from shared.http import idempotency
from shared.ids import new_id
from support.organizations import World

PATH = "/organizations/v1/organizations"


@pytest.mark.requirement("R5.1")
async def test_an_administrator_adds_an_organization_from_the_register(world: World):
    admin = await world.administrator()
    number = world.register.add("Bakkerij Jansen B.V.", trade_names=("Bakkerij Jansen", "Jansens Brood"))

    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=admin.headers)

    assert response.status_code == 201
    added = response.json()
    assert response.headers["location"] == f"{PATH}/{added['id']}"
    assert added["name"] == "Bakkerij Jansen B.V."
    assert added["tradeNames"] == ["Bakkerij Jansen", "Jansens Brood"]
    assert added["address"] == {"street": "Kade 7", "postalCode": "1011AB", "city": "Amsterdam", "country": "NL"}
    assert (added["status"], added["source"], added["mode"]) == ("created", "register", "live")
    assert added["identifiers"] == [
        {
            "id": f"0106:{number}", "scheme": "0106", "value": number, "primary": True, "status": "verified",
            "sending": False, "receiving": False, "failure": None,
        }
    ]  # fmt: skip


@pytest.mark.requirement("R2.5")
async def test_the_creator_becomes_its_administrator_at_once_and_nobody_else(world: World):
    admin = await world.administrator()
    other = await world.person(admin.environment, "administrator")
    added = await world.add(admin)

    events = await world.published()

    assert [event.type for event in events] == [
        "organizations.organization-added.v1",
        "organizations.member-added.v1",
    ]
    organization, membership = events
    assert (organization.key, organization.sequence, organization.environment) == (added["id"], 1, admin.environment)
    assert organization.data["state"]["identifiers"][0]["status"] == "verified"
    assert membership.data["state"] | {"id": ""} == {
        "id": "", "organization_id": added["id"], "environment_id": str(admin.environment), "user_id": str(admin.id),
        "level": "administrator", "status": "active",
    }  # fmt: skip
    assert added["level"] == "administrator"
    assert (await world.http.get(f"{PATH}/{added['id']}", headers=other.headers)).status_code == 404


@pytest.mark.requirement("R5.1")
@pytest.mark.parametrize("role", ["basic", "advanced", "operator"])
async def test_only_an_administrator_of_the_environment_adds(world: World, role: str):
    person = await world.person(await world.environment(), role)
    number = world.register.add("Iemand B.V.")

    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=person.headers)

    assert (response.status_code, response.json()["code"]) == (403, "not_environment_administrator")
    assert world.register.calls == [], "the register is not asked for somebody without the right"


async def test_what_the_client_says_of_a_registered_company_does_not_count(world: World):
    admin = await world.administrator()
    number = world.register.add("Echte Naam B.V.")

    response = await world.http.post(
        PATH, json={"kvkNumber": number, "name": "Valse Naam B.V.", "country": "BE"}, headers=admin.headers
    )

    assert (response.json()["name"], response.json()["country"]) == ("Echte Naam B.V.", "NL")


@pytest.mark.requirement("R2.6")
async def test_lists_and_details_show_only_organizations_that_one_is_a_member_of(world: World):
    piet = await world.administrator()
    jan = await world.person(piet.environment, "administrator")
    first, second = await world.add(piet, "Piet Holding B.V."), await world.add(jan, "Jan Holding B.V.")

    seen = (await world.http.get(PATH, headers=piet.headers)).json()

    assert [item["id"] for item in seen["items"]] == [first["id"]]
    for path in (PATH + "/" + second["id"], PATH + "/" + second["id"] + "/activation", PATH + f"/{new_id()}"):
        response = await world.http.get(path, headers=piet.headers)
        assert (response.status_code, response.json()["code"]) == (404, "organization_not_found")


@pytest.mark.requirement("R5.2")
async def test_the_free_plan_allows_two_organizations(world: World):
    admin = await world.administrator()
    await world.add(admin)
    await world.add(admin)
    number = world.register.add("Derde B.V.")

    third = await world.http.post(PATH, json={"kvkNumber": number}, headers=admin.headers)
    await world.account(admin.environment, plan="basic", depleted=True)
    upgraded = await world.http.post(PATH, json={"kvkNumber": number}, headers=admin.headers)

    assert (third.status_code, third.json()["code"]) == (402, "subscription_limit")
    assert third.json()["minimumPlan"] == "basic"
    assert upgraded.status_code == 201


@pytest.mark.requirement("R5.2")
async def test_the_limit_holds_for_organizations_added_at_the_same_time(world: World):
    admin = await world.administrator()
    numbers = [world.register.add(f"Tegelijk {each} B.V.") for each in range(5)]

    responses = await asyncio.gather(
        *(world.http.post(PATH, json={"kvkNumber": number}, headers=admin.headers) for number in numbers)
    )

    assert sorted(response.status_code for response in responses) == [201, 201, 402, 402, 402]


@pytest.mark.requirement("R5.20")
async def test_a_company_that_is_active_here_cannot_be_added_again_and_its_owner_is_not_named(world: World):
    owner, other = await world.administrator(), await world.administrator()
    active = await world.active(owner, "Eerste B.V.")
    number = active["identifiers"][0]["value"]

    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=other.headers)

    assert (response.status_code, response.json()["code"]) == (409, "company_already_registered")
    told = response.text
    assert active["id"] not in told
    assert str(owner.environment) not in told


@pytest.mark.requirement("R5.20")
async def test_a_number_that_is_merely_added_elsewhere_does_not_block_its_owner(world: World):
    squatter, owner = await world.administrator(), await world.administrator()
    number = (await world.add(squatter))["identifiers"][0]["value"]

    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=owner.headers)
    again = await world.http.post(PATH, json={"kvkNumber": number}, headers=owner.headers)

    assert response.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "company_already_registered")


@pytest.mark.requirement("R5.20")
async def test_live_and_test_do_not_compete_for_a_number(world: World):
    admin = await world.administrator()
    active = await world.active(admin)
    test_environment = await world.environment(mode="test", parent=admin.environment)
    tester = await world.person(admin.environment, "administrator", user_id=admin.id, acting_in=test_environment)

    response = await world.http.post(
        PATH, json={"kvkNumber": active["identifiers"][0]["value"]}, headers=tester.headers
    )

    assert (response.status_code, response.json()["mode"]) == (201, "test")
    seen = (await world.http.get(PATH, headers=tester.headers)).json()["items"]
    assert [item["id"] for item in seen] == [response.json()["id"]]
    hidden = await world.http.get(f"{PATH}/{active['id']}", headers=tester.headers)
    assert hidden.status_code == 404


async def test_an_unknown_number_is_refused_and_nothing_is_made(world: World):
    admin = await world.administrator()

    response = await world.http.post(PATH, json={"kvkNumber": "99999999"}, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (422, "unknown_company")
    assert (await world.http.get(PATH, headers=admin.headers)).json()["items"] == []


async def test_a_company_that_no_longer_exists_is_refused(world: World):
    admin = await world.administrator()
    number = world.register.add(
        "Voorbij B.V.", materieleRegistratie={"datumAanvang": "20000101", "datumEinde": "20210000"}
    )

    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (422, "company_dissolved")


async def test_a_repeated_request_with_the_same_idempotency_key_adds_once(world: World):
    admin = await world.administrator()
    number = world.register.add("Eenmaal B.V.")
    headers = admin.headers | {"Idempotency-Key": "add-1"}

    first = await world.http.post(PATH, json={"kvkNumber": number}, headers=headers)
    second = await world.http.post(PATH, json={"kvkNumber": number}, headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json() == second.json()
    assert len((await world.http.get(PATH, headers=admin.headers)).json()["items"]) == 1


async def test_an_organization_whose_answer_was_lost_is_not_added_again(world: World, monkeypatch: pytest.MonkeyPatch):
    async def lost(*_arguments: object, **_names: object) -> None:
        raise ConnectionError

    admin = await world.administrator()
    number = world.register.add("Eenmaal B.V.")
    headers = admin.headers | {"Idempotency-Key": "add-2"}
    with monkeypatch.context() as broken:
        broken.setattr(idempotency._queries, "store_answer", lost)
        assert (await world.http.post(PATH, json={"kvkNumber": number}, headers=headers)).status_code >= 500
    await world.pool.execute("update idempotency_keys set expires_at = now() - interval '1 s'")

    again = await world.http.post(PATH, json={"kvkNumber": number}, headers=headers)

    assert again.status_code == 201
    added = (await world.http.get(PATH, headers=admin.headers)).json()["items"]
    assert [item["id"] for item in added] == [again.json()["id"]]


@pytest.mark.requirement("R5.6")
async def test_an_organization_entered_by_hand_has_the_identifiers_of_its_country(world: World):
    admin = await world.administrator()
    entry = {
        "name": "Brouwerij Peeters",
        "country": "BE",
        "address": {"street": "Kaai 1", "postalCode": "2000", "city": "Antwerpen"},
        "identifiers": [{"scheme": "0208", "value": "0999000129"}, {"scheme": "0088", "value": "8719999000015"}],
    }

    added = await world.http.post(PATH, json=entry, headers=admin.headers)
    dutch = await world.http.post(
        PATH, json=entry | {"identifiers": [{"scheme": "0106", "value": "12345678"}]}, headers=admin.headers
    )
    broken = await world.http.post(
        PATH, json=entry | {"identifiers": [{"scheme": "0208", "value": "0999000128"}]}, headers=admin.headers
    )

    assert added.status_code == 201
    assert [(item["id"], item["primary"], item["status"]) for item in added.json()["identifiers"]] == [
        ("0208:0999000129", True, "unverified"),
        ("0088:8719999000015", False, "unverified"),
    ]
    assert (dutch.status_code, dutch.json()["code"]) == (422, "scheme_not_allowed")
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid_identifier")


@pytest.mark.requirement("R5.7")
async def test_an_organization_entered_by_hand_cannot_be_activated_by_its_owner(world: World):
    admin = await world.administrator()
    added = await world.http.post(PATH, json={"name": "Met de hand", "country": "NL"}, headers=admin.headers)

    response = await world.http.post(f"{PATH}/{added.json()['id']}/activation", headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (409, "manual_org_requires_support")
