"""The audit log: who did what to whom, from where; for administrators, and never changed."""

import json
from typing import Any

import asyncpg
import pytest
from support.identity import Identity, new_domain
from support.identity_company import Member

FROM = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}


async def _log_of(identity: Identity, boss: Member, **query: Any) -> dict[str, Any]:
    answer = await identity.http.get("/identity/v1/audit-log", params=query, headers=boss.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _team(identity: Identity) -> tuple[Member, Member]:
    domain = new_domain()
    return await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")


@pytest.mark.requirement("R4.6")
async def test_every_act_says_who_did_what_to_whom_and_from_where(identity: Identity) -> None:
    boss, worker = await _team(identity)
    path = f"/identity/v1/users/{worker.id}"
    headers = {**boss.headers, **FROM}
    await identity.http.patch(path, json={"role": "advanced", "blocked": True}, headers=headers)
    await identity.http.patch(path, json={"role": "advanced"}, headers=headers)
    added = (
        await identity.http.post(
            "/identity/v1/users",
            json={"email": f"x@{new_domain()}", "firstName": "A", "lastName": "B"},
            headers=headers,
        )
    ).json()
    await identity.http.delete(path, headers=headers)
    entries = (await _log_of(identity, boss))["items"]
    assert [entry["action"] for entry in entries] == [
        "user.removed", "user.added", "user.changed", "user.registered", "user.registered",
    ]  # fmt: skip
    removed, new, changed, *_ = entries
    assert (removed["actorId"], removed["subjectId"]) == (str(boss.id), str(worker.id))
    assert changed["client"] == "198.51.100.7", "the address that the gateway saw, not one that the caller made up"
    assert changed["details"] == {"role": "advanced", "status": "blocked"}
    assert (new["subjectId"], new["details"]) == (added["id"], {"role": "basic"})
    of_one = (await _log_of(identity, boss, subjectId=str(worker.id)))["items"]
    assert {entry["subjectId"] for entry in of_one} == {str(worker.id)}
    assert len(of_one) == 3


async def test_what_is_done_to_keys_is_in_it_and_no_secret(identity: Identity) -> None:
    boss, _ = await _team(identity)
    company = await identity.activate_organization(boss)
    key = await identity.issue_key(boss, company.id)
    path = f"/identity/v1/connection-keys/{key['id']}"
    renewed = (await identity.http.post(f"{path}/regeneration", headers=boss.headers)).json()
    path = f"/identity/v1/connection-keys/{renewed['id']}"
    await identity.http.post(f"{path}/revocation", headers=boss.headers)
    await identity.http.post(f"{path}/revocation", headers=boss.headers)
    await identity.http.delete(path, headers=boss.headers)
    found = await _log_of(identity, boss)
    assert [entry["action"] for entry in found["items"]][:4] == [
        "connection_key.deleted", "connection_key.revoked", "connection_key.rotated", "connection_key.issued",
    ]  # fmt: skip
    assert key["clientSecret"] not in json.dumps(found)
    assert renewed["clientSecret"] not in json.dumps(found)


async def test_only_administrators_read_it_and_only_their_own(identity: Identity) -> None:
    _, worker = await _team(identity)
    stranger, _ = await _team(identity)
    for path in ("/identity/v1/audit-log", "/identity/v1/audit-log/export"):
        assert (await identity.http.get(path, headers=worker.headers)).status_code == 403
        assert (await identity.http.get(path)).status_code == 401
    assert str(worker.id) not in json.dumps(await _log_of(identity, stranger))
    export = await identity.http.get("/identity/v1/audit-log/export", headers=stranger.headers)
    assert str(worker.id) not in export.text


async def test_pages_and_export_hold_the_same_entries_and_no_names(identity: Identity) -> None:
    boss, worker = await _team(identity)
    for role in ("advanced", "basic") * 3:
        await identity.http.patch(f"/identity/v1/users/{worker.id}", json={"role": role}, headers=boss.headers)
    paged: list[dict[str, Any]] = []
    cursor = None
    while True:
        found = await _log_of(identity, boss, limit=3, **({"cursor": cursor} if cursor else {}))
        paged += found["items"]
        cursor = found["next"]
        if cursor is None:
            break
    export = await identity.http.get("/identity/v1/audit-log/export", headers=boss.headers)
    assert export.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in export.text.splitlines()] == paged
    assert len(paged) == 8
    assert worker.email not in export.text
    assert "Jansen" not in export.text


@pytest.mark.parametrize("change", ["update audit_entries set reason = 'x'", "delete from audit_entries"])
async def test_nobody_changes_it(identity: Identity, change: str) -> None:
    await _team(identity)
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await identity.pool.execute(change)
