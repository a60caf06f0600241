"""Access tokens for tests: one RSA key per test run, tokens signed with it, and a verifier that knows it.

`issue_token` makes what identity would make; its keyword arguments also make everything that identity never would
(expired, foreign issuer, other algorithm), for the tests of bad input.
"""

import time
from functools import cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import RSAKey
from shared.http.security import PERSON, TokenVerifier
from shared.ids import new_id
from shared.settings import TokenSettings

ISSUER = "https://localhost:8443"
AUDIENCE = "koerier"
ALL_SCOPES = (
    "ap documents:read documents:send receive:manage organizations:read organizations:manage organizations:activate "
    "billing:read billing:topup users:manage keys:manage events:read webhooks:manage"
)


@cache
def signing_key() -> RSAKey:
    """Return the key of this test run."""
    return RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"})


@cache
def foreign_key() -> RSAKey:
    """Return a key that nobody publishes, with the same `kid` as the one that is."""
    return RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"})


def jwks() -> dict[str, Any]:
    """Return the published half of `signing_key`."""
    return {"keys": [signing_key().as_dict(private=False)]}


def issue_token(  # noqa: PLR0913 - each part of a token can be wrong in a test of its own
    *,
    sub: UUID | str | None = None,
    env: UUID | str | None = None,
    azp: UUID | str = PERSON,
    scope: str = ALL_SCOPES,
    iss: str = ISSUER,
    aud: str = AUDIENCE,
    expires_in: int = 86_400,  # longer than any run of the tests
    typ: str = "at+jwt",
    key: RSAKey | None = None,
) -> str:
    """Return a signed access token; by default a valid one of an unknown person."""
    now = int(time.time())
    claims = {
        "iss": iss,
        "aud": aud,
        "sub": str(sub or new_id()),
        "env": str(env or new_id()),
        "azp": str(azp),
        "scope": scope,
        "jti": new_id().hex,
        "iat": now,
        "exp": now + expires_in,
    }
    return jwt.encode({"alg": "RS256", "kid": "tests", "typ": typ}, claims, key or signing_key())


def bearer(**claims: Any) -> dict[str, str]:
    """Return the request header with a token of `issue_token(**claims)`."""
    return {"Authorization": f"Bearer {issue_token(**claims)}"}


async def _fetch() -> dict[str, Any]:
    return jwks()


def verifier() -> TokenVerifier:
    """Return a verifier that fetches the tests' key; `await verifier.refresh()` before its first use."""
    return TokenVerifier(TokenSettings(issuer=ISSUER, audience=AUDIENCE), fetch=_fetch)


async def ready_verifier() -> TokenVerifier:
    """Return a verifier that has its keys already."""
    ready = verifier()
    await ready.refresh()
    return ready
