"""Links, sessions, tokens, counters and mail of identity at the edge of their time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from identity.domain.session import SessionPolicy
from identity.entrypoints.jobs import RETRIES
from support.identity import Identity, migrate_identity, new_domain, running_identity
from support.postgres import CreateDatabase
from support.virtual_time import VirtualTime, install

SECOND = timedelta(seconds=1)
LINK = timedelta(hours=24)
WINDOW = timedelta(minutes=15)
POLICY = SessionPolicy()


@pytest.fixture(scope="module")
def dsn(create_database: CreateDatabase) -> str:
    database = create_database("identity", migrate_identity)
    install(database.owner_dsn)
    return database.app_dsn


@pytest.fixture
async def identity(dsn: str) -> AsyncIterator[Identity]:
    async with running_identity(dsn) as running:
        yield running
        await running.pool.execute("delete from jobs")


@pytest.fixture
async def time(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VirtualTime]:
    """Move the database, the service's clock and the time by which tokens are judged."""
    import time as machine  # noqa: PLC0415 - the name is taken here

    real, passed = machine.time, [0.0]

    def follow(span: timedelta) -> None:
        identity.clock.shift = span
        passed[0] = span.total_seconds()

    monkeypatch.setattr(machine, "time", lambda: real() + passed[0])
    moving = VirtualTime(pool=identity.pool, follow=follow)
    yield moving
    await moving.advance(-moving.passed)


async def me(identity: Identity, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await identity.http.get("/identity/v1/me", headers=headers)).status_code


async def refresh(identity: Identity, token: str) -> httpx2.Response:
    return await identity.http.post("/identity/v1/sessions/refresh", json={"refreshToken": token})


async def test_a_link_works_for_a_day_and_not_a_second_longer(identity: Identity, time: VirtualTime) -> None:
    tokens = [await identity.request_link(f"jan@{new_domain()}") for _ in range(2)]
    await time.advance(LINK - 30 * SECOND)
    assert (await identity.complete(tokens[0])).status_code == 201
    await time.advance(31 * SECOND)
    late = await identity.complete(tokens[1])
    assert (late.status_code, late.json()["code"]) == (422, "link_expired")


async def test_an_access_token_works_for_a_quarter_of_an_hour(identity: Identity, time: VirtualTime) -> None:
    email = f"jan@{new_domain()}"
    await identity.join(email)
    token = (await identity.log_in(email)).json()["accessToken"]
    await time.advance(POLICY.access - 5 * SECOND)
    assert await me(identity, token) == 200
    await time.advance(12 * SECOND)  # five seconds of leeway between machines' clocks
    assert await me(identity, token) == 401


async def test_a_session_that_lies_idle_for_two_weeks_is_over(identity: Identity, time: VirtualTime) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    other = await identity.join(f"piet@{new_domain()}")
    await time.advance(POLICY.idle - 30 * SECOND)
    assert (await refresh(identity, member.refresh_token)).status_code == 200
    await time.advance(31 * SECOND)
    assert (await refresh(identity, other.refresh_token)).status_code == 401


async def test_a_session_ends_after_ninety_days_however_busy_it_is(identity: Identity, time: VirtualTime) -> None:
    token = (await identity.join(f"jan@{new_domain()}")).refresh_token
    step = timedelta(days=10)
    for _ in range(8):
        await time.advance(step)
        token = (await refresh(identity, token)).json()["refreshToken"]
    await time.advance(POLICY.longest - 8 * step - 30 * SECOND)
    last = await refresh(identity, token)
    assert last.status_code == 200
    await time.advance(31 * SECOND)
    assert (await refresh(identity, last.json()["refreshToken"])).status_code == 401
    assert await me(identity, last.json()["accessToken"]) == 401, "the session's end holds for its last token too"


async def test_wrong_passwords_are_forgotten_after_a_quarter_of_an_hour(identity: Identity, time: VirtualTime) -> None:
    email = f"jan@{new_domain()}"
    await identity.join(email)
    for _ in range(10):
        await identity.log_in(email, password="verkeerd wachtwoord")
    blocked = await identity.log_in(email)
    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= WINDOW.total_seconds()
    await time.advance(WINDOW - 60 * SECOND)
    assert (await identity.log_in(email)).status_code == 429
    await time.advance(61 * SECOND)
    assert (await identity.log_in(email)).status_code == 201


async def test_a_software_token_works_for_an_hour(identity: Identity, time: VirtualTime) -> None:
    owner = await identity.join(f"jan@{new_domain()}")
    company = await identity.activate_organization(owner)
    token = (await identity.request_token(await identity.issue_key(owner, company.id))).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    await time.advance(timedelta(hours=1) - 70 * SECOND)
    assert (await identity.http.get("/api/v1/me", headers=headers)).status_code == 200
    await time.advance(77 * SECOND)
    assert (await identity.http.get("/api/v1/me", headers=headers)).status_code == 401


async def test_mail_is_tried_for_a_day_and_then_given_up(identity: Identity, time: VirtualTime) -> None:
    identity.mail.fail = OSError("connection refused")
    await identity.http.post("/identity/v1/registrations", json={"email": f"jan@{new_domain()}"})
    waits = []
    await identity.run_jobs()
    while (wait := await time.to_next_job()) is not None:
        waits.append(wait)
        await identity.run_jobs()
        assert len(waits) < 30, "the retries do not end"
    assert len(waits) == len(RETRIES)
    assert all(plan * 0.9 <= wait <= plan * 1.2 + SECOND for wait, plan in zip(waits, RETRIES, strict=True)), waits
    assert timedelta(hours=22) < time.passed < timedelta(hours=26)


async def test_what_is_over_is_kept_a_month_and_then_forgotten(identity: Identity, time: VirtualTime) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    await time.advance(LINK + timedelta(days=30) - 60 * SECOND)
    await identity.application.keep_house()
    assert (await identity.complete(token)).json()["code"] == "link_expired"
    await time.advance(120 * SECOND)
    await identity.application.keep_house()
    assert (await identity.complete(token)).json()["code"] != "link_expired"
