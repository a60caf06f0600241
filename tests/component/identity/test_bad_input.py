"""What a hostile or careless client sends ends as a clear problem document: never a 500, never half-written state."""

import base64
import hmac
import json
import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from support.identity import Identity, new_domain
from support.identity_company import Member
from support.tokens import foreign_key, issue_token

REGISTRATIONS = "/identity/v1/registrations"
COMPLETION = "/identity/v1/registrations/completion"
SESSIONS = "/identity/v1/sessions"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
async def member(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


def _token_of(member: Member) -> str:
    return member.headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("path", [REGISTRATIONS, COMPLETION, SESSIONS, f"{SESSIONS}/refresh"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"email": 1e999}',
        b"[" * 5000,
        b'{"email": "\\ud800@x.example", "token": "\\ud800", "password": "\\ud800", "refreshToken": "\\ud800"}',
        b"{}",
    ],
    ids=range(10),
)
async def test_a_body_that_cannot_be_read_is_a_400(identity: Identity, path: str, body: bytes) -> None:
    answer = await identity.http.post(path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].startswith("https://localhost:8443/problems/")


@pytest.mark.parametrize(
    "email",
    [
        "",
        "jan",
        "jan@",
        "@acme.example",
        "jan@acme",
        "jan@localhost",
        "jan@[127.0.0.1]",
        "jan@acme.example\nBcc: x@y.example",
        "jan@acme.example\x00",
        "jan @acme.example",
        "a@b@c.example",
        "x" * 65 + "@acme.example",
        "'; drop table users; --",
        "jan@" + "a" * 250 + ".example",
        "\u202ejan@acme.example",
        "jan@xn--a.example",
        None,
        17,
        ["jan@acme.example"],
        {"$ne": ""},
    ],
    ids=repr,
)
async def test_what_is_no_address_cannot_register(identity: Identity, email: Any) -> None:
    before = await identity.pool.fetchval("select count(*) from jobs")
    answer = await identity.http.post(REGISTRATIONS, json={"email": email})
    assert answer.status_code == 400
    assert await identity.pool.fetchval("select count(*) from jobs") == before


async def test_an_address_that_looks_like_sql_is_just_an_address(identity: Identity) -> None:
    email = f"o'brien--@{new_domain()}"
    member = await identity.join(email)
    assert member.role == "administrator"


async def test_an_address_of_a_megabyte_is_too_large(identity: Identity) -> None:
    for path in (REGISTRATIONS, SESSIONS):
        answer = await identity.http.post(path, json={"email": "a" * 1_000_000 + "@acme.example", "password": "x"})
        assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


async def test_a_body_of_unknown_length_is_cut_off(identity: Identity) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 10_000

    for path in (REGISTRATIONS, COMPLETION, "/connect/token"):
        answer = await identity.http.post(path, content=endless(), headers=JSON)
        assert answer.status_code in {400, 413}


@pytest.mark.parametrize(
    "fields",
    [
        {"firstName": ""},
        {"firstName": "   "},
        {"lastName": "x" * 101},
        {"firstName": "Jan\x00"},
        {"lastName": "Jan\r\nBcc: x@y.example"},
        {"termsAccepted": "perhaps"},
        {"termsAccepted": None},
        {"password": "x" * 2000},
        {"token": "x" * 500},
        {"role": "administrator"},
    ],
    ids=repr,
)
async def test_a_completion_that_fails_its_schema_changes_nothing(identity: Identity, fields: Any) -> None:
    token = await identity.request_link(f"jan@{new_domain()}")
    answer = await identity.complete(fields.get("token", token), **{k: v for k, v in fields.items() if k != "token"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert answer.json()["errors"]
    assert (await identity.complete(token)).status_code == 201


@pytest.mark.parametrize("token", ["", "\x00", "é", "x" * 5000, "../../etc/passwd", "<script>alert(1)</script>"])
async def test_a_made_up_link_shows_no_form_and_echoes_nothing(identity: Identity, token: str) -> None:
    page = await identity.http.get(COMPLETION, params={"token": token})
    assert page.status_code == 410
    assert "<script" not in page.text


@pytest.mark.parametrize("body", [b"", b"token=%ff", b"a=1&" * 100, b"\xff\xfe", b"token=x&password=y"], ids=range(5))
async def test_a_broken_form_shows_the_form_again_or_a_problem(identity: Identity, body: bytes) -> None:
    answer = await identity.http.post(
        COMPLETION, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/identity/v1/me", "/identity/v1/users", "/api/v1/me", "/identity/v1/connection-keys"]
)
async def test_without_a_token_there_is_nothing_to_see(identity: Identity, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}, {"Authorization": "x"}):
        answer = await identity.http.get(path, headers=headers)
        code = "API401" if path.startswith("/api/") else "invalid_token"
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert "Bearer" in answer.headers["www-authenticate"]


async def _refused(identity: Identity, token: str) -> None:
    answer = await identity.http.get("/identity/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_a_token_of_another_signer_is_refused(identity: Identity, member: Member) -> None:
    await _refused(identity, issue_token(sub=member.id, env=member.environment_id))
    await _refused(identity, issue_token(sub=member.id, env=member.environment_id, key=foreign_key()))


def _claims_of(member: Member) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": "https://localhost:8443",
        "aud": "koerier",
        "sub": str(member.id),
        "env": str(member.environment_id),
        "azp": "koerier",
        "scope": "ap users:manage",
        "jti": "x",
        "iat": now,
        "exp": now + 900,
    }


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1}, {"sub": "me"}, {"azp": "x"}, {"env": None}],
    ids=str,
)
async def test_a_token_of_ours_with_wrong_claims_is_refused(
    identity: Identity, member: Member, change: dict[str, Any]
) -> None:
    signer = identity.application.tokens.request.keywords["tokens"].signer  # type: ignore[attr-defined]
    await _refused(identity, await signer.sign({**_claims_of(member), **change}))


def _encode(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
async def test_an_unsigned_token_is_refused(identity: Identity, member: Member, algorithm: str) -> None:
    head = _encode({"alg": algorithm, "typ": "at+jwt"})
    await _refused(identity, f"{head}.{_encode(_claims_of(member))}.")


@pytest.mark.parametrize("encoding", ["pem", "modulus"])
async def test_a_token_signed_with_the_public_key_as_a_password_is_refused(
    identity: Identity, member: Member, encoding: str
) -> None:
    published = (await identity.http.get("/.well-known/jwks.json")).json()["keys"][0]
    pem = RSAKey.import_key(published).as_pem(private=False)
    secret = pem if encoding == "pem" else published["n"].encode()
    text = f"{_encode({'alg': 'HS256', 'typ': 'at+jwt', 'kid': published['kid']})}.{_encode(_claims_of(member))}"
    signature = base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), "sha256")).rstrip(b"=").decode()
    await _refused(identity, f"{text}.{signature}")


async def test_a_token_that_was_tampered_with_is_refused(identity: Identity, member: Member) -> None:
    head, body, signature = _token_of(member).split(".")
    for token in (
        f"{head}.{body[:-4]}AAAA.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}",
        "a.b.c",
        "....",
        "x" * 10_000,
    ):
        await _refused(identity, token)


async def test_our_own_token_without_a_session_behind_it_is_refused(identity: Identity, member: Member) -> None:
    signer = identity.application.tokens.request.keywords["tokens"].signer  # type: ignore[attr-defined]
    token = await signer.sign(_claims_of(member))
    answer = await identity.http.get("/identity/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/identity/v1/users?limit=0"),
        ("GET", "/identity/v1/users?limit=many"),
        ("GET", "/identity/v1/users?cursor=%00"),
        ("GET", "/identity/v1/users?cursor=zzz"),
        ("PATCH", "/identity/v1/users/not-a-uuid"),
        ("GET", "/identity/v1/connection-keys/1%27%20or%201=1"),
        ("GET", "/identity/v1/connection-keys?organizationId=x"),
    ],
)
async def test_wrong_parameters_are_a_400(identity: Identity, member: Member, method: str, path: str) -> None:
    answer = await identity.http.request(method, path, headers=member.headers, json={} if method == "PATCH" else None)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"organizationId": "x", "label": "y"},
        {"organizationId": "01a207be-ce18-712f-a1fb-b14697b2d2ef", "label": ""},
        {"organizationId": "01a207be-ce18-712f-a1fb-b14697b2d2ef", "label": "a\x00"},
        {"organizationId": "01a207be-ce18-712f-a1fb-b14697b2d2ef", "label": "x" * 1000},
        {"organizationId": "01a207be-ce18-712f-a1fb-b14697b2d2ef", "label": "x", "scopes": []},
        {"organizationId": "01a207be-ce18-712f-a1fb-b14697b2d2ef", "label": "x", "scopes": "ap"},
        {"label": "x"},
    ],
    ids=range(7),
)
async def test_a_key_request_that_fails_its_schema_is_a_400(identity: Identity, member: Member, body: Any) -> None:
    answer = await identity.http.post("/identity/v1/connection-keys", json=body, headers=member.headers)
    assert answer.status_code == 400
    assert await identity.pool.fetchval("select count(*) from connection_keys") == 0


async def test_a_connection_key_has_no_session_to_end(identity: Identity, member: Member) -> None:
    company = await identity.activate_organization(member)
    key = await identity.issue_key(member, company.id)
    token = (await identity.request_token(key)).json()["access_token"]
    url = "/identity/v1/sessions/current"
    answer = await identity.http.delete(url, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


async def test_the_type_of_a_problem_is_a_page(identity: Identity) -> None:
    problem = (await identity.http.post(SESSIONS, json={"email": "x@y.example", "password": "x"})).json()
    page = await identity.http.get(problem["type"].removeprefix("https://localhost:8443"))
    assert page.status_code == 200
    assert "The address, the password or the code is not right. (HTTP 401)" in page.text
    other = await identity.http.get("/problems/registry_unavailable", headers={"Accept-Language": "en"})
    assert other.status_code == 200
    assert "registry_unavailable" in other.text
    assert "(HTTP 503)" in other.text


@pytest.mark.parametrize("code", ["<script>", "A", "a" * 65, "x%0d%0ay", "%00", "{{7*7}}"])
async def test_what_is_no_code_has_no_page(identity: Identity, code: str) -> None:
    assert (await identity.http.get(f"/problems/{code}")).status_code in {400, 404}
