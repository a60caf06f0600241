"""Registration over HTTP: links, environments, terms, passwords."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.identity import PASSWORD, Identity, html_fields, new_domain


async def _environments(identity: Identity, domain: str) -> list[Any]:
    return list(await identity.pool.fetch("select * from environments where domain = $1", domain))


@pytest.mark.requirement("R8.1")
async def test_registering_mails_a_link_in_the_wanted_language(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    answer = await identity.http.post("/identity/v1/registrations", json={"email": email, "locale": "en"})
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    await identity.run_jobs()
    (mail,) = identity.mail.to(email)
    assert (mail.template, mail.locale) == ("registration", "en")
    assert mail.context["link"].startswith("https://localhost:8443/identity/v1/registrations/completion?token=")
    assert len(identity.mail.link_token(email)) == 43  # 32 bytes in base64


@pytest.mark.requirement("R8.1")
async def test_the_token_of_a_link_is_stored_nowhere_in_clear(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    await identity.http.post("/identity/v1/registrations", json={"email": email})
    jobs = await identity.pool.fetch("select payload::text from jobs")
    await identity.run_jobs()
    token = identity.mail.link_token(email)
    assert all(token not in row["payload"] for row in jobs)
    stored = await identity.pool.fetchrow("select * from links where address = $1", email)
    assert token.encode() not in bytes(stored["token_hash"])
    assert len(stored["token_hash"]) == 32


@pytest.mark.requirement("R8.1")
async def test_an_address_with_an_account_gets_the_same_answer_and_a_mail_that_says_so(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    known = await identity.http.post("/identity/v1/registrations", json={"email": member.email})
    unknown = await identity.http.post("/identity/v1/registrations", json={"email": f"x@{new_domain()}"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    await identity.run_jobs()
    assert sorted(identity.mail.templates_to(member.email)) == ["account_exists", "registration", "welcome"]
    (told,) = [mail for mail in identity.mail.to(member.email) if mail.template == "account_exists"]
    assert "link" not in told.context


@pytest.mark.requirement("R8.1")
async def test_a_new_link_makes_the_older_one_worthless(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    older = await identity.request_link(email)
    newer = await identity.request_link(email)
    refused = await identity.complete(older)
    assert (refused.status_code, refused.json()["code"]) == (422, "link_invalid")
    assert (await identity.complete(newer)).status_code == 201


@pytest.mark.requirement("R8.1")
async def test_a_link_works_once(identity: Identity) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    answers = await asyncio.gather(identity.complete(token), identity.complete(token))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    again = await identity.complete(token)
    assert (again.status_code, again.json()["code"]) == (422, "link_used")


@pytest.mark.requirement("R8.1")
async def test_a_link_expires(identity: Identity) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    identity.clock.shift = timedelta(hours=25)
    try:
        answer = await identity.complete(token)
        page = await identity.http.get("/identity/v1/registrations/completion", params={"token": token})
    finally:
        identity.clock.shift = timedelta()
    assert (answer.status_code, answer.json()["code"]) == (422, "link_expired")
    assert page.status_code == 410
    assert "verlopen" in page.text


@pytest.mark.requirement("R8.1")
async def test_an_address_gets_only_so_many_mails_an_hour_and_nobody_can_tell(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    for _ in range(8):
        answer = await identity.http.post("/identity/v1/registrations", json={"email": email})
        assert answer.status_code == 202
    await identity.run_jobs()
    assert len(identity.mail.to(email)) == 5


@pytest.mark.requirement("R3.1", "R8.3")
async def test_the_first_of_a_domain_founds_its_environment_and_administers_it(identity: Identity) -> None:
    domain = new_domain()
    token = await identity.request_link(f"Piet@{domain}")
    answer = (await identity.complete(token, firstName="Piet")).json()
    assert answer["role"] == "administrator"
    (environment,) = await _environments(identity, domain)
    assert str(environment["id"]) == answer["environmentId"]
    (created,) = await identity.published(environment["id"])
    assert created.type == "identity.environment-created.v1"
    assert created.data["state"]["mode"] == "live"
    (registered,) = await identity.published(answer["userId"])
    assert registered.type == "identity.user-registered.v1"
    assert registered.data["joined_by"] == "founded"
    assert registered.data["state"]["addresses"] == [{"address": f"piet@{domain}", "primary": True, "verified": True}]
    assert "password" not in str(registered.data)


@pytest.mark.requirement("R8.3")
async def test_a_welcome_mail_follows(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    await identity.run_jobs()
    assert identity.mail.templates_to(member.email) == ["registration", "welcome"]


@pytest.mark.requirement("R3.2")
async def test_a_colleague_joins_as_a_basic_user(identity: Identity) -> None:
    domain = new_domain()
    first = await identity.join(f"piet@{domain}")
    second = await identity.join(f"jan@{domain}")
    assert second.environment_id == first.environment_id
    assert second.role == "basic"
    (registered,) = await identity.published(second.id)
    assert registered.data["joined_by"] == "domain"
    assert len(await identity.published(first.environment_id)) == 1


@pytest.mark.requirement("R3.1", "R4.8")
@pytest.mark.parametrize("rivals", [2, 6])
async def test_of_simultaneous_first_users_exactly_one_administers(identity: Identity, rivals: int) -> None:
    domain = new_domain()
    tokens = [await identity.request_link(f"user{number}@{domain}") for number in range(rivals)]
    answers = await asyncio.gather(*(identity.complete(token) for token in tokens))
    assert [answer.status_code for answer in answers] == [201] * rivals
    roles = sorted(answer.json()["role"] for answer in answers)
    assert roles == ["administrator"] + ["basic"] * (rivals - 1)
    assert len(await _environments(identity, domain)) == 1


@pytest.mark.requirement("R3.3", "R3.6")
async def test_each_user_of_a_generic_domain_gets_an_environment_of_their_own(identity: Identity) -> None:
    first = await identity.join("jan.a@gmail.com")
    second = await identity.join("jan.b@gmail.com")
    assert first.environment_id != second.environment_id
    assert (first.role, second.role) == ("administrator", "administrator")
    (created,) = await identity.published(second.environment_id)
    assert created.data["state"]["shared"] is True


@pytest.mark.requirement("R3.3")
async def test_nobody_joins_an_environment_whose_domain_was_made_shared(identity: Identity) -> None:
    domain = new_domain()
    first = await identity.join(f"piet@{domain}")
    await identity.pool.execute("update environments set shared = true where id = $1", first.environment_id)
    second = await identity.join(f"jan@{domain}")
    assert second.environment_id != first.environment_id
    assert second.role == "administrator"


@pytest.mark.requirement("R3.5")
async def test_domains_are_compared_in_one_spelling(identity: Identity) -> None:
    name = new_domain().removesuffix(".example")
    first = await identity.join(f"piet@bücher-{name}.example")
    second_link = await identity.request_link(f"JAN@BÜCHER-{name.upper()}.Example")
    second = (await identity.complete(second_link)).json()
    assert second["environmentId"] == str(first.environment_id)


@pytest.mark.requirement("R3.5")
async def test_a_sub_domain_is_another_domain(identity: Identity) -> None:
    domain = new_domain()
    first = await identity.join(f"piet@{domain}")
    second = await identity.join(f"jan@sales.{domain}")
    assert second.environment_id != first.environment_id
    assert second.role == "administrator"


@pytest.mark.requirement("R8.2")
async def test_the_terms_must_be_accepted(identity: Identity) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    refused = await identity.complete(token, termsAccepted=False)
    assert (refused.status_code, refused.json()["code"]) == (422, "terms_not_accepted")
    accepted = await identity.complete(token)
    assert accepted.status_code == 201
    user = await identity.pool.fetchrow(
        "select terms_version, terms_accepted_at from users where id = $1::uuid", accepted.json()["userId"]
    )
    assert user["terms_version"] == "2026-01"
    assert user["terms_accepted_at"] is not None


@pytest.mark.requirement("R8.2")
@pytest.mark.parametrize(
    "password", ["kort", "password1234", "aaaaaaaaaaaaaaaa", "jansenjansen", "x" * 129], ids=lambda text: text[:14]
)
async def test_a_weak_password_is_refused_and_the_link_stays_good(identity: Identity, password: str) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    refused = await identity.complete(token, password=password)
    assert (refused.status_code, refused.json()["code"]) == (422, "weak_password")
    assert password not in refused.text
    assert (await identity.complete(token)).status_code == 201


async def test_a_password_is_stored_as_argon2id_with_the_chosen_cost(identity: Identity) -> None:
    member = await identity.join(f"jan@{new_domain()}")
    stored = await identity.pool.fetchval("select password_hash from users where id = $1", member.id)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_opening_the_link_uses_nothing_up(identity: Identity) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    for _ in range(2):
        page = await identity.http.get("/identity/v1/registrations/completion", params={"token": token})
        assert page.status_code == 200
    assert html_fields(page.text) >= {"token", "password", "firstName", "lastName", "termsAccepted"}
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await identity.complete(token)).status_code == 201


@pytest.mark.requirement("R8.2")
async def test_the_pages_form_completes_the_registration(identity: Identity) -> None:
    email = f"jan@{new_domain()}"
    form = {
        "token": await identity.request_link(email, locale="en"),
        "lang": "en",
        "password": PASSWORD,
        "firstName": "<Jan>",
        "lastName": "Jansen",
    }
    url = "/identity/v1/registrations/completion"
    refused = await identity.http.post(url, data=form)
    assert refused.status_code == 422
    assert "You must accept the terms." in refused.text
    assert "&lt;Jan&gt;" in refused.text
    assert PASSWORD not in refused.text
    done = await identity.http.post(url, data={**form, "termsAccepted": "true"})
    assert done.status_code == 201
    assert "Your account is ready" in done.text
    assert (await identity.log_in(email)).status_code == 201
    again = await identity.http.post(url, data={**form, "termsAccepted": "true"})
    assert again.status_code == 422
    assert "used before" in again.text


async def test_an_unknown_link_shows_a_page_that_says_so(identity: Identity) -> None:
    url = "/identity/v1/registrations/completion"
    dutch = await identity.http.get(url, params={"token": "unknown"})
    english = await identity.http.get(url, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (dutch.status_code, english.status_code) == (410, 410)
    assert 'lang="nl"' in dutch.text
    assert 'lang="en"' in english.text


async def test_mail_is_tried_again_when_the_server_is_away(identity: Identity) -> None:
    from identity.domain.errors import MailServerUnavailable  # noqa: PLC0415

    email = f"jan@{new_domain()}"
    identity.mail.fail = MailServerUnavailable()
    await identity.http.post("/identity/v1/registrations", json={"email": email})
    await identity.run_jobs()
    identity.mail.fail = None
    waiting = await identity.pool.fetchrow("select id, attempts, last_error from jobs order by id desc limit 1")
    assert waiting["attempts"] == 1
    assert email not in waiting["last_error"]
    await identity.pool.execute("update jobs set next_attempt_at = now() where id = $1", waiting["id"])
    await identity.run_jobs()
    assert identity.mail.templates_to(email) == ["registration"]
