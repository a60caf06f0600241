"""Settings of an environment: for its administrators, and what they are told about having one administrator only."""

import pytest
from support.identity import Identity, new_domain
from support.identity_company import Member

PATH = "/identity/v1/environment"


async def _team(identity: Identity) -> tuple[Member, Member]:
    domain = new_domain()
    return await identity.join(f"boss@{domain}"), await identity.join(f"worker@{domain}")


@pytest.mark.requirement("R9.4")
async def test_only_administrators_read_and_write_the_settings(identity: Identity) -> None:
    boss, worker = await _team(identity)
    for role in ("basic", "advanced"):
        await identity.http.patch(f"/identity/v1/users/{worker.id}", json={"role": role}, headers=boss.headers)
        assert (await identity.http.get(PATH, headers=worker.headers)).status_code == 403
        refused = await identity.http.patch(PATH, json={"name": "Mine"}, headers=worker.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    shown = (await identity.http.get(PATH, headers=boss.headers)).json()
    assert shown["name"] == shown["domain"] == boss.email.partition("@")[2]


@pytest.mark.requirement("R9.4")
async def test_a_change_is_announced_once_and_logged(identity: Identity) -> None:
    boss, _ = await _team(identity)
    for _ in range(2):
        changed = await identity.http.patch(PATH, json={"name": "Acme Groep"}, headers=boss.headers)
        assert (changed.status_code, changed.json()["name"]) == (200, "Acme Groep")
    created, announced = await identity.published(boss.environment_id)
    assert (created.sequence, announced.sequence) == (1, 2)
    assert announced.data["state"]["name"] == "Acme Groep"
    log = (await identity.http.get("/identity/v1/audit-log", headers=boss.headers)).json()["items"]
    assert [entry["action"] for entry in log[:2]] == ["environment.changed", "user.registered"]


async def test_one_administrator_is_told_to_appoint_another(identity: Identity) -> None:
    boss, worker = await _team(identity)
    alone = (await identity.http.get(PATH, headers=boss.headers)).json()
    assert (alone["administrators"], alone["needsAdministrator"]) == (1, True)
    path = f"/identity/v1/users/{worker.id}"
    await identity.http.patch(path, json={"role": "administrator"}, headers=boss.headers)
    two = (await identity.http.get(PATH, headers=boss.headers)).json()
    assert (two["administrators"], two["needsAdministrator"]) == (2, False)


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "a\nb"}, {"domain": "x.example"}])
async def test_what_cannot_be_set_is_refused(identity: Identity, body: dict[str, str]) -> None:
    boss, _ = await _team(identity)
    assert (await identity.http.patch(PATH, json=body, headers=boss.headers)).status_code == 400
    assert len(await identity.published(boss.environment_id)) == 1
