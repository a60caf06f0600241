"""Who calls: verifies access tokens (RFC 9068) against identity's published keys, without asking identity per request.

A token says who (`sub`, `env`, `azp`, `scope`, `jti`) and nothing about rights: each service looks those up in its
own projection. Only RS256 and ES256 are accepted, so `alg: none` and HMAC confusion end as 401. Keys are fetched in
the background: at start, every 300 s, and for an unknown `kid` at most every 10 s. Verified tokens are remembered
until they expire; rights never are.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.settings import TokenSettings

_log = structlog.get_logger(__name__)
ALGORITHMS = ["RS256", "ES256"]
PERSON = "koerier"
_REMEMBERED = 20_000
_LEEWAY = 5


class InvalidToken(Unauthenticated):
    """The access token is missing, malformed, expired, or not ours."""


class MissingScope(Forbidden):
    """The access token does not carry the scope that this needs."""


class KeysUnavailable(Unavailable):
    """The keys that tokens are verified with have not been fetched yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The verified caller. `client` is `koerier` for a person's session, else the connection key's id."""

    subject: UUID
    environment: UUID
    client: str
    scopes: frozenset[str]
    token_id: str
    expires_at: int

    @property
    def connection_key(self) -> UUID | None:
        return None if self.client == PERSON else UUID(self.client)

    def require(self, scope: str) -> None:
        """Raise `MissingScope` unless the token carries `scope`."""
        if scope not in self.scopes:
            raise MissingScope(f"This needs the scope {scope}.", required_scope=scope)


FetchKeys = Callable[[], Awaitable[dict[str, Any]]]


class TokenVerifier:
    """Verifies bearer tokens. `run()` keeps the keys fresh and must run beside the server."""

    def __init__(self, settings: TokenSettings, *, fetch: FetchKeys) -> None:
        self._settings = settings
        self._fetch = fetch
        self._keys: KeySet | None = None
        self._known: set[str] = set()
        self._wanted = asyncio.Event()
        self._verified: OrderedDict[str, Principal] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    @property
    def ready(self) -> bool:
        return self._keys is not None

    async def run(self) -> None:
        """Fetch the keys now, every `refresh_seconds`, and sooner when an unknown one was seen, until cancelled."""
        while True:
            await self.refresh()
            pause = self._settings.refresh_seconds if self._keys else 0.5
            self._wanted.clear()
            fetched = time.monotonic()
            try:
                async with asyncio.timeout(pause):
                    await self._wanted.wait()
                    await asyncio.sleep(fetched + self._settings.unknown_key_seconds - time.monotonic())
            except TimeoutError:
                continue

    async def refresh(self) -> None:
        """Fetch the published keys once; the old ones stay when that fails."""
        try:
            self._keys = _published(await self._fetch())
            self._known = {str(key.kid) for key in self._keys.keys}
            self._verified.clear()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with identity, the old keys stay
            _log.warning("keys_not_fetched", error=repr(error))

    def verify(self, token: str) -> Principal:
        """Return the caller; raises `InvalidToken`, or `KeysUnavailable` right after a start without identity."""
        remembered = self._verified.get(token)
        if remembered is None:
            remembered = self._check(token)
            self._verified[token] = remembered
            if len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)
        if remembered.expires_at + _LEEWAY < time.time():
            self._verified.pop(token, None)
            raise InvalidToken("The access token has expired.")
        return remembered

    def _check(self, token: str) -> Principal:
        if self._keys is None:
            raise KeysUnavailable
        try:
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            if decoded.header.get("typ") != "at+jwt":
                raise InvalidToken
            self._claims.validate(decoded.claims)
            return _principal(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._want_keys(token)
            raise InvalidToken from error

    def _want_keys(self, token: str) -> None:
        """Ask for fresh keys when the token names one that we do not have."""
        try:
            from joserfc.jws import extract_compact  # noqa: PLC0415 - only this rare path needs it

            kid = extract_compact(token.encode()).headers().get("kid")
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
            return
        if isinstance(kid, str) and kid not in self._known:
            self._wanted.set()


def _published(document: dict[str, Any]) -> KeySet:
    keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
    if not keys.keys:
        raise ValueError("no keys are published")
    return keys


def _principal(claims: dict[str, Any]) -> Principal:
    client = str(claims["azp"])
    if client != PERSON:
        UUID(client)
    return Principal(
        subject=UUID(claims["sub"]),
        environment=UUID(claims["env"]),
        client=client,
        scopes=frozenset(str(claims.get("scope", "")).split()),
        token_id=str(claims["jti"]),
        expires_at=int(claims["exp"]),
    )


def bearer_token(request: Request) -> str:
    """Return the bearer token of the request; raises `InvalidToken` when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("Send an access token as `Authorization: Bearer …`.")
    return token.strip()


def current_principal(request: Request) -> Principal:
    """Verify the caller of this request; the FastAPI dependency behind `CurrentPrincipal`."""
    verifier: TokenVerifier = request.app.state.token_verifier
    return verifier.verify(bearer_token(request))


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]
