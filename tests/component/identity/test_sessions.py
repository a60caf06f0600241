"""Logging in, refreshing and logging out."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from shared.http.security import InvalidToken
from support.identity import PASSWORD, Identity, new_domain, running_identity
from support.identity_company import Member
from support.postgres import CreateDatabase


@pytest.fixture(scope="module")
async def member(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


async def _refresh(identity: Identity, token: str) -> tuple[int, dict[str, str]]:
    answer = await identity.http.post("/identity/v1/sessions/refresh", json={"refreshToken": token})
    return answer.status_code, answer.json()


async def _status(identity: Identity, headers: dict[str, str]) -> int:
    return (await identity.http.get("/identity/v1/me", headers=headers)).status_code


async def test_a_session_gives_a_short_token_that_says_who_and_nothing_about_rights(
    identity: Identity, member: Member
) -> None:
    answer = await identity.log_in(member.email.upper())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["tokenType"], body["expiresIn"]) == ("Bearer", 900)
    assert answer.headers["cache-control"] == "no-store"
    principal = identity.verifier.verify(body["accessToken"])
    assert (principal.subject, principal.environment, principal.client) == (
        member.id,
        member.environment_id,
        "koerier",
    )
    assert {"ap", "users:manage", "keys:manage"} <= principal.scopes


@pytest.mark.parametrize("password", ["wrong", PASSWORD + " ", PASSWORD.upper(), "' or '1'='1"])
async def test_a_wrong_password_is_refused(identity: Identity, member: Member, password: str) -> None:
    answer = await identity.log_in(member.email, password=password)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "no address at all", "'; drop table users; --"])
async def test_an_unknown_address_is_refused_like_a_wrong_password(identity: Identity, email: str) -> None:
    answer = await identity.log_in(email)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


async def test_an_unknown_address_costs_a_password_check_too(
    identity: Identity, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    hasher = identity.application.sessions.start.keywords["checks"].hasher  # type: ignore[attr-defined]
    verify = hasher._hash.verify

    def counted(password: str, hashed: str) -> bool:
        checked.append(True)
        return bool(verify(password, hashed))

    monkeypatch.setattr(hasher._hash, "verify", counted)
    await identity.log_in("nobody@nowhere.example")
    assert checked == [True]


async def test_a_refresh_token_is_exchanged_for_a_new_pair(identity: Identity, member: Member) -> None:
    first = (await identity.log_in(member.email)).json()
    status, second = await _refresh(identity, first["refreshToken"])
    assert status == 200
    assert second["refreshToken"] != first["refreshToken"]
    assert await _status(identity, {"Authorization": f"Bearer {second['accessToken']}"}) == 200


async def test_a_refresh_token_that_comes_back_ends_the_whole_session(identity: Identity, member: Member) -> None:
    first = (await identity.log_in(member.email)).json()
    _, second = await _refresh(identity, first["refreshToken"])
    status, problem = await _refresh(identity, first["refreshToken"])
    assert (status, problem["code"]) == (401, "invalid_refresh_token")
    assert (await _refresh(identity, second["refreshToken"]))[0] == 401
    assert await _status(identity, {"Authorization": f"Bearer {second['accessToken']}"}) == 401


async def test_of_two_simultaneous_uses_of_a_refresh_token_at_most_one_succeeds(
    identity: Identity, member: Member
) -> None:
    token = (await identity.log_in(member.email)).json()["refreshToken"]
    answers = await asyncio.gather(_refresh(identity, token), _refresh(identity, token))
    assert sorted(status for status, _ in answers) == [200, 401]


async def test_a_refresh_token_that_lay_idle_expires(identity: Identity, member: Member) -> None:
    token = (await identity.log_in(member.email)).json()["refreshToken"]
    identity.clock.shift = timedelta(days=15)
    try:
        assert (await _refresh(identity, token))[0] == 401
    finally:
        identity.clock.shift = timedelta()


async def test_refresh_tokens_are_stored_as_hashes(identity: Identity, member: Member) -> None:
    token = (await identity.log_in(member.email)).json()["refreshToken"]
    stored = await identity.pool.fetch("select token_hash from refresh_tokens")
    assert all(token.encode() not in bytes(row["token_hash"]) for row in stored)
    assert {len(row["token_hash"]) for row in stored} == {32}


async def test_after_logging_out_nothing_of_the_session_works_in_identity(identity: Identity, member: Member) -> None:
    session = (await identity.log_in(member.email)).json()
    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    assert (await identity.http.delete("/identity/v1/sessions/current", headers=headers)).status_code == 204
    assert await _status(identity, headers) == 401
    assert (await _refresh(identity, session["refreshToken"]))[0] == 401


@pytest.mark.requirement("R3.7")
async def test_a_blocked_user_is_shut_out_at_once_and_let_in_again(identity: Identity) -> None:
    domain = new_domain()
    boss = await identity.join(f"piet@{domain}")
    worker = await identity.join(f"jan@{domain}")
    url = f"/identity/v1/users/{worker.id}"
    await identity.http.patch(url, json={"blocked": True}, headers=boss.headers)
    assert await _status(identity, worker.headers) == 403
    assert (await _refresh(identity, worker.refresh_token))[0] == 401
    refused = await identity.log_in(worker.email)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_blocked")
    assert (await identity.log_in(worker.email, password="wrong")).status_code == 401
    await identity.http.patch(url, json={"blocked": False}, headers=boss.headers)
    assert (await identity.log_in(worker.email)).status_code == 201
    assert await _status(identity, worker.headers) == 401


async def test_an_account_bears_ten_wrong_passwords_in_a_quarter_of_an_hour(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    await identity.join(email)
    for _ in range(10):
        assert (await identity.log_in(email, password="wrong")).status_code == 401
    refused = await identity.log_in(email)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(refused.headers["retry-after"]) <= 900
    await identity.pool.execute("update throttles set ends_at = now()")
    assert (await identity.log_in(email)).status_code == 201


async def test_an_unknown_account_is_throttled_like_a_known_one(identity: Identity) -> None:
    email = f"nobody@{new_domain()}"
    answers = [(await identity.log_in(email)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


async def test_good_logins_do_not_count(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    await identity.join(email)
    assert {(await identity.log_in(email)).status_code for _ in range(12)} == {201}


async def test_a_network_address_bears_only_so_many_failures(create_database: CreateDatabase) -> None:
    from support.identity import migrate_identity  # noqa: PLC0415 - the module's database has another limit

    database = create_database("identity", migrate_identity)
    async with running_identity(database.app_dsn, login={"attempts_per_client": 3}) as strict:
        member = await strict.join(f"jan@{new_domain()}")
        body = {"email": "", "password": "wrong"}
        first = {"X-Forwarded-For": "10.0.0.1, 203.0.113.7"}
        answers = [
            await strict.http.post(
                "/identity/v1/sessions", json={**body, "email": f"n{number}@nowhere.example"}, headers=first
            )
            for number in range(4)
        ]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        other = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}
        login = {"email": member.email, "password": PASSWORD}
        assert (await strict.http.post("/identity/v1/sessions", json=login, headers=other)).status_code == 201


async def test_a_password_hash_with_an_older_cost_is_replaced_at_login(identity: Identity) -> None:
    from pwdlib import PasswordHash  # noqa: PLC0415
    from pwdlib.hashers.argon2 import Argon2Hasher  # noqa: PLC0415

    member = await identity.join(f"jan@{new_domain()}")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash(PASSWORD)
    await identity.pool.execute("update users set password_hash = $2 where id = $1", member.id, cheap)
    assert (await identity.log_in(member.email)).status_code == 201
    stored = await identity.pool.fetchval("select password_hash from users where id = $1", member.id)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_session_of_another_environment_is_no_session(identity: Identity, member: Member) -> None:
    from identity.application.identify_caller import IdentifyCaller  # noqa: PLC0415
    from identity.domain.errors import SessionEnded  # noqa: PLC0415

    stranger = await identity.join(f"x@{new_domain()}")
    token_id = identity.verifier.verify(member.headers["Authorization"].removeprefix("Bearer ")).token_id
    with pytest.raises(SessionEnded):
        await identity.application.sessions.identify_caller(
            IdentifyCaller(
                user_id=stranger.id,
                environment_id=stranger.environment_id,
                token_id=token_id,
                connection_key=None,
                client="127.0.0.1",
            )
        )
    with pytest.raises(InvalidToken):
        identity.verifier.verify("x.y.z")
    assert UUID(hex=token_id.partition(".")[0])


async def test_a_login_that_waits_for_its_turn_does_not_outlive_a_change_of_the_password(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old password is being checked while its change commits and ends every session."""
    member = await identity.join(f"jan@{new_domain()}")
    hasher = identity.application.sessions.start.keywords["checks"].hasher  # type: ignore[attr-defined]
    original = hasher.verify

    async def verify_and_be_overtaken(password: str, hashed: str | None) -> tuple[bool, str | None]:
        answer = await original(password, hashed)
        await identity.pool.execute("update users set password_hash = 'another' where id = $1", member.id)
        return answer

    monkeypatch.setattr(hasher, "verify", verify_and_be_overtaken)
    answer = await identity.log_in(member.email)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
