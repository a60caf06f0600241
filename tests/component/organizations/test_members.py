"""Members: who may add, change and remove whom, and what happens when people leave."""

from dataclasses import dataclass

import pytest
from shared.ids import new_id
from support.organizations import Person, World
from support.row_locks import overlapping

PATH = "/organizations/v1/organizations"


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    admin: Person

    @property
    def members(self) -> str:
        return f"{PATH}/{self.id}/members"


@pytest.fixture
async def company(world: World) -> Company:
    admin = await world.administrator()
    active = await world.active(admin)
    await world.published()
    return Company(active["id"], admin)


async def _add(world: World, company: Company, person: Person, level: str = "member"):
    return await world.http.post(
        company.members, json={"userId": str(person.id), "level": level}, headers=company.admin.headers
    )


async def _levels(world: World, company: Company) -> dict[str, str]:
    found = (await world.http.get(company.members, headers=company.admin.headers)).json()
    return {item["userId"]: item["level"] for item in found["items"]}


@pytest.mark.requirement("R2.3")
async def test_a_colleague_is_a_member_at_once(world: World, company: Company):
    colleague = await world.person(company.admin.environment, name=("Klaas", "de Vries"))
    before = await world.http.get(f"{PATH}/{company.id}", headers=colleague.headers)

    response = await _add(world, company, colleague)

    assert before.status_code == 404
    assert response.status_code == 201
    assert response.json() | {"since": ""} == {
        "userId": str(colleague.id), "name": "Klaas de Vries", "level": "member", "since": "",
    }  # fmt: skip
    seen = await world.http.get(f"{PATH}/{company.id}", headers=colleague.headers)
    assert (seen.status_code, seen.json()["level"]) == (200, "member")
    (event,) = await world.published()
    assert event.type == "organizations.member-added.v1"
    assert (event.data["state"]["user_id"], event.data["state"]["status"]) == (str(colleague.id), "active")
    assert "Klaas" not in str(event.data), "names stay in identity's own events"


@pytest.mark.requirement("R2.1")
async def test_a_plain_member_may_not_add_change_or_remove(world: World, company: Company):
    member, other = await world.person(company.admin.environment), await world.person(company.admin.environment)
    await _add(world, company, member)
    target = f"{company.members}/{company.admin.id}"

    answers = [
        await world.http.post(company.members, json={"userId": str(other.id)}, headers=member.headers),
        await world.http.patch(target, json={"level": "member"}, headers=member.headers),
        await world.http.delete(target, headers=member.headers),
        await world.http.get(f"{PATH}/{company.id}/member-candidates", params={"name": "a"}, headers=member.headers),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (403, "not_organization_administrator")
    }


@pytest.mark.requirement("R2.1", "R2.6")
async def test_an_organization_that_one_does_not_see_is_not_there(world: World, company: Company):
    stranger = await world.administrator()
    colleague = await world.person(company.admin.environment, "administrator")

    for person in (stranger, colleague):
        answer = await world.http.post(company.members, json={"userId": str(person.id)}, headers=person.headers)
        listing = await world.http.get(company.members, headers=person.headers)
        assert (answer.status_code, listing.status_code) == (404, 404)


@pytest.mark.requirement("R2.1", "R5.19")
async def test_members_are_added_to_active_organizations_only(world: World):
    admin = await world.administrator()
    added = await world.add(admin)
    colleague = await world.person(admin.environment)

    response = await world.http.post(
        f"{PATH}/{added['id']}/members", json={"userId": str(colleague.id)}, headers=admin.headers
    )

    assert (response.status_code, response.json()["code"]) == (409, "organization_not_active")


@pytest.mark.requirement("R2.9")
async def test_adding_somebody_twice_changes_nothing(world: World, company: Company):
    colleague = await world.person(company.admin.environment)

    adding = [_add(world, company, colleague) for _ in range(3)]
    answers = await overlapping(world.pool, "organizations", company.id, *adding)
    later = await _add(world, company, colleague, "administrator")

    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert (later.status_code, later.json()["level"]) == (200, "member")
    assert await world.published_types() == ["member-added"]


async def test_users_of_another_environment_are_not_told_from_nobody(world: World, company: Company):
    stranger = await world.administrator()

    answers = [
        await world.http.post(company.members, json={"userId": str(each)}, headers=company.admin.headers)
        for each in (stranger.id, new_id())
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(422, "unknown_user")] * 2
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


async def test_a_blocked_user_cannot_become_a_member(world: World, company: Company):
    blocked = await world.person(company.admin.environment, status="blocked")

    response = await _add(world, company, blocked)

    assert (response.status_code, response.json()["code"]) == (409, "user_blocked")


@pytest.mark.requirement("R2.2")
async def test_candidates_are_colleagues_whose_name_begins_so_with_members_flagged(world: World, company: Company):
    environment = company.admin.environment
    anna = await world.person(environment, name=("Anna", "Bakker"))
    bas = await world.person(environment, name=("Bas", "van Annadal"))
    hannah = await world.person(environment, name=("Hannah", "Smit"))
    gone = await world.person(environment, name=("Anna", "Weg"), status="blocked")
    await world.person(await world.environment(), name=("Anna", "Elders"))
    await _add(world, company, anna)

    async def find(name: str) -> dict[str, bool]:
        found = await world.http.get(
            f"{PATH}/{company.id}/member-candidates", params={"name": name}, headers=company.admin.headers
        )
        return {item["userId"]: item["member"] for item in found.json()["items"]}

    assert await find("ANNA") == {str(anna.id): True}
    assert await find("anna b") == {str(anna.id): True}
    assert await find("Van Anna") == {str(bas.id): False}
    assert await find("b") == {str(anna.id): True, str(bas.id): False}
    assert await find("%") == {}
    assert await find("_nna") == {}
    assert str(gone.id) not in await find("Anna")
    assert str(hannah.id) not in await find("anna")


async def test_a_level_is_changed_and_told(world: World, company: Company):
    colleague = await world.person(company.admin.environment)
    await _add(world, company, colleague)
    await world.published()
    target = f"{company.members}/{colleague.id}"

    promoted = await world.http.patch(target, json={"level": "administrator"}, headers=company.admin.headers)
    same = await world.http.patch(target, json={"level": "administrator"}, headers=company.admin.headers)

    assert (promoted.json()["level"], same.status_code) == ("administrator", 200)
    (event,) = await world.published()
    assert (event.type, event.sequence) == ("organizations.member-changed.v1", 2)
    assert event.data["state"]["level"] == "administrator"


async def test_a_removed_member_sees_nothing_from_then_on_and_may_come_back(world: World, company: Company):
    colleague = await world.person(company.admin.environment)
    await _add(world, company, colleague, "administrator")
    target = f"{company.members}/{colleague.id}"

    removed = await world.http.delete(target, headers=company.admin.headers)
    unseen = await world.http.get(f"{PATH}/{company.id}", headers=colleague.headers)
    twice = await world.http.delete(target, headers=company.admin.headers)
    back = await _add(world, company, colleague)

    assert (removed.status_code, unseen.status_code) == (204, 404)
    assert (twice.status_code, twice.json()["code"]) == (404, "member_not_found")
    assert (back.status_code, back.json()["level"]) == (201, "member")
    events = await world.published()
    assert [event.type.split(".")[1] for event in events] == ["member-added", "member-removed", "member-added"]
    assert [event.sequence for event in events] == [1, 2, 3]
    assert len({event.key for event in events}) == 1


@pytest.mark.requirement("R2.8")
async def test_the_last_administrator_stays(world: World, company: Company):
    member = await world.person(company.admin.environment)
    await _add(world, company, member)
    target = f"{company.members}/{company.admin.id}"

    removal = await world.http.delete(target, headers=company.admin.headers)
    demotion = await world.http.patch(target, json={"level": "member"}, headers=company.admin.headers)

    for answer in (removal, demotion):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert (await _levels(world, company))[str(company.admin.id)] == "administrator"


@pytest.mark.requirement("R2.8")
async def test_a_blocked_administrator_does_not_count_as_another(world: World, company: Company):
    second = await world.person(company.admin.environment)
    await _add(world, company, second, "administrator")
    await world.person(company.admin.environment, status="blocked", user_id=second.id)

    response = await world.http.delete(f"{company.members}/{company.admin.id}", headers=company.admin.headers)

    assert (response.status_code, response.json()["code"]) == (409, "last_administrator")


@pytest.mark.requirement("R2.8")
async def test_two_administrators_who_remove_each_other_leave_one(world: World, company: Company):
    second = await world.person(company.admin.environment)
    await _add(world, company, second, "administrator")

    answers = await overlapping(
        world.pool,
        "organizations",
        company.id,
        world.http.delete(f"{company.members}/{second.id}", headers=company.admin.headers),
        world.http.delete(f"{company.members}/{company.admin.id}", headers=second.headers),
    )

    assert sum(answer.status_code == 204 for answer in answers) == 1
    left = await world.pool.fetchval(
        "select count(*) from memberships where organization_id::text = $1 and status = 'active'", company.id
    )
    assert left == 1


async def test_a_user_who_leaves_the_environment_leaves_its_organizations(world: World, company: Company):
    colleague = await world.person(company.admin.environment, name=("Klaas", "Weg"))
    await _add(world, company, colleague)
    await world.published()

    await world.person(company.admin.environment, status="removed", name=("Klaas", "Weg"), user_id=colleague.id)

    (event,) = await world.published()
    assert event.type == "organizations.member-removed.v1"
    assert event.data["state"]["status"] == "removed"
    assert str(colleague.id) not in await _levels(world, company)
    row = await world.pool.fetchrow("select first_name, last_name from users where id = $1", colleague.id)
    assert (row["first_name"], row["last_name"]) == ("", ""), "the name is not needed any more"


async def test_a_blocked_member_can_do_nothing_until_unblocked(world: World, company: Company):
    colleague = await world.person(company.admin.environment)
    await _add(world, company, colleague)

    await world.person(company.admin.environment, status="blocked", user_id=colleague.id)
    blocked = await world.http.get(f"{PATH}/{company.id}", headers=colleague.headers)
    await world.person(company.admin.environment, status="active", user_id=colleague.id)
    unblocked = await world.http.get(f"{PATH}/{company.id}", headers=colleague.headers)

    assert (blocked.status_code, blocked.json()["code"]) == (403, "caller_not_active")
    assert unblocked.status_code == 200


async def test_in_a_test_environment_the_colleagues_are_those_of_the_live_one(world: World):
    admin = await world.administrator()
    colleague = await world.person(admin.environment, name=("Tess", "Ter"))
    test_environment = await world.environment(mode="test", parent=admin.environment)
    tester = await world.person(admin.environment, "administrator", user_id=admin.id, acting_in=test_environment)
    active = await world.active(tester)

    found = await world.http.get(
        f"{PATH}/{active['id']}/member-candidates", params={"name": "tess"}, headers=tester.headers
    )
    added = await world.http.post(
        f"{PATH}/{active['id']}/members", json={"userId": str(colleague.id)}, headers=tester.headers
    )

    assert [item["userId"] for item in found.json()["items"]] == [str(colleague.id)]
    assert (active["mode"], added.status_code) == ("test", 201)
