"""What a caller may do is decided from the projections at each request, never from the token."""

import asyncio
from uuid import UUID

import pytest
from shared.ids import new_id
from support.organizations import World
from support.tokens import bearer, foreign_key, issue_token

PATH = "/organizations/v1/organizations"
SOMETHING = UUID("01a20000-0000-7000-8000-000000000000")


async def test_a_role_change_holds_for_the_token_that_one_has(world: World):
    person = await world.person(await world.environment(), "basic")
    number = world.register.add("Later B.V.")
    before = await world.http.post(PATH, json={"kvkNumber": number}, headers=person.headers)

    await world.person(person.environment, "administrator", user_id=person.id)
    promoted = await world.http.post(PATH, json={"kvkNumber": number}, headers=person.headers)
    await world.person(person.environment, "basic", user_id=person.id)
    demoted = await world.http.post(f"{PATH}/{promoted.json()['id']}/activation", headers=person.headers)

    assert [each.status_code for each in (before, promoted, demoted)] == [403, 201, 403]


async def test_an_older_state_of_a_user_changes_nothing(world: World):
    person = await world.person(await world.environment(), "administrator")
    await world.pool.execute("update users set sequence = 9000000 where id = $1", person.id)

    await world.person(person.environment, "basic", user_id=person.id)

    assert await world.pool.fetchval("select role from users where id = $1", person.id) == "administrator"


async def test_a_person_who_is_not_known_yet_is_looked_up_again(world: World):
    environment = await world.environment()
    person = await world.person(environment, "administrator")
    await world.pool.execute("delete from users where id = $1", person.id)

    async def arrives_late() -> None:
        await asyncio.sleep(0.15)
        await world.person(environment, "administrator", user_id=person.id)

    response, _ = await asyncio.gather(world.http.get(PATH, headers=person.headers), arrives_late())

    assert response.status_code == 200


@pytest.mark.parametrize("status", ["blocked", "removed", "invited"])
async def test_a_user_who_is_not_active_is_refused(world: World, status: str):
    person = await world.person(await world.environment(), "administrator", status=status)

    response = await world.http.get(PATH, headers=person.headers)

    assert (response.status_code, response.json()["code"]) == (403, "caller_not_active")


async def test_a_token_for_an_environment_that_is_not_ones_own_is_refused(world: World):
    person, other = await world.administrator(), await world.environment()

    response = await world.http.get(PATH, headers=bearer(sub=person.id, env=other))

    assert (response.status_code, response.json()["code"]) == (403, "caller_not_active")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": f"Bearer {issue_token(expires_in=-60)}"},
        {"Authorization": f"Bearer {issue_token(iss='https://elsewhere.example')}"},
        {"Authorization": f"Bearer {issue_token(aud='somebody-else')}"},
        {"Authorization": f"Bearer {issue_token(key=foreign_key())}"},
        {"Authorization": f"Bearer {issue_token(typ='JWT')}"},
    ],
)
async def test_without_a_valid_token_nothing_is_answered(world: World, headers: dict[str, str]):
    for path in (PATH, "/organizations/v1/companies?kvkNumber=12345678", "/organizations/v1/operator/reviews"):
        response = await world.http.get(path, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", PATH, "organizations:read"),
        ("POST", PATH, "organizations:manage"),
        ("POST", f"{PATH}/{SOMETHING}/activation", "organizations:activate"),
        ("PUT", f"{PATH}/{SOMETHING}/receiving", "receive:manage"),
    ],
)
async def test_a_token_needs_the_scope_of_what_it_is_used_for(world: World, method: str, path: str, scope: str):
    person = await world.person(await world.environment(), "administrator", scope="ap")

    response = await world.http.request(method, path, headers=person.headers, json={"enabled": True})

    assert (response.status_code, response.json()["code"]) == (403, "missing_scope")
    assert response.json()["requiredScope"] == scope


async def test_a_connection_key_reaches_its_own_organization_only(world: World):
    admin = await world.administrator()
    mine, other = await world.active(admin, "Mijn B.V."), await world.active(admin, "Ander B.V.")
    _, key = await world.key(admin, mine["id"])

    seen = (await world.http.get(PATH, headers=key)).json()["items"]

    assert [item["id"] for item in seen] == [mine["id"]]
    assert (await world.http.get(f"{PATH}/{mine['id']}", headers=key)).status_code == 200
    assert (await world.http.get(f"{PATH}/{other['id']}", headers=key)).status_code == 404
    assert (await world.http.get(f"{PATH}/{other['id']}/members", headers=key)).status_code == 404
    for method, path, body in (
        ("POST", PATH, {"kvkNumber": "12345678"}),
        ("POST", f"{PATH}/{mine['id']}/activation", None),
        ("GET", "/organizations/v1/me/prompts/receive", None),
    ):
        response = await world.http.request(method, path, json=body, headers=key)
        assert (response.status_code, response.json()["code"]) == (403, "person_required")


async def test_a_revoked_key_and_an_unknown_one_are_refused(world: World):
    admin = await world.administrator()
    mine = await world.active(admin)
    key_id, key = await world.key(admin, mine["id"])
    before = await world.http.get(PATH, headers=key)

    await world.key(admin, mine["id"], status="revoked", key_id=key_id)
    revoked = await world.http.get(PATH, headers=key)
    unknown = await world.http.get(PATH, headers=bearer(sub=admin.id, env=admin.environment, azp=new_id()))

    assert before.status_code == 200
    for response in (revoked, unknown):
        assert (response.status_code, response.json()["code"]) == (401, "connection_key_revoked")


async def test_a_key_can_do_no_more_than_the_user_who_made_it(world: World):
    admin = await world.administrator()
    mine = await world.active(admin)
    second = await world.person(admin.environment)
    members = f"{PATH}/{mine['id']}/members"
    await world.http.post(members, json={"userId": str(second.id), "level": "administrator"}, headers=admin.headers)
    _, key = await world.key(second, mine["id"])
    before = await world.http.get(f"{PATH}/{mine['id']}", headers=key)

    await world.http.delete(f"{members}/{second.id}", headers=admin.headers)

    assert before.status_code == 200
    assert (await world.http.get(f"{PATH}/{mine['id']}", headers=key)).status_code == 404
