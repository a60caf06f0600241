"""Users of an environment: who may see and change them, and when a change holds."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from shared.ids import new_id
from support.identity import Identity, new_domain
from support.identity_company import Member


async def _team(identity: Identity) -> tuple[Member, Member]:
    domain = new_domain()
    return await identity.join(f"piet@{domain}"), await identity.join(f"jan@{domain}")


async def _change(identity: Identity, actor: Member, user_id: UUID, **change: Any) -> httpx2.Response:
    return await identity.http.patch(f"/identity/v1/users/{user_id}", json=change, headers=actor.headers)


async def test_me_tells_who_calls_and_what_their_role_allows(identity: Identity) -> None:
    boss, worker = await _team(identity)
    me = (await identity.http.get("/identity/v1/me", headers=boss.headers)).json()
    assert (me["id"], me["email"], me["role"]) == (str(boss.id), boss.email, "administrator")
    assert me["environment"]["mode"] == "live"
    assert "manage_users" in me["permissions"]
    theirs = (await identity.http.get("/identity/v1/me", headers=worker.headers)).json()
    assert theirs["permissions"] == ["work_in_organizations"]


async def test_the_message_bus_tells_the_callers_name(identity: Identity) -> None:
    boss, _ = await _team(identity)
    for path in ("/api/v1/me", "/api/v1-beta/me"):
        answer = await identity.http.get(path, headers=boss.headers)
        assert (answer.status_code, answer.json()) == (200, {"name": "Jan Jansen"})


@pytest.mark.requirement("R3.7")
async def test_only_administrators_see_and_change_users(identity: Identity) -> None:
    boss, worker = await _team(identity)
    for role in ("basic", "advanced"):
        await _change(identity, boss, worker.id, role=role)
        listing = await identity.http.get("/identity/v1/users", headers=worker.headers)
        assert (listing.status_code, listing.json()["code"]) == (403, "not_permitted")
        assert (await _change(identity, worker, boss.id, role="basic")).status_code == 403
        assert (await _change(identity, worker, worker.id, role="administrator")).status_code == 403


@pytest.mark.requirement("R3.7")
async def test_the_list_holds_this_environments_users_page_by_page(identity: Identity) -> None:
    boss, worker = await _team(identity)
    await _team(identity)
    first = (await identity.http.get("/identity/v1/users", params={"limit": 1}, headers=boss.headers)).json()
    query = {"limit": 1, "cursor": first["next"]}
    second = (await identity.http.get("/identity/v1/users", params=query, headers=boss.headers)).json()
    assert [user["id"] for user in first["items"] + second["items"]] == [str(boss.id), str(worker.id)]
    assert second["next"] is None


@pytest.mark.requirement("R3.7")
@pytest.mark.requirement("R3.10")
async def test_a_role_change_holds_on_the_next_request_with_the_same_token(identity: Identity) -> None:
    boss, worker = await _team(identity)
    assert (await identity.http.get("/identity/v1/users", headers=worker.headers)).status_code == 403
    changed = await _change(identity, boss, worker.id, role="administrator")
    assert (changed.status_code, changed.json()["role"]) == (200, "administrator")
    assert (await identity.http.get("/identity/v1/users", headers=worker.headers)).status_code == 200


@pytest.mark.requirement("R3.10")
async def test_a_change_is_announced_with_the_users_new_state(identity: Identity) -> None:
    boss, worker = await _team(identity)
    await _change(identity, boss, worker.id, role="advanced", relationshipManager=True)
    await _change(identity, boss, worker.id, role="advanced")
    registered, changed = await identity.published(worker.id)
    assert (registered.sequence, changed.sequence) == (1, 2)
    assert (changed.type, changed.topic) == ("identity.user-changed.v1", "identity.users")
    assert sorted(changed.data["changed"]) == ["relationship_manager", "role"]
    assert changed.data["state"]["role"] == "advanced"
    assert changed.data["state"]["relationship_manager"] is True


@pytest.mark.requirement("R3.7")
async def test_the_relationship_manager_flag_is_independent_of_the_role(identity: Identity) -> None:
    boss, worker = await _team(identity)
    changed = (await _change(identity, boss, worker.id, relationshipManager=True)).json()
    assert (changed["role"], changed["relationshipManager"]) == ("basic", True)


@pytest.mark.requirement("R3.9")
@pytest.mark.parametrize("change", [{"role": "basic"}, {"blocked": True}])
async def test_the_last_administrator_stays(identity: Identity, change: dict[str, Any]) -> None:
    boss, _ = await _team(identity)
    refused = await _change(identity, boss, boss.id, **change)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    assert (await identity.http.get("/identity/v1/users", headers=boss.headers)).status_code == 200


@pytest.mark.requirement("R3.9")
async def test_two_administrators_who_demote_each_other_leave_one(identity: Identity) -> None:
    boss, worker = await _team(identity)
    await _change(identity, boss, worker.id, role="administrator")
    answers = await asyncio.gather(
        _change(identity, boss, worker.id, role="basic"), _change(identity, worker, boss.id, role="basic")
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 403])
    count = await identity.pool.fetchval(
        "select count(*) from users where environment_id = $1 and role = 'administrator'", boss.environment_id
    )
    assert count == 1


async def test_a_user_of_another_environment_does_not_exist(identity: Identity) -> None:
    boss, _ = await _team(identity)
    stranger, _ = await _team(identity)
    for user_id in (stranger.id, new_id()):
        refused = await _change(identity, boss, user_id, role="basic")
        assert (refused.status_code, refused.json()["code"]) == (404, "user_not_found")
    assert (await identity.http.get("/identity/v1/users", headers=stranger.headers)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"role": "operator"}, {"role": "king"}, {"role": 1}, {"blocked": "maybe"}, {"firstName": "X"}, []],
    ids=str,
)
async def test_a_change_that_makes_no_sense_is_refused(identity: Identity, change: Any) -> None:
    boss, worker = await _team(identity)
    answer = await identity.http.patch(f"/identity/v1/users/{worker.id}", json=change, headers=boss.headers)
    assert answer.status_code == 400
    assert len(await identity.published(worker.id)) == 1
