"""Access tokens: only identity's keys, issuer, audience and algorithms; keys fetched often enough and not too often."""

import asyncio
import base64
import hmac
import json
import time
from typing import Any

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from shared.http import security
from shared.http.security import InvalidToken, KeysUnavailable, MissingScope, TokenVerifier
from shared.ids import new_id
from shared.settings import TokenSettings
from support.tokens import foreign_key, issue_token, jwks, ready_verifier, signing_key


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims() -> dict[str, Any]:
    payload = issue_token().split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return decoded


def unsigned() -> str:
    return f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'tests'})}.{part(claims())}."


def signed_with_the_public_key_as_a_secret() -> str:
    signed = f"{part({'alg': 'HS256', 'kid': 'tests', 'typ': 'at+jwt'})}.{part(claims())}"
    digest = hmac.digest(signing_key().as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{part(digest)}"


def with_a_changed_payload() -> str:
    header, _, signature = issue_token().split(".")
    return f"{header}.{part({**claims(), 'sub': str(new_id())})}.{signature}"


def with_its_own_key_in_the_header() -> str:
    header = {"alg": "RS256", "typ": "at+jwt", "kid": "tests", "jwk": foreign_key().as_dict(private=False)}
    return jwt.encode(header, claims(), foreign_key())


def without(name: str) -> str:
    kept = {key: value for key, value in claims().items() if key != name}
    return jwt.encode({"alg": "RS256", "kid": "tests", "typ": "at+jwt"}, kept, signing_key())


def changed(**values: Any) -> str:
    header = {"alg": "RS256", "kid": "tests", "typ": "at+jwt"}
    return jwt.encode(header, {**claims(), **values}, signing_key())


REFUSED = {
    "unsigned": unsigned,
    "signed with the public key as a secret": signed_with_the_public_key_as_a_secret,
    "signed by a foreign key with our kid": lambda: issue_token(key=foreign_key()),
    "with a changed payload": with_a_changed_payload,
    "with its own key in the header": with_its_own_key_in_the_header,
    "expired": lambda: issue_token(expires_in=-6),
    "of another issuer": lambda: issue_token(iss="https://elsewhere"),
    "for another audience": lambda: issue_token(aud="somebody-else"),
    "an ID token": lambda: issue_token(typ="JWT"),
    "without a signature": lambda: issue_token().rpartition(".")[0] + ".",
    "with two parts": lambda: issue_token().rpartition(".")[0],
    "with five parts": lambda: issue_token() + ".a.b",
    "a subject that is no id": lambda: changed(sub="root"),
    "an environment that is no id": lambda: changed(env="live"),
    "a client that is no id": lambda: changed(azp="somebody"),
    "an expiry that is no number": lambda: changed(exp="tomorrow"),
    **{
        f"without {name}": (lambda name=name: without(name))
        for name in ("iss", "aud", "sub", "env", "azp", "jti", "exp")
    },
    "empty": lambda: "",
    "not a token": lambda: "koe_ck_live_abc",
    "not ASCII": lambda: "é.é.é",
    "a header that is a list": lambda: f"{part([])}.{part(claims())}.{part(b'x')}",
    "a header that is nested without end": lambda: f"{part(b'[' * 40_000)}.{part(claims())}.{part(b'x')}",
    "a payload that is a list": lambda: f"{part({'alg': 'RS256', 'kid': 'tests'})}.{part([])}.{part(b'x')}",
    "a kid that is no text": lambda: f"{part({'alg': 'RS256', 'kid': {'a': 1}})}.{part(claims())}.{part(b'x')}",
}


@pytest.mark.parametrize("what", REFUSED)
async def test_refuses_a_token(what: str):
    verifier = await ready_verifier()
    with pytest.raises(InvalidToken):
        verifier.verify(REFUSED[what]())


async def test_accepts_what_identity_issues_and_says_who_calls():
    person, environment = new_id(), new_id()
    principal = (await ready_verifier()).verify(issue_token(sub=person, env=environment, scope="ap documents:read"))
    assert (principal.subject, principal.environment) == (person, environment)
    assert principal.connection_key is None
    assert principal.scopes == {"ap", "documents:read"}
    principal.require("ap")
    with pytest.raises(MissingScope):
        principal.require("billing:read")


async def test_a_connection_key_is_named_by_azp():
    key = new_id()
    assert (await ready_verifier()).verify(issue_token(azp=key)).connection_key == key


async def test_a_remembered_token_still_expires():
    verifier = await ready_verifier()
    token = issue_token(expires_in=60)
    verifier.verify(token)
    with time_machine.travel(time.time() + 66, tick=False), pytest.raises(InvalidToken, match="expired"):
        verifier.verify(token)


async def test_remembers_no_more_than_it_should(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(security, "_REMEMBERED", 3)
    verifier = await ready_verifier()
    for _ in range(6):
        verifier.verify(issue_token())
    assert len(verifier._verified) == 3


async def test_a_withdrawn_key_ends_its_tokens_with_the_next_fetch():
    published = [jwks()]
    verifier = TokenVerifier(TokenSettings(), fetch=lambda: answer(published[0]))
    await verifier.refresh()
    token = issue_token()
    verifier.verify(token)
    other = ECKey.generate_key("P-256", {"kid": "new", "alg": "ES256"})
    published[0] = {"keys": [other.as_dict(private=False)]}
    await verifier.refresh()
    with pytest.raises(InvalidToken):
        verifier.verify(token)


async def answer(document: Any) -> Any:
    return document


@pytest.mark.parametrize("nonsense", [{"keys": []}, {}, {"keys": [{"kty": "no"}]}, [], "keys"])
async def test_keeps_the_old_keys_when_the_new_ones_are_nonsense(nonsense: Any):
    published = [jwks()]
    verifier = TokenVerifier(TokenSettings(), fetch=lambda: answer(published[0]))
    await verifier.refresh()
    published[0] = nonsense
    await verifier.refresh()
    verifier.verify(issue_token())


async def test_before_the_first_fetch_the_caller_is_told_to_come_back():
    async def down() -> Any:
        raise OSError("identity is away")

    verifier = TokenVerifier(TokenSettings(), fetch=down)
    await verifier.refresh()
    assert not verifier.ready
    with pytest.raises(KeysUnavailable):
        verifier.verify(issue_token())


class Published:
    """A key set that counts how often it was fetched."""

    def __init__(self) -> None:
        self.keys = [signing_key()]
        self.fetched: list[float] = []

    async def fetch(self) -> dict[str, Any]:
        self.fetched.append(time.monotonic())
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def signed_by(key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "at+jwt"}, claims(), key)


async def test_an_unknown_key_is_fetched_soon_but_not_more_often_than_allowed():
    published = Published()
    settings = TokenSettings(refresh_seconds=300, unknown_key_seconds=0.2)
    verifier = TokenVerifier(settings, fetch=published.fetch)
    running = asyncio.create_task(verifier.run())
    try:
        await asyncio.sleep(0.3)  # the last fetch is long enough ago for another at once
        new = RSAKey.generate_key(2048, {"kid": "new"})
        published.keys.append(new)
        with pytest.raises(InvalidToken):
            verifier.verify(signed_by(new))
        await asyncio.sleep(0.05)
        assert verifier.verify(signed_by(new))
        assert len(published.fetched) == 2

        stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
        until = time.monotonic() + 0.7
        while time.monotonic() < until:
            with pytest.raises(InvalidToken):
                verifier.verify(signed_by(stranger))
            await asyncio.sleep(0.005)
    finally:
        running.cancel()
    pauses = [later - earlier for earlier, later in zip(published.fetched[1:], published.fetched[2:], strict=False)]
    assert 2 <= len(pauses) <= 4
    assert min(pauses) >= 0.19


async def test_a_forged_token_with_a_known_kid_causes_no_fetch():
    published = Published()
    verifier = TokenVerifier(TokenSettings(unknown_key_seconds=0.0), fetch=published.fetch)
    running = asyncio.create_task(verifier.run())
    try:
        await asyncio.sleep(0.05)
        for _ in range(5):
            with pytest.raises(InvalidToken):
                verifier.verify(issue_token(key=foreign_key()))
            await asyncio.sleep(0.01)
    finally:
        running.cancel()
    assert len(published.fetched) == 1
