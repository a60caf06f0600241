"""The second factor that people set up themselves: what switches it on and off, and that no code works twice."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pyotp
import pytest
from support.identity import PASSWORD, Identity, new_domain
from support.identity_company import Member

PATH = "/identity/v1/me/second-factor"
STEP = 30


@pytest.fixture(autouse=True)
def begin_of_a_step(identity: Identity) -> Iterator[None]:
    """Let the clock be a little late, so that a step begins now."""
    identity.clock.shift = timedelta(seconds=-(time.time() % STEP))
    yield
    identity.clock.shift = timedelta()


def code(identity: Identity, secret: str, step: int = 0) -> str:
    """Return the code of the step that is now, or of one that many steps later."""
    return pyotp.TOTP(secret).at(int(identity.clock.now().timestamp()) + step * STEP)


async def post(identity: Identity, member: Member, path: str = "", **body: Any) -> httpx2.Response:
    return await identity.http.post(f"{PATH}{path}", json=body, headers=member.headers)


async def person(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


async def protected(identity: Identity) -> tuple[Member, str, list[str]]:
    """Return somebody with a second factor, its secret, and their recovery codes; the code of step -1 is used."""
    member = await person(identity)
    secret = (await post(identity, member, password=PASSWORD)).json()["secret"]
    confirmed = await post(identity, member, "/confirmation", code=code(identity, secret, -1))
    assert confirmed.status_code == 200, confirmed.text
    return member, secret, confirmed.json()["recoveryCodes"]


@pytest.mark.requirement("R8.8")
async def test_it_counts_from_its_first_code_on(identity: Identity) -> None:
    member = await person(identity)
    begun = await post(identity, member, password=PASSWORD)
    assert (begun.status_code, begun.headers["cache-control"]) == (201, "no-store")
    secret, uri = begun.json()["secret"], begun.json()["uri"]
    assert uri.startswith("otpauth://totp/Koerier:")
    assert f"secret={secret}" in uri
    assert (await identity.log_in(member.email)).status_code == 201
    wrong = await post(identity, member, "/confirmation", code="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    assert (await post(identity, member, "/confirmation", code=code(identity, secret))).status_code == 200
    refused = await identity.log_in(member.email)
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_required")
    assert (await identity.log_in(member.email, totp=code(identity, secret, 1))).status_code == 201
    me = await identity.http.get("/identity/v1/me", headers=member.headers)
    assert me.json()["secondFactor"] is True


@pytest.mark.requirement("R8.8")
async def test_the_second_factor_is_checked_before_a_token_is_made(identity: Identity) -> None:
    member, secret, _ = await protected(identity)
    sessions = "select count(*) from sessions where user_id = $1"
    before = await identity.pool.fetchval(sessions, member.id)
    for wrong in ("000000", "abc", code(identity, secret, -1), code(identity, secret, -5), "\u0660" * 6):
        assert (await identity.log_in(member.email, totp=wrong)).status_code == 401, wrong
    assert await identity.pool.fetchval(sessions, member.id) == before


@pytest.mark.requirement("R8.8")
async def test_no_code_works_twice_even_at_once(identity: Identity) -> None:
    member, secret, recovery = await protected(identity)
    for one in (code(identity, secret), recovery[0]):
        answers = await asyncio.gather(*(identity.log_in(member.email, totp=one) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 401, 401]


@pytest.mark.requirement("R8.8")
async def test_recovery_codes_are_hashed_work_once_and_are_told_of(identity: Identity) -> None:
    member, _, recovery = await protected(identity)
    assert len(set(recovery)) == 10
    stored = await identity.pool.fetch("select code_hash from recovery_codes where user_id = $1", member.id)
    assert len(stored) == 10
    assert all(given.replace("-", "").encode() not in row["code_hash"] for row in stored for given in recovery)
    typed = recovery[3].upper().replace("-", " ")
    assert (await identity.log_in(member.email, totp=typed)).status_code == 201
    assert (await identity.log_in(member.email, totp=recovery[3])).status_code == 401
    await identity.run_jobs()
    told = identity.mail.templates_to(member.email)
    assert (told.count("recovery_code_used"), told.count("second_factor_changed")) == (1, 1)
    acts = await identity.pool.fetch("select action from audit_entries where subject_id = $1 order by id", member.id)
    assert [row["action"] for row in acts] == ["user.registered", "second_factor.enabled", "recovery_code.used"]


@pytest.mark.requirement("R8.8")
async def test_new_recovery_codes_replace_the_older_ones(identity: Identity) -> None:
    member, secret, old = await protected(identity)
    renewed = await post(identity, member, "/recovery-codes", code=code(identity, secret))
    assert renewed.status_code == 201
    assert (await identity.log_in(member.email, totp=old[0])).status_code == 401
    assert (await identity.log_in(member.email, totp=renewed.json()["recoveryCodes"][0])).status_code == 201


@pytest.mark.requirement("R8.8")
async def test_switching_off_takes_the_password_and_a_code(identity: Identity) -> None:
    member, secret, recovery = await protected(identity)
    for body in ({"password": "wrong", "code": code(identity, secret)}, {"password": PASSWORD, "code": "000000"}):
        assert (await post(identity, member, "/removal", **body)).status_code == 401
    off = await post(identity, member, "/removal", password=PASSWORD, code=code(identity, secret))
    assert off.status_code == 204
    assert (await identity.log_in(member.email)).status_code == 201
    left = await identity.pool.fetchval("select count(*) from recovery_codes where user_id = $1", member.id)
    assert left == 0
    again = await post(identity, member, "/removal", password=PASSWORD, code=recovery[0])
    assert (again.status_code, again.json()["code"]) == (409, "second_factor_not_active")


async def test_setting_up_takes_the_password_and_not_a_second_time(identity: Identity) -> None:
    member, _, _ = await protected(identity)
    refused = await post(identity, member, password=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (409, "second_factor_active")
    other = await person(identity)
    assert (await post(identity, other, password="wrong")).status_code == 401
    nothing = await post(identity, other, "/confirmation", code="123456")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "second_factor_not_begun")


async def test_the_secret_is_sealed_and_a_newer_one_replaces_it(identity: Identity) -> None:
    member = await person(identity)
    first = (await post(identity, member, password=PASSWORD)).json()["secret"]
    second = (await post(identity, member, password=PASSWORD)).json()["secret"]
    pending = await identity.pool.fetchval("select totp_pending from users where id = $1", member.id)
    assert first.encode() not in pending
    assert second.encode() not in pending
    assert (await post(identity, member, "/confirmation", code=code(identity, first))).status_code == 401
    assert (await post(identity, member, "/confirmation", code=code(identity, second))).status_code == 200


@pytest.mark.requirement("R8.11")
async def test_guessing_is_bounded(identity: Identity) -> None:
    member, secret, _ = await protected(identity)
    answers = [(await post(identity, member, "/recovery-codes", code=f"{guess:06}")).status_code for guess in range(12)]
    assert answers == [401] * 10 + [429] * 2
    refused = await post(identity, member, "/recovery-codes", code=code(identity, secret))
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)


@pytest.mark.requirement("R8.11")
async def test_who_knows_the_password_cannot_guess_the_code_either(identity: Identity) -> None:
    member, secret, _ = await protected(identity)
    answers = [
        (await post(identity, member, "/removal", password=PASSWORD, code=f"{guess:06}")).status_code
        for guess in range(12)
    ]
    assert answers == [401] * 10 + [429] * 2
    assert (await post(identity, member, "/removal", password=PASSWORD, code=code(identity, secret))).status_code == 429


async def test_an_operator_keeps_it(identity: Identity) -> None:
    operator = await identity.application.users.create_operator(f"op@{new_domain()}")
    session = await identity.log_in(
        operator.email, password=operator.password, totp=code(identity, operator.totp_secret, -1)
    )
    headers = {"Authorization": f"Bearer {session.json()['accessToken']}"}
    body = {"password": operator.password, "code": code(identity, operator.totp_secret)}
    answer = await identity.http.post(f"{PATH}/removal", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_a_reset_password_does_not_get_around_it(identity: Identity) -> None:
    member, secret, _ = await protected(identity)
    await identity.http.post("/identity/v1/password-resets", json={"email": member.email})
    await identity.run_jobs()
    body = {"token": identity.mail.link_token(member.email), "password": "heel andere losse woorden 7"}
    assert (await identity.http.post("/identity/v1/password-resets/completion", json=body)).status_code == 200
    refused = await identity.log_in(member.email, password=body["password"])
    assert refused.json()["code"] == "second_factor_required"
    again = await identity.log_in(member.email, password=body["password"], totp=code(identity, secret))
    assert again.status_code == 201
