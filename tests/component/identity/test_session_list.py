"""Where somebody is logged in: shown to themselves alone, and ended from anywhere."""

from datetime import timedelta
from typing import Any

import pytest
from support.identity import PASSWORD, Identity, new_domain
from support.identity_company import Member

SESSIONS = "/identity/v1/sessions"


@pytest.fixture
async def member(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


async def log_in(identity: Identity, member: Member, *, device: str = "", client: str = "") -> dict[str, Any]:
    """Return the session's tokens, with its headers as `headers`."""
    headers = {"User-Agent": device} | ({"X-Forwarded-For": client} if client else {})
    body = {"email": member.email, "password": PASSWORD}
    answer = await identity.http.post(SESSIONS, json=body, headers=headers)
    assert answer.status_code == 201
    return answer.json() | {"headers": {"Authorization": f"Bearer {answer.json()['accessToken']}"}}


async def listed(identity: Identity, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = await identity.http.get(SESSIONS, headers=headers)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_one_sees_where_one_is_logged_in_and_which_session_one_uses(identity: Identity, member: Member) -> None:
    laptop = await log_in(identity, member, device="Firefox on Linux", client="198.51.100.7")
    phone = await log_in(identity, member, device="Koerier for phones", client="203.0.113.9")
    found = {each["device"]: each for each in await listed(identity, phone["headers"])}
    assert found["Firefox on Linux"]["client"] == "198.51.100.7"
    assert found["Koerier for phones"]["client"] == "203.0.113.9"
    assert [device for device, each in found.items() if each["current"]] == ["Koerier for phones"]
    assert laptop["accessToken"] not in str(found)


async def test_a_refresh_is_its_last_use(identity: Identity, member: Member) -> None:
    session = await log_in(identity, member, device="before", client="198.51.100.7")
    (before,) = [each for each in await listed(identity, session["headers"]) if each["current"]]
    headers = {"User-Agent": "after", "X-Forwarded-For": "203.0.113.9"}
    answer = await identity.http.post(
        f"{SESSIONS}/refresh", json={"refreshToken": session["refreshToken"]}, headers=headers
    )
    fresh = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
    (after,) = [each for each in await listed(identity, fresh) if each["current"]]
    assert (after["id"], after["createdAt"]) == (before["id"], before["createdAt"])
    assert (after["device"], after["client"]) == ("after", "203.0.113.9")
    assert after["usedAt"] > before["usedAt"]
    assert after["expiresAt"] > before["expiresAt"]


async def test_a_session_is_ended_from_another_one(identity: Identity, member: Member) -> None:
    lost = await log_in(identity, member, device="lost")
    mine = await log_in(identity, member, device="mine")
    (which,) = [each["id"] for each in await listed(identity, mine["headers"]) if each["device"] == "lost"]
    assert (await identity.http.delete(f"{SESSIONS}/{which}", headers=mine["headers"])).status_code == 204
    assert (await identity.http.get("/identity/v1/me", headers=lost["headers"])).status_code == 401
    refresh = await identity.http.post(f"{SESSIONS}/refresh", json={"refreshToken": lost["refreshToken"]})
    assert refresh.status_code == 401
    again = await identity.http.delete(f"{SESSIONS}/{which}", headers=mine["headers"])
    assert (again.status_code, again.json()["code"]) == (404, "session_unknown")
    assert "lost" not in {each["device"] for each in await listed(identity, mine["headers"])}


async def test_all_others_are_ended_at_once(identity: Identity, member: Member) -> None:
    others = [await log_in(identity, member) for _ in range(3)]
    mine = await log_in(identity, member)
    assert (await identity.http.delete(f"{SESSIONS}/others", headers=mine["headers"])).status_code == 204
    assert [each["current"] for each in await listed(identity, mine["headers"])] == [True]
    for other in others:
        assert (await identity.http.get("/identity/v1/me", headers=other["headers"])).status_code == 401


async def test_nobody_else_sees_or_ends_a_session(identity: Identity, member: Member) -> None:
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    theirs = await log_in(identity, colleague, device="theirs")
    mine = await log_in(identity, member)
    assert "theirs" not in {each["device"] for each in await listed(identity, mine["headers"])}
    (which,) = [each["id"] for each in await listed(identity, theirs["headers"]) if each["current"]]
    refused = await identity.http.delete(f"{SESSIONS}/{which}", headers=mine["headers"])
    assert (refused.status_code, refused.json()["code"]) == (404, "session_unknown")
    assert (await identity.http.get("/identity/v1/me", headers=theirs["headers"])).status_code == 200


async def test_what_a_program_says_of_itself_is_cut_and_cleaned(identity: Identity, member: Member) -> None:
    session = await log_in(identity, member, device="x" * 5000)
    assert "x" * 200 in {each["device"] for each in await listed(identity, session["headers"])}


async def test_a_session_that_was_not_refreshed_in_time_is_no_longer_listed(identity: Identity, member: Member) -> None:
    identity.clock.shift = timedelta(days=-15)
    try:
        await log_in(identity, member, device="forgotten")
    finally:
        identity.clock.shift = timedelta()
    session = await log_in(identity, member, device="today")
    assert "forgotten" not in {each["device"] for each in await listed(identity, session["headers"])}
