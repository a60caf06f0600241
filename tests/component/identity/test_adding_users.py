"""Users whom an administrator adds or invites: their link, what they become, and how they leave again."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from shared.ids import new_id
from support.identity import Identity, new_domain
from support.identity_company import Member

NEW = {"firstName": "Piet", "lastName": "Pietersen"}


async def _add(identity: Identity, actor: Member, email: str, **fields: Any) -> httpx2.Response:
    body = {"email": email, **NEW, **fields}
    return await identity.http.post("/identity/v1/users", json=body, headers=actor.headers)


async def _invite(identity: Identity, actor: Member, email: str, **fields: Any) -> httpx2.Response:
    return await identity.http.post("/identity/v1/invitations", json={"email": email, **fields}, headers=actor.headers)


async def _status_of(identity: Identity, actor: Member, user_id: str) -> str:
    listed = (await identity.http.get("/identity/v1/users", params={"limit": 200}, headers=actor.headers)).json()
    return next((user["status"] for user in listed["items"] if user["id"] == user_id), "absent")


async def _link(identity: Identity, email: str) -> str:
    await identity.run_jobs()
    return identity.mail.link_token(email)


@pytest.mark.requirement("R4.1")
@pytest.mark.parametrize("way", [_add, _invite])
async def test_only_administrators_add_users(identity: Identity, way: Any) -> None:
    domain = new_domain()
    boss, worker = await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")
    refused = await way(identity, worker, f"new@{domain}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await way(identity, boss, f"new@{domain}")).status_code == 201
    anonymous = await identity.http.post("/identity/v1/users", json={"email": f"x@{domain}", **NEW})
    assert anonymous.status_code == 401


@pytest.mark.requirement("R4.1")
@pytest.mark.requirement("R6.5")
async def test_an_address_belongs_to_one_user_of_the_whole_platform(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    stranger = await identity.join(f"boss@{new_domain()}")
    invited = f"new@{new_domain()}"
    assert (await _add(identity, stranger, invited)).status_code == 201
    for taken in (stranger.email, stranger.email.upper(), invited):
        for way in (_add, _invite):
            refused = await way(identity, boss, taken)
            assert (refused.status_code, refused.json()["code"]) == (409, "email_taken"), taken


@pytest.mark.requirement("R4.1")
async def test_of_many_who_add_one_address_at_once_one_succeeds(identity: Identity) -> None:
    bosses = [await identity.join(f"boss@{new_domain()}") for _ in range(4)]
    email = f"new@{new_domain()}"
    answers = await asyncio.gather(*(_add(identity, boss, email) for boss in bosses))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.requirement("R4.2")
async def test_an_invitation_is_refused_where_the_domain_leads_elsewhere(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    elsewhere = await identity.join(f"boss@{new_domain()}")
    generic = f"{new_id().hex}@gmail.com"
    for email in (generic, f"colleague@{elsewhere.email.partition('@')[2]}"):
        refused = await _invite(identity, boss, email)
        assert (refused.status_code, refused.json()["code"]) == (422, "shared_domain_use_add")
        assert (await _add(identity, boss, email)).status_code == 201
    own = f"colleague@{boss.email.partition('@')[2]}"
    assert (await _invite(identity, boss, own)).status_code == 201
    assert (await _invite(identity, boss, f"advisor@{new_domain()}")).status_code == 201


@pytest.mark.requirement("R4.3")
@pytest.mark.requirement("R4.5")
async def test_an_invited_user_becomes_active_by_the_link_alone(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"new@{new_domain()}"
    added = (await _add(identity, boss, email)).json()
    assert (added["status"], added["role"], added["firstName"]) == ("invited", "basic", "Piet")
    assert (await identity.log_in(email)).status_code == 401
    done = await identity.complete(await _link(identity, email), **NEW)
    assert (done.status_code, done.json()["userId"], done.json()["role"]) == (201, added["id"], "basic")
    assert done.json()["environmentId"] == str(boss.environment_id)
    assert (await identity.log_in(email)).status_code == 201
    assert await _status_of(identity, boss, added["id"]) == "active"
    invited, registered = await identity.published(done.json()["userId"])
    assert (invited.type, invited.data["state"]["status"]) == ("identity.user-invited.v1", "invited")
    assert invited.data["state"]["addresses"][0]["verified"] is False
    assert (registered.type, registered.data["joined_by"]) == ("identity.user-registered.v1", "invitation")
    assert (registered.data["state"]["status"], registered.sequence) == ("active", 2)


async def test_an_invitee_says_who_they_are_and_gets_the_role_that_was_meant(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"new@{boss.email.partition('@')[2]}"
    invited = (await _invite(identity, boss, email, role="advanced", locale="en")).json()
    assert (invited["firstName"], invited["role"]) == ("", "advanced")
    token = await _link(identity, email)
    page = await identity.http.get("/identity/v1/registrations/completion", params={"token": token})
    assert (page.status_code, page.headers["content-language"]) == (200, "en")
    assert (await identity.complete(token, firstName="Ans", lastName="Smit")).json()["role"] == "advanced"
    me = await identity.http.get(
        "/identity/v1/me",
        headers={"Authorization": f"Bearer {(await identity.log_in(email)).json()['accessToken']}"},
    )
    assert (me.json()["firstName"], me.json()["locale"]) == ("Ans", "en")


async def test_the_page_shows_the_name_that_the_administrator_gave(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"new@{new_domain()}"
    await _add(identity, boss, email, firstName='"><script>')
    page = await identity.http.get(
        "/identity/v1/registrations/completion", params={"token": await _link(identity, email)}
    )
    assert 'value="Pietersen"' in page.text
    assert "<script>" not in page.text


@pytest.mark.requirement("R4.4")
async def test_the_link_works_once_for_a_week_and_a_new_one_replaces_it(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"new@{new_domain()}"
    added = (await _add(identity, boss, email)).json()
    first = await _link(identity, email)
    identity.clock.shift = timedelta(days=7, seconds=1)
    try:
        late = await identity.complete(first)
    finally:
        identity.clock.shift = timedelta()
    assert (late.status_code, late.json()["code"]) == (422, "link_expired")
    path = f"/identity/v1/users/{added['id']}/activation-link"
    assert (await identity.http.post(path, headers=boss.headers)).status_code == 202
    second = await _link(identity, email)
    assert (await identity.complete(first)).json()["code"] == "link_invalid"
    both = await asyncio.gather(identity.complete(second), identity.complete(second))
    assert sorted(answer.status_code for answer in both) == [201, 422]
    assert (await identity.complete(second)).json()["code"] == "link_used"
    again = await identity.http.post(path, headers=boss.headers)
    assert (again.status_code, again.json()["code"]) == (409, "user_not_invited")


async def test_who_was_invited_and_registers_gets_the_invitation_again(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"{new_id().hex}@gmail.com"
    await _add(identity, boss, email)
    token = await identity.request_link(email)
    assert identity.mail.templates_to(email) == ["activation", "activation"]
    assert (await identity.complete(token)).json()["environmentId"] == str(boss.environment_id)


@pytest.mark.requirement("R4.3")
async def test_a_blocked_user_cannot_log_in_until_unblocked(identity: Identity) -> None:
    domain = new_domain()
    boss, worker = await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")
    path = f"/identity/v1/users/{worker.id}"
    assert (await identity.http.patch(path, json={"blocked": True}, headers=boss.headers)).status_code == 200
    assert (await identity.log_in(worker.email)).status_code == 403
    assert (await identity.http.patch(path, json={"blocked": False}, headers=boss.headers)).status_code == 200
    assert (await identity.log_in(worker.email)).status_code == 201


@pytest.mark.requirement("R4.7")
async def test_a_removed_user_loses_sessions_keys_and_name_and_their_address_is_free(identity: Identity) -> None:
    domain = new_domain()
    boss, worker = await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")
    path = f"/identity/v1/users/{worker.id}"
    await identity.http.patch(path, json={"role": "administrator"}, headers=boss.headers)
    company = await identity.activate_organization(worker)
    key = await identity.issue_key(worker, company.id)
    assert (await identity.request_token(key)).status_code == 200
    assert (await identity.http.delete(path, headers=boss.headers)).status_code == 204
    assert (await identity.http.get("/identity/v1/me", headers=worker.headers)).status_code == 401
    assert (await identity.log_in(worker.email)).status_code == 401
    assert (await identity.request_token(key)).status_code == 401
    assert (await identity.http.delete(path, headers=boss.headers)).status_code == 404
    *_, removed = await identity.published(worker.id)
    state = removed.data["state"]
    assert (removed.type, state["status"]) == ("identity.user-removed.v1", "removed")
    assert (state["first_name"], state["last_name"], state["addresses"]) == ("", "", [])
    stored = await identity.pool.fetchrow("select * from users where id = $1", worker.id)
    assert (stored["first_name"], stored["password_hash"], stored["totp_secret"]) == ("", None, None)
    assert (await _add(identity, boss, worker.email)).status_code == 201


@pytest.mark.requirement("R3.9")
async def test_the_last_administrator_is_not_removed_even_by_two_at_once(identity: Identity) -> None:
    domain = new_domain()
    boss, worker = await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")
    alone = await identity.http.delete(f"/identity/v1/users/{boss.id}", headers=boss.headers)
    assert (alone.status_code, alone.json()["code"]) == (409, "last_administrator")
    promotion = {"role": "administrator"}
    await identity.http.patch(f"/identity/v1/users/{worker.id}", json=promotion, headers=boss.headers)
    answers = await asyncio.gather(
        identity.http.delete(f"/identity/v1/users/{worker.id}", headers=boss.headers),
        identity.http.delete(f"/identity/v1/users/{boss.id}", headers=worker.headers),
    )
    assert min(answer.status_code for answer in answers) == 204
    left = await identity.pool.fetchval(
        "select count(*) from users where environment_id = $1 and role = 'administrator' and status = 'active'",
        boss.environment_id,
    )
    assert left == 1


async def test_the_link_of_a_removed_invitee_leads_nowhere(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    email = f"new@{new_domain()}"
    added = (await _add(identity, boss, email)).json()
    token = await _link(identity, email)
    assert (await identity.http.delete(f"/identity/v1/users/{added['id']}", headers=boss.headers)).status_code == 204
    assert (await identity.complete(token)).json()["code"] == "link_invalid"
    assert await _status_of(identity, boss, added["id"]) == "absent"


async def test_users_of_others_are_neither_removed_nor_mailed(identity: Identity) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    stranger = await identity.join(f"boss@{new_domain()}")
    theirs = (await _add(identity, stranger, f"new@{new_domain()}")).json()["id"]
    for user_id in (theirs, str(stranger.id), str(new_id())):
        assert (await identity.http.delete(f"/identity/v1/users/{user_id}", headers=boss.headers)).status_code == 404
        path = f"/identity/v1/users/{user_id}/activation-link"
        assert (await identity.http.post(path, headers=boss.headers)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "operator"},
        {"role": "king"},
        {"email": "x"},
        {"firstName": "a\r\nBcc: x"},
        {"locale": "xx"},
        {"id": 1},
    ],
    ids=str,
)
async def test_a_user_who_makes_no_sense_is_not_added(identity: Identity, wrong: dict[str, Any]) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    answer = await _add(identity, boss, **{"email": f"new@{new_domain()}", **wrong})
    assert answer.status_code == 400, answer.text
