"""The OAuth token endpoint, the gateway's key exchange, and what verifiers discover."""

import base64
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from support.identity import Identity, new_domain
from support.identity_company import Member

TOKEN = "/connect/token"
EXCHANGE = "/identity/v1/key-exchange"


@pytest.fixture(scope="module")
async def owner(identity: Identity) -> Member:
    return await identity.join(f"piet@{new_domain()}")


@pytest.fixture(scope="module")
async def key(identity: Identity, owner: Member) -> dict[str, Any]:
    company = await identity.activate_organization(owner)
    return await identity.issue_key(owner, company.id, scopes=["ap", "documents:read"])


def _basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


async def test_a_token_has_the_form_of_rfc_9068_and_no_roles(identity: Identity, key: dict[str, Any]) -> None:
    answer = await identity.request_token(key)
    assert answer.headers["cache-control"] == "no-store"
    published = (await identity.http.get("/.well-known/jwks.json")).json()
    decoded = jwt.decode(answer.json()["access_token"], KeySet.import_key_set(published), algorithms=["RS256"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.header["alg"] == "RS256"
    assert set(decoded.claims) == {
        "iss", "aud", "sub", "env", "azp", "client_id", "scope", "jti", "iat", "exp",
    }  # fmt: skip
    assert decoded.claims["iss"] == "https://localhost:8443"
    assert decoded.claims["azp"] == key["id"]
    assert decoded.claims["exp"] - decoded.claims["iat"] == 3600


async def test_a_client_authenticates_by_basic_credentials_too(identity: Identity, key: dict[str, Any]) -> None:
    headers = _basic(key["clientId"], key["clientSecret"])
    answer = await identity.http.post(TOKEN, data={"grant_type": "client_credentials"}, headers=headers)
    assert (answer.status_code, answer.json()["scope"]) == (200, "ap")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("ap", "ap"), ("openid ap", "ap"), ("documents:read", "documents:read"), ("openid", "ap documents:read")],
)
async def test_a_token_has_the_scopes_that_were_asked_for(
    identity: Identity, key: dict[str, Any], asked: str, granted: str
) -> None:
    answer = await identity.request_token(key, scope=asked)
    assert (answer.status_code, answer.json()["scope"]) == (200, granted)


async def test_a_scope_that_the_key_does_not_have_is_refused(identity: Identity, key: dict[str, Any]) -> None:
    answer = await identity.request_token(key, scope="ap users:manage")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "x" * 32},
        {"client_secret": ""},
        {"client_id": "AAAAAAAAAAA"},
        {"client_id": "' or 1=1 --"},
        {"client_id": "\x00" * 11},
        {"client_secret": "\x00"},
        {"client_id": ""},
    ],
    ids=repr,
)
async def test_wrong_credentials_are_an_invalid_client(
    identity: Identity, key: dict[str, Any], change: dict[str, str]
) -> None:
    answer = await identity.request_token(key, **change)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        ("password", "unsupported_grant_type"),
        ("authorization_code", "unsupported_grant_type"),
        ("refresh_token", "unsupported_grant_type"),
        ("", "invalid_request"),
    ],
)
async def test_only_client_credentials_are_granted(
    identity: Identity, key: dict[str, Any], owner: Member, grant: str, error: str
) -> None:
    answer = await identity.request_token(key, grant_type=grant, username=owner.email, password="x")
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=password", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff%fe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(50)), "application/x-www-form-urlencoded"),
        (b"no equals sign", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
    ids=range(8),
)
async def test_a_request_that_is_no_token_request_is_answered_in_oauths_own_shape(
    identity: Identity, content: bytes, content_type: str
) -> None:
    answer = await identity.http.post(TOKEN, content=content, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("credentials", ["Basic", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xff").decode()])
async def test_broken_basic_credentials_are_an_invalid_client(identity: Identity, credentials: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await identity.http.post(TOKEN, data=form, headers={"Authorization": credentials})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_two_ways_to_authenticate_are_one_too_many(identity: Identity, key: dict[str, Any]) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": key["clientId"],
        "client_secret": key["clientSecret"],
    }
    answer = await identity.http.post(TOKEN, data=form, headers=_basic(key["clientId"], key["clientSecret"]))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_the_gateway_gets_a_short_token_for_a_raw_key(identity: Identity, key: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {key['key']}"}
    first = await identity.http.get(EXCHANGE, headers=headers)
    second = await identity.http.get(EXCHANGE, headers=headers)
    assert first.status_code == 200
    assert first.headers["authorization"] == second.headers["authorization"]
    principal = identity.verifier.verify(first.headers["authorization"].removeprefix("Bearer "))
    assert str(principal.connection_key) == key["id"]
    assert principal.scopes == {"ap", "documents:read"}


@pytest.mark.parametrize("header", ["Bearer eyJhbGciOi.x.y", "Basic dXNlcjpwYXNz", "Bearer", "nonsense"])
async def test_the_exchange_passes_on_what_is_no_key(identity: Identity, header: str) -> None:
    answer = await identity.http.get(EXCHANGE, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["authorization"]) == (200, header)


async def test_a_request_without_credentials_stays_without(identity: Identity) -> None:
    answer = await identity.http.get(EXCHANGE)
    assert answer.status_code == 200
    assert "authorization" not in answer.headers


async def test_a_typing_error_in_a_key_is_refused_without_looking_it_up(
    identity: Identity, key: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    views = identity.application.tokens.exchange_bearer.keywords["views"]  # type: ignore[attr-defined]
    find = views.find_key_holder

    async def noted(client_id: str) -> Any:
        looked_up.append(client_id)
        return await find(client_id)

    monkeypatch.setattr(views, "find_key_holder", noted)
    text = key["key"]
    for place in (12, 30, len(text) - 1):
        typo = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        answer = await identity.http.get(EXCHANGE, headers={"Authorization": f"Bearer {typo}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_connection_key")
    assert looked_up == []
    await identity.http.get(EXCHANGE, headers={"Authorization": f"Bearer {text}"})
    assert looked_up == [key["clientId"]]


async def test_a_well_formed_key_that_nobody_has_is_refused(identity: Identity, key: dict[str, Any]) -> None:
    from identity.domain.connection_key import KeyText  # noqa: PLC0415
    from identity.domain.environment import Mode  # noqa: PLC0415

    for forged in (
        KeyText.generate(Mode.LIVE),
        KeyText(mode=Mode.LIVE, client_id=key["clientId"], secret="x" * 32),
    ):
        answer = await identity.http.get(EXCHANGE, headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401


async def test_the_published_keys_hold_nothing_private_and_may_be_cached(identity: Identity) -> None:
    answer = await identity.http.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    for key in answer.json()["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_clients_discover_the_endpoints(identity: Identity) -> None:
    for path in ("openid-configuration", "oauth-authorization-server"):
        document = (await identity.http.get(f"/.well-known/{path}")).json()
        assert document["issuer"] == "https://localhost:8443"
        assert document["token_endpoint"] == "https://localhost:8443/connect/token"
        assert document["jwks_uri"].endswith("/.well-known/jwks.json")
        assert document["grant_types_supported"] == ["client_credentials"]
