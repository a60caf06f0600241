"""Extra e-mail addresses: whose they may be, what proves them, and that each is another name for the same person."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jws
from shared.ids import new_id
from support.identity import Identity, new_domain
from support.identity_company import Member

OWN = "/identity/v1/me/addresses"
VERIFICATION = "/identity/v1/addresses/verification"


async def _add(identity: Identity, member: Member, email: str) -> httpx2.Response:
    return await identity.http.post(OWN, json={"email": email}, headers=member.headers)


async def _verify(identity: Identity, token: str) -> httpx2.Response:
    return await identity.http.post(VERIFICATION, json={"token": token})


async def _link(identity: Identity, email: str) -> str:
    await identity.run_jobs()
    return identity.mail.link_token(email)


async def _with_extra(identity: Identity) -> tuple[Member, str]:
    member = await identity.join(f"jan@{new_domain()}")
    extra = f"facturen@{member.email.partition('@')[2]}"
    assert (await _add(identity, member, extra)).status_code == 201
    assert (await _verify(identity, await _link(identity, extra))).status_code == 200
    return member, extra


async def _listed(identity: Identity, member: Member) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await identity.http.get(OWN, headers=member.headers)).json()["items"]
    return found


@pytest.mark.requirement("R6.1")
async def test_an_address_that_is_anybodys_is_taken(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    domain = member.email.partition("@")[2]
    colleague = await identity.join(f"piet@{domain}")
    pending = f"pending@{domain}"
    assert (await _add(identity, member, pending)).status_code == 201
    for taken in (member.email, extra, pending, pending.upper(), colleague.email):
        refused = await _add(identity, colleague, taken)
        assert (refused.status_code, refused.json()["code"]) == (409, "email_taken"), taken
    refused = await _add(identity, member, extra)
    assert refused.status_code == 409


@pytest.mark.requirement("R6.1")
async def test_an_address_is_of_the_environments_domain(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    for email in (f"jan@{new_domain()}", f"{new_id().hex}@gmail.com", f"jan@sub.{member.email.partition('@')[2]}"):
        refused = await _add(identity, member, email)
        assert (refused.status_code, refused.json()["code"]) == (422, "domain_not_allowed")
    assert len(await _listed(identity, member)) == 1
    await identity.run_jobs()
    assert identity.mail.to(email) == []


@pytest.mark.requirement("R6.1")
async def test_in_a_shared_environment_any_domain_will_do_but_that_of_others(identity: Identity) -> None:
    owner = await identity.join(f"jan@{new_domain()}")
    freelancer = await identity.join(f"{new_id().hex}@gmail.com")
    assert (await _add(identity, freelancer, f"jan@{new_domain()}")).status_code == 201
    refused = await _add(identity, freelancer, f"director@{owner.email.partition('@')[2]}")
    assert (refused.status_code, refused.json()["code"]) == (422, "domain_not_allowed")


@pytest.mark.requirement("R6.2")
@pytest.mark.requirement("R6.3")
async def test_only_a_verified_address_logs_in_and_it_is_the_same_person(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    extra = f"facturen@{member.email.partition('@')[2]}"
    added = await _add(identity, member, extra)
    assert (added.status_code, added.json()["verifiedAt"]) == (201, None)
    assert (await identity.log_in(extra)).status_code == 401
    assert (await _verify(identity, await _link(identity, extra))).status_code == 200
    claims = [
        json.loads(jws.extract_compact((await identity.log_in(email)).json()["accessToken"].encode()).payload)
        for email in (member.email, extra)
    ]
    same = [{name: claim[name] for name in ("sub", "env", "scope")} for claim in claims]
    assert same[0] == same[1]
    assert same[0]["sub"] == str(member.id)


@pytest.mark.requirement("R6.2")
async def test_others_learn_which_addresses_are_verified(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    _, added, verified = await identity.published(member.id)
    assert added.data["changed"] == ["addresses"]
    shown = [
        {row["address"]: row["verified"] for row in event.data["state"]["addresses"]} for event in (added, verified)
    ]
    assert shown == [{member.email: True, extra: False}, {member.email: True, extra: True}]
    assert [event.sequence for event in (added, verified)] == [2, 3]


@pytest.mark.requirement("R6.2")
async def test_a_link_works_once_for_a_day_and_a_new_one_replaces_it(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    extra = f"facturen@{member.email.partition('@')[2]}"
    await _add(identity, member, extra)
    first = await _link(identity, extra)
    resent = await identity.http.post(f"{OWN}/verification-link", json={"email": extra}, headers=member.headers)
    assert resent.status_code == 202
    second = await _link(identity, extra)
    assert (await _verify(identity, first)).json()["code"] == "link_invalid"
    identity.clock.shift = timedelta(days=1, seconds=1)
    try:
        assert (await _verify(identity, second)).json()["code"] == "link_expired"
    finally:
        identity.clock.shift = timedelta()
    both = await asyncio.gather(_verify(identity, second), _verify(identity, second))
    assert sorted(answer.status_code for answer in both) == [200, 422]
    again = await identity.http.post(f"{OWN}/verification-link", json={"email": extra}, headers=member.headers)
    assert (again.status_code, again.json()["code"]) == (409, "address_verified")


@pytest.mark.requirement("R6.4")
async def test_what_is_not_kept_is_removed_and_free_again(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    pending = f"pending@{member.email.partition('@')[2]}"
    await _add(identity, member, pending)
    token = await _link(identity, pending)
    kept = await identity.http.put(OWN, json={"emails": [member.email.upper(), extra]}, headers=member.headers)
    assert [row["email"] for row in kept.json()["items"]] == [member.email, extra]
    assert (await _verify(identity, token)).json()["code"] == "link_invalid"
    await identity.http.put(OWN, json={"emails": [member.email]}, headers=member.headers)
    assert (await identity.log_in(extra)).status_code == 401
    colleague = await identity.join(extra)
    assert colleague.id != member.id


@pytest.mark.requirement("R6.4")
async def test_the_primary_address_stays_and_a_strange_one_is_refused(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    refused = await identity.http.put(OWN, json={"emails": [extra]}, headers=member.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "primary_address_stays")
    both = {"emails": [member.email, f"who@{new_domain()}"]}
    refused = await identity.http.put(OWN, json=both, headers=member.headers)
    assert (refused.status_code, refused.json()["code"]) == (404, "address_unknown")
    assert len(await _listed(identity, member)) == 2


@pytest.mark.requirement("R6.5")
async def test_nobody_registers_or_is_invited_with_an_extra_address_of_somebody(identity: Identity) -> None:
    _, extra = await _with_extra(identity)
    boss = await identity.join(f"boss@{new_domain()}")
    body = {"email": extra, "firstName": "A", "lastName": "B"}
    refused = await identity.http.post("/identity/v1/users", json=body, headers=boss.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "email_taken")
    await identity.http.post("/identity/v1/registrations", json={"email": extra})
    await identity.run_jobs()
    assert identity.mail.templates_to(extra)[-1] == "account_exists"


@pytest.mark.requirement("R6.6")
async def test_a_password_is_reset_by_any_verified_address_and_the_mail_goes_there(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    pending = f"pending@{member.email.partition('@')[2]}"
    await _add(identity, member, pending)
    for email in (extra, pending):
        await identity.http.post("/identity/v1/password-resets", json={"email": email})
    await identity.run_jobs()
    assert identity.mail.templates_to(pending) == ["address"]
    assert "password_reset" not in identity.mail.templates_to(member.email)
    body = {"token": identity.mail.link_token(extra), "password": "heel andere losse woorden 7"}
    assert (await identity.http.post("/identity/v1/password-resets/completion", json=body)).status_code == 200
    logged_in = await identity.log_in(member.email, password=body["password"])
    assert logged_in.status_code == 201


async def test_an_address_that_nobody_verified_is_given_up_with_its_link(identity: Identity) -> None:
    member, extra = await _with_extra(identity)
    pending = f"pending@{member.email.partition('@')[2]}"
    await _add(identity, member, pending)
    await identity.application.keep_house()
    assert len(await _listed(identity, member)) == 3
    identity.clock.shift = timedelta(days=1, seconds=1)
    try:
        await identity.application.keep_house()
    finally:
        identity.clock.shift = timedelta()
    assert [row["email"] for row in await _listed(identity, member)] == [member.email, extra]
    *_, last = await identity.published(member.id)
    assert pending not in json.dumps(last.data)
    assert (await _add(identity, member, pending)).status_code == 201


async def test_a_person_has_at_most_twenty_addresses(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    domain = member.email.partition("@")[2]
    answers = [(await _add(identity, member, f"a{number}@{domain}")).status_code for number in range(20)]
    assert answers == [201] * 19 + [409]


async def test_the_page_verifies_only_when_its_button_is_pressed(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    extra = f"facturen@{member.email.partition('@')[2]}"
    await _add(identity, member, extra)
    token = await _link(identity, extra)
    for _ in range(2):
        page = await identity.http.get(VERIFICATION, params={"token": token})
        assert page.status_code == 200
        assert extra in page.text
    assert (await identity.log_in(extra)).status_code == 401
    done = await identity.http.post(VERIFICATION, data={"token": token})
    assert (done.status_code, done.headers["content-language"]) == (200, "nl")
    assert (await identity.log_in(extra)).status_code == 201
    assert (await identity.http.get(VERIFICATION, params={"token": token})).status_code == 410


async def test_a_key_has_no_addresses(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    company = await identity.activate_organization(member)
    key = await identity.issue_key(member, company.id)
    token = (await identity.request_token(key)).json()["access_token"]
    answer = await identity.http.get(OWN, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")
