"""Gives access tokens for connection keys: at the token endpoint, and to the gateway for a key sent as bearer.

Every exchange looks at the tables, so that a revoked key, a blocked creator or an ended membership counts at once. Only
the signature is remembered: for a minute the gateway gets the same token for the same key.
"""

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import Clock

from identity.application.access_tokens import AccessTokens
from identity.application.ports import Views
from identity.application.views import TokenView
from identity.domain.connection_key import CLIENT_ID, ConnectionKey, KeyText, hash_secret
from identity.domain.errors import InvalidConnectionKey
from identity.domain.scopes import for_token

TOKEN_LIFETIME = timedelta(hours=1)
BEARER_LIFETIME = timedelta(minutes=5)
_REUSED_FOR = timedelta(minutes=1)
_REMEMBERED = 10_000
_NOBODYS = hash_secret("nobody's")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestToken:
    client_id: str
    client_secret: str
    scope: str


@dataclass(slots=True, kw_only=True)
class SignedBearers:
    """Tokens signed a moment ago, by key."""

    _tokens: OrderedDict[UUID, tuple[datetime, str]] = field(default_factory=OrderedDict)

    def find(self, key_id: UUID, now: datetime) -> str | None:
        found = self._tokens.get(key_id)
        return found[1] if found and now < found[0] else None

    def keep(self, key_id: UUID, token: str, now: datetime) -> None:
        self._tokens[key_id] = (now + _REUSED_FOR, token)
        if len(self._tokens) > _REMEMBERED:
            self._tokens.popitem(last=False)


async def request_token(cmd: RequestToken, *, views: Views, tokens: AccessTokens, clock: Clock) -> TokenView:
    """Return a token for the client credentials; raises `InvalidConnectionKey` or `InvalidScope`."""
    key = await _authenticate(cmd.client_id, cmd.client_secret, views=views, now=clock.now())
    scopes = for_token(cmd.scope, granted=key.scopes)
    return await tokens.for_key(key, scopes=scopes, lifetime=TOKEN_LIFETIME)


async def exchange_bearer(text: str, *, views: Views, tokens: AccessTokens, signed: SignedBearers, clock: Clock) -> str:
    """Return a short-lived token for a whole key; one with a typing error is refused without looking it up."""
    parts = KeyText.parse(text)
    now = clock.now()
    key = await _authenticate(parts.client_id, parts.secret, views=views, now=now)
    token = signed.find(key.id, now)
    if token is None:
        view = await tokens.for_key(key, scopes=key.scopes, lifetime=BEARER_LIFETIME)
        token = view.access_token
        signed.keep(key.id, token, now)
    return token


async def _authenticate(client_id: str, secret: str, *, views: Views, now: datetime) -> ConnectionKey:
    """Return the key when it works now; every reason not to is the same error."""
    if not CLIENT_ID.fullmatch(client_id):
        raise InvalidConnectionKey
    holder = await views.find_key_holder(client_id)
    if holder is None:
        hmac.compare_digest(_NOBODYS, hash_secret(secret))
        raise InvalidConnectionKey
    if not holder.key.accepts(secret) or not holder.key.works(now) or not holder.creator_may:
        raise InvalidConnectionKey
    await views.note_use(holder.key.id)
    return holder.key
