"""Tokens that must open nothing, made around a person who may do everything.

Each has exactly one thing wrong with it; `token_for` with nothing wrong is the one that works.
"""

import base64
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import RSAKey
from shared.ids import new_id

from support.tokens import ALL_SCOPES, AUDIENCE, ISSUER, foreign_key, signing_key


def token_for(
    *,
    sub: UUID,
    env: UUID,
    azp: UUID | str = "koerier",
    token_id: str | None = None,
    claims: Mapping[str, Any] | None = None,
    typ: str = "at+jwt",
    key: RSAKey | None = None,
) -> str:
    """Return a token that identity would have issued, except for what `claims`, `typ` and `key` change."""
    now = int(time.time())
    every = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(sub),
        "env": str(env),
        "azp": str(azp),
        "scope": ALL_SCOPES,
        "jti": token_id or new_id().hex,
        "iat": now,
        "exp": now + 86_400,  # longer than any run of the tests
        **(claims or {}),
    }
    return jwt.encode({"alg": "RS256", "kid": "tests", "typ": typ}, every, key or signing_key())


def header_for(**parts: Any) -> dict[str, str]:
    """Return the request header with a token of `token_for(**parts)`."""
    return {"Authorization": f"Bearer {token_for(**parts)}"}


def worthless(*, sub: UUID, env: UUID, token_id: str | None = None) -> dict[str, dict[str, str]]:
    """Return the request headers that every operation is called with, by what is wrong with them."""
    owner: dict[str, Any] = {"sub": sub, "env": env, "token_id": token_id}
    return {
        "nobody": {},
        "an expired token": header_for(**owner, claims={"exp": int(time.time()) - 60}),
        "a wrongly signed token": header_for(**owner, key=foreign_key()),
    }


def odd(*, sub: UUID, env: UUID, token_id: str | None = None) -> dict[str, dict[str, str]]:
    """Return rarer ones: the code that refuses them is the same for all operations, so each meets one of these."""
    owner: dict[str, Any] = {"sub": sub, "env": env, "token_id": token_id}
    header, payload, _ = token_for(**owner).split(".")
    *_, other_signature = token_for(sub=new_id(), env=env).split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt","kid":"tests"}').rstrip(b"=").decode()
    return {
        "an empty token": {"Authorization": "Bearer "},
        "nonsense": {"Authorization": "Bearer x.y.z"},
        "a password": {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()},
        "another issuer's token": header_for(**owner, claims={"iss": "https://elsewhere.example"}),
        "a token for another audience": header_for(**owner, claims={"aud": "others"}),
        "a token of another kind": header_for(**owner, typ="JWT"),
        "an unsigned token": {"Authorization": f"Bearer {none}.{payload}."},
        "a token with another's signature": {"Authorization": f"Bearer {header}.{payload}.{other_signature}"},
    }
