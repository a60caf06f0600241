"""Connection keys: who gets one, what it is good for, and when it stops."""

import asyncio
from typing import Any

import httpx2
import pytest
from shared.ids import new_id
from support.identity import Identity, new_domain
from support.identity_company import Company, Member

KEYS = "/identity/v1/connection-keys"


@pytest.fixture
async def owner(identity: Identity) -> Member:
    return await identity.join(f"piet@{new_domain()}")


@pytest.fixture
async def company(identity: Identity, owner: Member) -> Company:
    return await identity.activate_organization(owner)


async def _issue(identity: Identity, actor: Member, organization_id: Any, **fields: Any) -> httpx2.Response:
    body = {"organizationId": str(organization_id), "label": "Boekhouding", **fields}
    return await identity.http.post(KEYS, json=body, headers=actor.headers)


async def _act(identity: Identity, actor: Member, key: dict[str, Any], what: str) -> httpx2.Response:
    return await identity.http.post(f"{KEYS}/{key['id']}/{what}", headers=actor.headers)


@pytest.mark.requirement("R7.1")
async def test_a_new_key_shows_its_secret_once_and_only_a_hash_is_stored(
    identity: Identity, owner: Member, company: Company
) -> None:
    answer = await _issue(identity, owner, company.id, label="  Mijn pakket ")
    key = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == f"{KEYS}/{key['id']}"
    assert key["key"].startswith(f"koe_ck_live_{key['clientId']}{key['clientSecret']}")
    assert (len(key["clientId"]), len(key["clientSecret"]), len(key["key"])) == (11, 32, 61)
    assert (key["label"], key["scopes"], key["mode"]) == ("Mijn pakket", ["ap"], "live")
    stored = await identity.pool.fetchrow("select * from connection_keys where id = $1::uuid", key["id"])
    assert key["clientSecret"] not in str(dict(stored))
    assert stored["last4"] == key["clientSecret"][-4:]


@pytest.mark.requirement("R7.2")
async def test_reading_a_key_never_shows_its_secret(identity: Identity, owner: Member, company: Company) -> None:
    key = (await _issue(identity, owner, company.id)).json()
    one = await identity.http.get(f"{KEYS}/{key['id']}", headers=owner.headers)
    many = await identity.http.get(KEYS, params={"organizationId": str(company.id)}, headers=owner.headers)
    assert many.json()["items"] == [one.json()]
    assert one.json()["last4"] == key["clientSecret"][-4:]
    for text in (one.text, many.text):
        assert key["clientSecret"] not in text
        assert key["key"] not in text


@pytest.mark.requirement("R7.1")
async def test_an_issued_key_is_announced_without_its_secret(
    identity: Identity, owner: Member, company: Company
) -> None:
    key = (await _issue(identity, owner, company.id)).json()
    (issued,) = await identity.published(key["id"])
    assert (issued.type, issued.topic) == ("identity.connection-key-issued.v1", "identity.connection-keys")
    assert issued.data["state"]["created_by"] == str(owner.id)
    assert issued.data["state"]["status"] == "active"
    assert key["clientSecret"] not in str(issued.data)


@pytest.mark.requirement("R7.1")
async def test_only_an_administrator_may_make_a_key(identity: Identity, owner: Member, company: Company) -> None:
    worker = await identity.join(f"jan@{owner.email.partition('@')[2]}")
    await identity.consume(company.member_added(worker, level="administrator"))
    refused = await _issue(identity, worker, company.id)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


@pytest.mark.requirement("R7.1")
async def test_an_organization_that_is_not_active_gets_no_key(identity: Identity, owner: Member) -> None:
    company = Company(owner=owner)
    await identity.consume(company.added(), company.member_added(owner))
    refused = await _issue(identity, owner, company.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "organization_not_active")


@pytest.mark.requirement("R7.1")
async def test_an_organization_of_which_one_is_no_member_does_not_exist(
    identity: Identity, owner: Member, company: Company
) -> None:
    colleague = await identity.join(f"kees@{owner.email.partition('@')[2]}")
    url = f"/identity/v1/users/{colleague.id}"
    await identity.http.patch(url, json={"role": "administrator"}, headers=owner.headers)
    stranger = await identity.join(f"x@{new_domain()}")
    for actor, organization in ((colleague, company.id), (stranger, company.id), (owner, new_id())):
        refused = await _issue(identity, actor, organization)
        assert (refused.status_code, refused.json()["code"]) == (404, "organization_not_found")


@pytest.mark.requirement("R7.1")
async def test_a_key_cannot_have_a_scope_that_does_not_exist(
    identity: Identity, owner: Member, company: Company
) -> None:
    refused = await _issue(identity, owner, company.id, scopes=["ap", "world:domination"])
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_scope")


@pytest.mark.requirement("R7.1")
async def test_a_key_hands_out_no_more_than_it_has(identity: Identity, owner: Member, company: Company) -> None:
    key = await identity.issue_key(owner, company.id, scopes=["keys:manage"])
    token = (await identity.request_token(key, scope="keys:manage")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    body = {"organizationId": str(company.id), "label": "meer"}
    more = await identity.http.post(KEYS, json={**body, "scopes": ["users:manage"]}, headers=headers)
    same = await identity.http.post(KEYS, json={**body, "scopes": ["keys:manage"]}, headers=headers)
    assert (more.status_code, same.status_code) == (422, 201)


@pytest.mark.requirement("R7.3")
async def test_a_key_manages_keys_of_its_own_organization_with_scopes_of_its_own(
    identity: Identity, owner: Member, company: Company
) -> None:
    other = await identity.activate_organization(owner)
    key = await identity.issue_key(owner, company.id, scopes=["keys:manage"])
    richer = await identity.issue_key(owner, company.id, scopes=["keys:manage", "users:manage"])
    foreign = await identity.issue_key(owner, other.id, scopes=["keys:manage"])
    token = (await identity.request_token(key, scope="keys:manage")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = await identity.http.post(f"{KEYS}/{richer['id']}/regeneration", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_scope")
    body = {"organizationId": str(other.id), "label": "elders", "scopes": ["keys:manage"]}
    assert (await identity.http.post(KEYS, json=body, headers=headers)).status_code == 404
    for method, path in (("GET", ""), ("POST", "/regeneration"), ("POST", "/revocation"), ("DELETE", "")):
        answer = await identity.http.request(method, f"{KEYS}/{foreign['id']}{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "connection_key_not_found")
    listed = (await identity.http.get(KEYS, headers=headers)).json()["items"]
    assert {each["organizationId"] for each in listed} == {str(company.id)}
    assert (await identity.request_token(foreign, scope="keys:manage")).status_code == 200


@pytest.mark.requirement("R7.3")
async def test_a_keys_token_acts_as_its_creator_with_its_own_scopes(
    identity: Identity, owner: Member, company: Company
) -> None:
    key = await identity.issue_key(owner, company.id)
    answer = await identity.request_token(key)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "ap")
    principal = identity.verifier.verify(body["access_token"])
    assert (principal.subject, principal.environment) == (owner.id, owner.environment_id)
    assert str(principal.connection_key) == key["id"]
    assert principal.scopes == {"ap"}
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await identity.http.get("/api/v1/me", headers=headers)).status_code == 200
    listing = await identity.http.get("/identity/v1/users", headers=headers)
    assert (listing.status_code, listing.json()["code"]) == (403, "missing_scope")


@pytest.mark.requirement("R7.3")
async def test_a_key_with_a_scope_has_no_more_rights_than_its_creator_has_now(
    identity: Identity, owner: Member, company: Company
) -> None:
    colleague = await identity.join(f"kees@{owner.email.partition('@')[2]}")
    url = f"/identity/v1/users/{colleague.id}"
    await identity.http.patch(url, json={"role": "administrator"}, headers=owner.headers)
    await identity.consume(company.member_added(colleague))
    key = await identity.issue_key(colleague, company.id, scopes=["users:manage"])
    token = (await identity.request_token(key, scope="users:manage")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await identity.http.get("/identity/v1/users", headers=headers)).status_code == 200
    await identity.http.patch(url, json={"role": "basic"}, headers=owner.headers)
    assert (await identity.http.get("/identity/v1/users", headers=headers)).status_code == 403


@pytest.mark.requirement("R7.2")
async def test_regenerating_invalidates_the_old_pair_with_the_same_commit(
    identity: Identity, owner: Member, company: Company
) -> None:
    old = await identity.issue_key(owner, company.id)
    answer = await _act(identity, owner, old, "regeneration")
    new = answer.json()
    assert answer.status_code == 201
    assert new["clientId"] != old["clientId"]
    assert (await identity.request_token(old)).status_code == 401
    assert (await identity.request_token(new)).status_code == 200
    rotated = (await identity.published(old["id"]))[-1]
    assert rotated.type == "identity.connection-key-rotated.v1"
    assert (rotated.data["replaced_by"], rotated.data["state"]["status"]) == (new["id"], "revoked")
    assert [event.type for event in await identity.published(new["id"])] == ["identity.connection-key-issued.v1"]
    again = await _act(identity, owner, old, "regeneration")
    assert (again.status_code, again.json()["code"]) == (409, "connection_key_not_active")


@pytest.mark.requirement("R7.2")
async def test_a_key_that_is_regenerated_twice_at_once_has_one_successor(
    identity: Identity, owner: Member, company: Company
) -> None:
    old = await identity.issue_key(owner, company.id)
    answers = await asyncio.gather(*(_act(identity, owner, old, "regeneration") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


@pytest.mark.requirement("R7.5")
async def test_a_revoked_key_is_refused_at_once_everywhere_in_identity(
    identity: Identity, owner: Member, company: Company
) -> None:
    key = await identity.issue_key(owner, company.id)
    token = (await identity.request_token(key)).json()["access_token"]
    exchange = {"Authorization": f"Bearer {key['key']}"}
    assert (await identity.http.get("/identity/v1/key-exchange", headers=exchange)).status_code == 200
    revoked = await _act(identity, owner, key, "revocation")
    assert (revoked.status_code, revoked.json()["status"]) == (200, "revoked")
    refused = await identity.request_token(key)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (await identity.http.get("/identity/v1/key-exchange", headers=exchange)).status_code == 401
    me = await identity.http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 401
    events = [event.type for event in await identity.published(key["id"])]
    assert events == ["identity.connection-key-issued.v1", "identity.connection-key-revoked.v1"]
    assert (await _act(identity, owner, key, "revocation")).status_code == 200
    assert len(await identity.published(key["id"])) == 2


@pytest.mark.requirement("R7.4")
async def test_a_key_is_deleted_only_after_it_was_revoked(identity: Identity, owner: Member, company: Company) -> None:
    key = await identity.issue_key(owner, company.id)
    url = f"{KEYS}/{key['id']}"
    refused = await identity.http.delete(url, headers=owner.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "connection_key_still_active")
    await _act(identity, owner, key, "revocation")
    assert (await identity.http.delete(url, headers=owner.headers)).status_code == 204
    assert (await identity.http.get(url, headers=owner.headers)).status_code == 404
    assert (await identity.published(key["id"]))[-1].data["state"]["status"] == "deleted"


async def test_a_key_of_another_environment_does_not_exist(identity: Identity, owner: Member, company: Company) -> None:
    key = await identity.issue_key(owner, company.id)
    stranger = await identity.join(f"x@{new_domain()}")
    url = f"{KEYS}/{key['id']}"
    answers = [
        await identity.http.get(url, headers=stranger.headers),
        await _act(identity, stranger, key, "revocation"),
        await _act(identity, stranger, key, "regeneration"),
        await identity.http.delete(url, headers=stranger.headers),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await identity.http.get(KEYS, headers=stranger.headers)).json()["items"] == []
    assert (await identity.request_token(key)).status_code == 200
