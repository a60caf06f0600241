"""Signs access tokens with RS256 and publishes the keys that verify them (JWKS).

The active key is opened once and used for `_FRESH`; a rotation in another process is noticed after that, which is early
enough because a retired key stays published for longer than any token lives. Making keys and signing run in threads.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from shared.ids import new_id

from identity.application.ports import Sealer, StoredSigningKey
from identity.domain.signing_key import KeyState

ALGORITHM = "RS256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - RFC 9068's name of the type
_KEY_BITS = 2048
_FRESH = 30.0
LoadKeys = Callable[[], Awaitable[Sequence[StoredSigningKey]]]


class RsaKeyMaker:
    """Makes RSA keys whose private half is sealed from the start."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def make(self, *, state: KeyState, now: datetime) -> StoredSigningKey:
        return await asyncio.to_thread(self._make, state, now)

    def _make(self, state: KeyState, now: datetime) -> StoredSigningKey:
        kid = new_id().hex
        key = RSAKey.generate_key(_KEY_BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM})
        return StoredSigningKey(
            kid=kid,
            state=state,
            since=now,
            public_key=key.as_dict(private=False),
            sealed_private_key=self._sealer.seal(key.as_pem(private=True)),
        )


class RsaSigner:
    """Signs with the key that is active, wherever it was activated."""

    def __init__(self, load: LoadKeys, sealer: Sealer) -> None:
        self._load = load
        self._sealer = sealer
        self._active: RSAKey | None = None
        self._kid = ""
        self._loaded_at = 0.0
        self._loading = asyncio.Lock()

    async def sign(self, claims: Mapping[str, Any]) -> str:
        key = await self._active_key()
        header = {"alg": ALGORITHM, "kid": self._kid, "typ": TOKEN_TYPE}
        return await asyncio.to_thread(jwt.encode, header, dict(claims), key)

    async def published(self) -> dict[str, Any]:
        """Return the JWKS: keys that sign, will sign, and have signed what is still valid."""
        keys = await self._load()
        return {"keys": [dict(key.public_key) for key in keys]}

    async def _active_key(self) -> RSAKey:
        async with self._loading:
            if self._active is None or time.monotonic() - self._loaded_at > _FRESH:
                stored = next(key for key in await self._load() if key.state is KeyState.ACTIVE)
                if self._active is None or stored.kid != self._kid:
                    pem = self._sealer.open(stored.sealed_private_key)
                    self._active = RSAKey.import_key(pem)
                    self._kid = stored.kid
                self._loaded_at = time.monotonic()
            return self._active
