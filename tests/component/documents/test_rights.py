"""Who may act for whom, decided per request from the projections: keys, people, memberships, activation."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from documents.adapters.postgres.access import PostgresRights
from documents.application.values import Caller, Standing
from shared.ids import new_id
from support.documents import World
from support.documents_facts import Company, invoice, key_fact, member_fact, new_company, organization_fact, user_fact
from support.tokens import bearer, foreign_key, issue_token

Call = Callable[[World, Company, dict[str, str]], Coroutine[Any, Any, httpx2.Response]]


async def _send(world: World, company: Company, headers: dict[str, str]) -> httpx2.Response:
    return await world.send(company, invoice(company, "0106:11111111"), headers=headers)


def _get(path: str) -> Call:
    async def call(world: World, company: Company, headers: dict[str, str]) -> httpx2.Response:
        return await world.http.get(f"/api/v1/{company.party}{path}", headers=headers)

    return call


BUS_CALLS: dict[str, Call] = {
    "send": _send,
    "status": _get(f"/salesInvoice/{uuid4()}/status"),
    "download": _get(f"/purchaseInvoice/{uuid4()}/download"),
    "hooks": _get("/hook"),
    "ping": _get("/hook/ping"),
}
every_call = pytest.mark.parametrize("call", BUS_CALLS.values(), ids=BUS_CALLS.keys())


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@every_call
async def test_a_party_of_somebody_else_is_a_403(world: World, call: Call) -> None:
    ours, theirs = await world.company(), await world.company()
    assert outcome(await call(world, theirs, ours.by_key)) == (403, "API403")
    assert outcome(await call(world, theirs, ours.by_person)) == (403, "API403")


@every_call
async def test_a_party_that_nobody_knows_is_a_403_too(world: World, call: Call) -> None:
    ours = await world.company()
    assert outcome(await call(world, new_company(), ours.by_key)) == (403, "API403")


@every_call
@pytest.mark.requirement("R7.5")
async def test_a_revoked_key_is_refused_at_once(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    company = await world.company()
    await world.learn(key_fact(company, status="revoked"), sequence=2)
    look_ups = _count_look_ups(monkeypatch)
    assert outcome(await call(world, company, company.by_key)) == (401, "API401")
    assert len(look_ups) == 1


def _count_look_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each look at the projections."""
    seen: list[str] = []
    real = PostgresRights.find_standing

    async def counting(self: PostgresRights, caller: Caller, party: str) -> Standing:
        seen.append(party)
        return await real(self, caller, party)

    monkeypatch.setattr(PostgresRights, "find_standing", counting)
    return seen


async def test_a_request_looks_at_the_projections_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    company = await world.company()
    look_ups = _count_look_ups(monkeypatch)
    assert (await _send(world, company, company.by_key)).status_code == 200
    assert look_ups == [company.party]


async def test_a_revoked_key_does_not_read_our_own_api_either(world: World) -> None:
    company = await world.company()
    await world.learn(key_fact(company, status="revoked"), sequence=2)
    answer = await world.http.get("/documents/v1/documents", headers=company.by_key)
    assert outcome(answer) == (401, "key_revoked")


async def test_an_older_event_does_not_bring_a_revoked_key_back(world: World) -> None:
    company = await world.company()
    await world.learn(key_fact(company, status="revoked"), sequence=3)
    await world.learn(key_fact(company, status="active"), sequence=2)
    assert (await _send(world, company, company.by_key)).status_code == 401


@every_call
@pytest.mark.requirement("R7.3", "R7.10")
async def test_a_key_does_no_more_than_its_creator(world: World, call: Call) -> None:
    company = await world.company()
    blocked = user_fact(company.administrator, company.environment, status="blocked")
    await world.learn(blocked, sequence=2)
    assert outcome(await call(world, company, company.by_key)) == (403, "API403")
    await world.learn(user_fact(company.administrator, company.environment), sequence=3)
    await world.learn(member_fact(company, company.administrator, status="removed"), sequence=2)
    assert outcome(await call(world, company, company.by_key)) == (403, "API403")


async def test_a_key_of_one_organization_does_not_act_for_another_of_its_creator(world: World) -> None:
    first = await world.company()
    second = await world.company(environment=first.environment)
    await world.learn(member_fact(second, first.administrator))
    assert (await _send(world, second, first.by_key)).status_code == 403
    assert (await _send(world, second, first.by_person)).status_code == 200


@pytest.mark.parametrize("late", ["key", "party"])
async def test_what_is_just_being_announced_is_waited_for(world: World, late: str) -> None:
    company = new_company()
    facts = {
        "party": organization_fact(company),
        "user": user_fact(company.administrator, company.environment),
        "member": member_fact(company, company.administrator),
        "key": key_fact(company),
    }
    withheld = facts.pop(late)
    for fact in facts.values():
        await world.learn(fact)
    asking = asyncio.create_task(BUS_CALLS["hooks"](world, company, company.by_key))
    await asyncio.sleep(0.03)
    await world.learn(withheld)
    assert (await asking).status_code == 200


async def test_a_key_that_nobody_announces_is_a_401(world: World) -> None:
    company = await world.company()
    headers = bearer(sub=company.administrator, env=company.environment, azp=new_id(), scope="ap")
    assert outcome(await _send(world, company, headers)) == (401, "API401")


@pytest.mark.requirement("R7.8")
async def test_a_token_without_the_scope_is_a_403(world: World) -> None:
    company = await world.company()
    headers = bearer(sub=company.administrator, env=company.environment, scope="documents:read")
    assert outcome(await _send(world, company, headers)) == (403, "API403")


def _unsigned(company: Company) -> str:
    header, payload, _ = issue_token(sub=company.administrator, env=company.environment).split(".")
    from base64 import urlsafe_b64encode  # noqa: PLC0415 - beside its one use

    none = urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    assert header != none
    return f"{none}.{payload}."


BAD_TOKENS: dict[str, Callable[[Company], str]] = {
    "expired": lambda company: issue_token(sub=company.administrator, env=company.environment, expires_in=-60),
    "foreign": lambda company: issue_token(sub=company.administrator, env=company.environment, key=foreign_key()),
    "another issuer": lambda company: issue_token(sub=company.administrator, iss="https://elsewhere.example"),
    "another audience": lambda company: issue_token(sub=company.administrator, aud="others"),
    "not an access token": lambda company: issue_token(sub=company.administrator, typ="JWT"),
    "alg none": _unsigned,
    "nonsense": lambda _: "nonsense",
}


@pytest.mark.parametrize("make", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
async def test_a_bad_token_is_a_401_on_both_apis(world: World, make: Callable[[Company], str]) -> None:
    company = await world.company()
    headers = {"Authorization": f"Bearer {make(company)}"}
    answer = await _send(world, company, headers)
    assert outcome(answer) == (401, "API401")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    answer = await world.http.get("/documents/v1/documents", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_no_token_is_a_401(world: World) -> None:
    answer = await world.http.get("/api/v1/0106:12345678/hook")
    assert outcome(answer) == (401, "API401")


@pytest.mark.requirement("R5.19")
@pytest.mark.parametrize("status", ["created", "activation_pending_payment", "manual_review", "rejected"])
async def test_before_activation_nothing_is_sent(world: World, status: str) -> None:
    company = await world.company(status=status)
    answer = await _send(world, company, company.by_person)
    assert outcome(answer) == (409, "API409.NOT_ACTIVE")
    assert await world.pool.fetchval("select count(*) from documents") == 0


@pytest.mark.requirement("R5.19")
async def test_before_activation_nothing_is_received(world: World) -> None:
    sender = await world.company()
    receiver = await world.company(status="created", receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work()
    assert (await world.document(sender, answer.json()["id"]))["reason"] == "receiver_unknown"


async def test_an_organization_that_only_claims_a_number_does_not_get_in_the_way(world: World) -> None:
    real = await world.company(receiving=True)
    claimed = await world.company(status="created", number=real.number)
    assert (await _send(world, real, real.by_key)).status_code == 200
    assert outcome(await _send(world, claimed, claimed.by_person)) == (409, "API409.NOT_ACTIVE")


async def test_test_and_live_organizations_share_a_number_and_nothing_else(world: World) -> None:
    live = await world.company(receiving=True)
    test = await world.company(receiving=True, number=live.number, mode="test")
    tester = await world.company(mode="test")
    answer = await world.send(tester, invoice(tester, test))
    await world.work()
    assert (await world.document(tester, answer.json()["id"]))["status"] == "delivered"
    assert len(await world.inbox(test)) == 1
    assert await world.inbox(live) == []


OWN_PATHS = ("", "/timeline", "/content")


@pytest.mark.requirement("R2.6", "R3.8")
@pytest.mark.parametrize("path", OWN_PATHS)
async def test_an_environment_administrator_without_membership_sees_no_document(world: World, path: str) -> None:
    company = await world.company()
    document_id = (await _send(world, company, company.by_key)).json()["id"]
    other = new_id()
    await world.learn(user_fact(other, company.environment, role="administrator"))
    headers = bearer(sub=other, env=company.environment)
    answer = await world.http.get(f"/documents/v1/documents/{document_id}{path}", headers=headers)
    assert outcome(answer) == (404, "document_not_found")
    assert (await world.http.get("/documents/v1/documents", headers=headers)).json() == {"items": [], "next": None}
    await world.learn(member_fact(company, other))
    assert (await world.http.get(f"/documents/v1/documents/{document_id}{path}", headers=headers)).status_code == 200


@pytest.mark.requirement("R2.6", "R3.10")
async def test_a_membership_that_ends_ends_the_view_with_the_same_token(world: World) -> None:
    company = await world.company()
    document_id = (await _send(world, company, company.by_key)).json()["id"]
    headers = company.by_person
    await world.learn(member_fact(company, company.administrator, status="removed"), sequence=2)
    assert (await world.http.get(f"/documents/v1/documents/{document_id}", headers=headers)).status_code == 404
    assert (await world.http.get("/documents/v1/documents", headers=headers)).json()["items"] == []


@pytest.mark.requirement("R2.6")
async def test_lists_hold_the_documents_of_ones_own_organizations_page_by_page(world: World) -> None:
    company, other = await world.company(), await world.company()
    for _ in range(5):
        await _send(world, company, company.by_key)
    await _send(world, other, other.by_key)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await world.http.get("/documents/v1/documents", params=params, headers=company.by_key)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "query", ["cursor=nonsense", "limit=0", "limit=1000", "direction=sideways", "partyId=12"], ids=lambda query: query
)
async def test_a_list_with_nonsense_in_its_query_is_a_400_problem(world: World, query: str) -> None:
    company = await world.company()
    answer = await world.http.get(f"/documents/v1/documents?{query}", headers=company.by_person)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
