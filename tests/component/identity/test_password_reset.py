"""A forgotten password: the same answer for everybody, a link that works once, and nobody stays logged in."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support.identity import PASSWORD, Identity, new_domain
from support.identity_company import Member

NEW_PASSWORD = "heel andere losse woorden 7"
PATH = "/identity/v1/password-resets"


async def _ask(identity: Identity, email: str) -> httpx2.Response:
    answer = await identity.http.post(PATH, json={"email": email})
    await identity.run_jobs()
    return answer


async def _link(identity: Identity, email: str) -> str:
    assert (await _ask(identity, email)).status_code == 202
    assert identity.mail.templates_to(email)[-1] == "password_reset"
    return identity.mail.link_token(email)


async def _reset(identity: Identity, token: str, **fields: Any) -> httpx2.Response:
    body = {"token": token, "password": NEW_PASSWORD, **fields}
    return await identity.http.post(f"{PATH}/completion", json=body)


async def _person(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


@pytest.mark.requirement("R8.7")
async def test_the_answer_is_the_same_for_every_address_and_only_a_users_own_gets_mail(identity: Identity) -> None:
    boss = await _person(identity)
    invited = f"new@{new_domain()}"
    body = {"email": invited, "firstName": "A", "lastName": "B"}
    await identity.http.post("/identity/v1/users", json=body, headers=boss.headers)
    nobody = f"nobody@{new_domain()}"
    answers = [await _ask(identity, email) for email in (boss.email, invited, nobody)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"status":"accepted"}')}
    assert identity.mail.templates_to(boss.email)[-1] == "password_reset"
    assert identity.mail.templates_to(invited) == ["activation"]
    assert identity.mail.templates_to(nobody) == []


async def test_asking_writes_the_same_for_every_address(identity: Identity) -> None:
    """What an account costs must not show in the time that the answer takes: the look-up is the worker's."""
    boss = await _person(identity)
    for email in (boss.email, f"nobody@{new_domain()}"):
        await identity.http.post(PATH, json={"email": email})
    waiting = await identity.pool.fetch("select kind, payload from jobs where kind = 'start_password_reset'")
    assert len(waiting) == 2
    await identity.run_jobs()


@pytest.mark.requirement("R8.7")
async def test_the_new_password_works_the_old_one_does_not_and_sessions_end(identity: Identity) -> None:
    boss = await _person(identity)
    token = await _link(identity, boss.email)
    assert (await _reset(identity, token)).status_code == 200
    assert (await identity.log_in(boss.email)).status_code == 401
    assert (await identity.log_in(boss.email, password=NEW_PASSWORD)).status_code == 201
    assert (await identity.http.get("/identity/v1/me", headers=boss.headers)).status_code == 401
    refreshed = await identity.http.post("/identity/v1/sessions/refresh", json={"refreshToken": boss.refresh_token})
    assert refreshed.status_code == 401
    await identity.run_jobs()
    assert identity.mail.templates_to(boss.email)[-1] == "password_changed"
    acts = await identity.pool.fetch("select action from audit_entries where subject_id = $1 order by id", boss.id)
    assert [row["action"] for row in acts] == ["user.registered", "user.password_reset"]


@pytest.mark.requirement("R8.7")
async def test_a_link_works_once_and_a_newer_one_replaces_it(identity: Identity) -> None:
    boss = await _person(identity)
    first = await _link(identity, boss.email)
    second = await _link(identity, boss.email)
    assert (await _reset(identity, first)).json()["code"] == "link_invalid"
    both = await asyncio.gather(_reset(identity, second), _reset(identity, second, password=f"{NEW_PASSWORD} ook"))
    assert sorted(answer.status_code for answer in both) == [200, 422]
    assert (await _reset(identity, second)).json()["code"] == "link_used"


async def test_a_link_expires_after_an_hour(identity: Identity) -> None:
    boss = await _person(identity)
    token = await _link(identity, boss.email)
    identity.clock.shift = timedelta(hours=1, seconds=1)
    try:
        assert (await _reset(identity, token)).json()["code"] == "link_expired"
    finally:
        identity.clock.shift = timedelta()
    assert (await _reset(identity, token)).status_code == 200


@pytest.mark.parametrize("password", ["kort", "wachtwoord123456", "x" * 200])
async def test_a_weak_password_leaves_the_link_and_the_old_password(identity: Identity, password: str) -> None:
    boss = await _person(identity)
    token = await _link(identity, boss.email)
    refused = await _reset(identity, token, password=password)
    assert (refused.status_code, refused.json()["code"]) == (422, "weak_password")
    assert (await identity.log_in(boss.email)).status_code == 201
    assert (await _reset(identity, token)).status_code == 200


async def test_a_link_for_one_thing_does_nothing_else(identity: Identity) -> None:
    boss = await _person(identity)
    reset = await _link(identity, boss.email)
    registration = await identity.request_link(f"new@{new_domain()}")
    assert (await identity.complete(reset)).json()["code"] == "link_invalid"
    assert (await _reset(identity, registration)).json()["code"] == "link_invalid"
    verification = await identity.http.post("/identity/v1/addresses/verification", json={"token": reset})
    assert verification.json()["code"] == "link_invalid"
    assert (await identity.log_in(boss.email)).status_code == 201


async def test_the_link_of_a_blocked_user_does_nothing(identity: Identity) -> None:
    domain = new_domain()
    boss, worker = await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")
    token = await _link(identity, worker.email)
    await identity.http.patch(f"/identity/v1/users/{worker.id}", json={"blocked": True}, headers=boss.headers)
    assert (await _reset(identity, token)).json()["code"] == "link_invalid"
    await _ask(identity, worker.email)
    assert identity.mail.templates_to(worker.email).count("password_reset") == 1


async def test_the_page_changes_the_password_and_says_what_is_wrong(identity: Identity) -> None:
    boss = await _person(identity)
    token = await _link(identity, boss.email)
    page = await identity.http.get(f"{PATH}/completion", params={"token": token, "lang": "en"})
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert boss.email in page.text
    assert 'type="password"' in page.text
    weak = await identity.http.post(f"{PATH}/completion", data={"token": token, "password": "kort", "lang": "en"})
    assert weak.status_code == 422
    assert "too easy to guess" in weak.text
    done = await identity.http.post(f"{PATH}/completion", data={"token": token, "password": NEW_PASSWORD})
    assert done.status_code == 200
    again = await identity.http.post(f"{PATH}/completion", data={"token": token, "password": PASSWORD})
    assert again.status_code == 422
    assert "<form" not in again.text
    gone = await identity.http.get(f"{PATH}/completion", params={"token": token})
    assert gone.status_code == 410


async def test_an_address_gets_a_few_mails_an_hour_and_the_answer_stays_the_same(identity: Identity) -> None:
    boss = await _person(identity)
    answers = {(await _ask(identity, boss.email)).status_code for _ in range(8)}
    assert answers == {202}
    assert identity.mail.templates_to(boss.email).count("password_reset") == 4, "one mail was the registration's"
