"""Hooks as they are stored: upsert, precedence of secrets, who may manage them, what is refused, no secret ever out."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx2
import pytest
from documents.application.values import Response
from shared.ids import new_id
from support.documents import World
from support.documents_facts import Company, invoice, member_fact, user_fact
from support.documents_hooks import ACTION, check_signatures, deliver, put
from support.tokens import bearer


@pytest.fixture
async def buyer(world: World) -> Company:
    return await world.company(receiving=True)


async def test_no_secret_ever_comes_out_or_lies_in_the_open(world: World, buyer: Company) -> None:
    first = await put(world, buyer, id="h", secret="field-secret")
    again = await put(world, buyer, id="h", name="renamed")
    listed = await world.http.get(f"/api/v1/{buyer.party}/hook", headers=buyer.by_key)
    for text in (json.dumps(first), json.dumps(again), listed.text):
        assert "the-secret" not in text
        assert "field-secret" not in text
    assert first["standardSecret"].startswith("whsec_")
    assert again["standardSecret"] is None
    assert listed.json()[0]["standardSecret"] is None
    stored = str(dict(await world.pool.fetchrow("select * from hooks")))
    assert "field-secret" not in stored
    assert first["standardSecret"] not in stored


async def test_the_field_wins_over_the_fragment_and_an_update_without_secret_keeps_it(
    world: World, buyer: Company
) -> None:
    hook = await put(world, buyer, id="h", secret="field-secret")
    await put(world, buyer, id="h", action="https://hooks.example.test/other")
    await deliver(world, buyer)
    (call,) = world.targets.calls
    assert call.url == "https://hooks.example.test/other"
    check_signatures(call, secret="field-secret", standard_secret=hook["standardSecret"])


async def test_without_a_secret_only_the_standard_signature_is_there(world: World, buyer: Company) -> None:
    own = "whsec_" + base64.b64encode(b"k" * 32).decode()
    hook = await put(world, buyer, action="https://hooks.example.test/in", standardSecret=own)
    assert hook["standardSecret"] is None
    await deliver(world, buyer)
    (call,) = world.targets.calls
    assert "X-EConnect-Signature" not in call.headers
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{expected}"


async def test_put_and_post_store_alike_and_an_id_is_an_upsert(world: World, buyer: Company) -> None:
    for method in ("PUT", "POST"):
        answer = await world.http.request(
            method,
            f"/api/v1/{buyer.party}/hook",
            json={"id": "one", "url": ACTION, "topic": "InvoiceReceived", "name": method},
            headers=buyer.by_key,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["topics"] == ["InvoiceReceived"]
    listed = (await world.http.get(f"/api/v1/{buyer.party}/hook", headers=buyer.by_key)).json()
    assert [(hook["id"], hook["name"], hook["action"]) for hook in listed] == [
        ("one", "POST", "https://hooks.example.test/in")
    ]


async def test_two_environments_may_call_their_hooks_the_same(world: World, buyer: Company) -> None:
    other = await world.company(receiving=True)
    await put(world, buyer, id="1", action="https://one.example.test/#s")
    await put(world, other, id="1", action="https://two.example.test/#s")
    await deliver(world, buyer)
    assert [call.url for call in world.targets.calls] == ["https://one.example.test/"]


async def test_a_removed_hook_is_called_no_more(world: World, buyer: Company) -> None:
    await put(world, buyer, id="h")
    world.targets.answers = [Response(status=500, retry_after=60.0)]
    sender = await world.company()
    await world.send(sender, invoice(sender, buyer))
    await world.work_due()
    path = f"/api/v1/{buyer.party}/hook/h"
    assert (await world.http.delete(path, headers=buyer.by_key)).status_code == 204
    await world.hasten()
    await world.work()
    assert len(world.targets.calls) == 1
    gone = await world.http.delete(path, headers=buyer.by_key)
    assert (gone.status_code, gone.json()["code"]) == (404, "API404")


async def test_an_inactive_hook_hears_nothing(world: World, buyer: Company) -> None:
    await put(world, buyer, isActive=False)
    await deliver(world, buyer)
    assert world.targets.calls == []


async def test_ping_calls_the_partys_hooks_whatever_they_listen_to(world: World, buyer: Company) -> None:
    await put(world, buyer, id="a", topics=["InvoiceSent"])
    await put(world, buyer, id="b", topics=["*"])
    answer = await world.http.get(f"/api/v1/{buyer.party}/hook/ping", headers=buyer.by_key)
    await world.work()
    assert sorted((body["hookId"], body["topic"]) for body in world.targets.bodies) == [("a", "Ping"), ("b", "Ping")]
    assert {body["documentId"] for body in world.targets.bodies} == {answer.json()["id"]}


async def test_only_an_administrator_manages_the_environments_hooks(world: World, buyer: Company) -> None:
    colleague = new_id()
    await world.learn(user_fact(colleague, buyer.environment, role="advanced"))
    await world.learn(member_fact(buyer, colleague))
    headers = bearer(sub=colleague, env=buyer.environment)
    calls: list[httpx2.Response] = [
        await world.http.get("/api/v1/hook", headers=headers),
        await world.http.put("/api/v1/hook", json={"action": ACTION, "topics": ["*"]}, headers=headers),
        await world.http.delete("/api/v1/hook/h", headers=headers),
    ]
    assert [(call.status_code, call.json()["code"]) for call in calls] == [(403, "API403")] * 3
    await world.learn(user_fact(colleague, buyer.environment, role="administrator"), sequence=2)
    assert (await world.http.get("/api/v1/hook", headers=headers)).status_code == 200


BAD_HOOKS: dict[str, dict[str, Any]] = {
    "no action": {"topics": ["*"]},
    "no topics": {"action": ACTION},
    "empty topics": {"action": ACTION, "topics": []},
    "a wildcard in the middle": {"action": ACTION, "topics": ["Invoice*Sent"]},
    "a topic with a percent sign": {"action": ACTION, "topics": ["%"]},
    "mail": {"action": "mailto:a@example.test", "topics": ["*"]},
    "sftp": {"action": "sftp://a:b@example.test", "topics": ["*"]},
    "a script": {"action": "javascript:alert(1)", "topics": ["*"]},
    "a user in the address": {"action": "https://user:pass@example.test/", "topics": ["*"]},
    "no host": {"action": "https:///path", "topics": ["*"]},
    "a broken port": {"action": "https://example.test:99999/", "topics": ["*"]},
    "a broken address": {"action": "https://[::1", "topics": ["*"]},
    "a line break": {"action": "https://example.test/\r\nX: y", "topics": ["*"]},
    "an endless address": {"action": "https://example.test/" + "x" * 3000, "topics": ["*"]},
    "an empty secret": {"action": "https://example.test/", "secret": "", "topics": ["*"]},
    "a standard secret that is none": {"action": ACTION, "standardSecret": "abc", "topics": ["*"]},
    "a short standard secret": {"action": ACTION, "standardSecret": "whsec_YWJj", "topics": ["*"]},
    "an id with a slash": {"id": "a/b", "action": ACTION, "topics": ["*"]},
    "a filter": {"action": ACTION, "topics": ["*"], "filter": 'sender == "0106:1"'},
    "publish topics": {"action": ACTION, "topics": ["*"], "publishTopics": ["SendInvoice"]},
    "a certificate": {"action": ACTION, "topics": ["*"], "init": {"certificate": "x"}},
    "topics of another kind": {"action": ACTION, "topics": [1]},
    "a NUL in the name": {"action": ACTION, "topics": ["*"], "name": "a\u0000b"},
}


@pytest.mark.parametrize("hook", BAD_HOOKS.values(), ids=BAD_HOOKS.keys())
async def test_a_hook_that_would_not_work_is_refused(world: World, buyer: Company, hook: dict[str, Any]) -> None:
    answer = await world.http.put(f"/api/v1/{buyer.party}/hook", json=hook, headers=buyer.by_key)
    assert (answer.status_code, answer.json()["code"]) == (400, "API400"), answer.text
    assert await world.pool.fetchval("select count(*) from hooks") == 0
