"""Makes access tokens (RFC 9068): who acts, where, with which client and scopes - and nothing about rights."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from shared.clock import Clock
from shared.ids import new_id

from identity.application.ports import TokenSigner
from identity.application.views import TokenView
from identity.domain.connection_key import ConnectionKey
from identity.domain.scopes import PLATFORM_SCOPES
from identity.domain.session import Session, access_token_id

PERSONS_CLIENT = "koerier"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Signs tokens in the name of `issuer`."""

    signer: TokenSigner
    issuer: str
    audience: str
    clock: Clock

    async def for_session(self, session: Session, *, lifetime: timedelta, refresh_token: str) -> TokenView:
        """Return a token of a person."""
        token = await self._sign(
            subject=session.user_id,
            environment=session.environment_id,
            client=PERSONS_CLIENT,
            scopes=PLATFORM_SCOPES,
            token_id=access_token_id(session.id),
            lifetime=lifetime,
        )
        return TokenView(
            access_token=token,
            expires_in=int(lifetime.total_seconds()),
            scope=" ".join(PLATFORM_SCOPES),
            refresh_token=refresh_token,
        )

    async def for_key(self, key: ConnectionKey, *, scopes: tuple[str, ...], lifetime: timedelta) -> TokenView:
        """Return a token of a connection key, which acts as its creator."""
        token = await self._sign(
            subject=key.created_by,
            environment=key.environment_id,
            client=str(key.id),
            scopes=scopes,
            token_id=new_id().hex,
            lifetime=lifetime,
        )
        return TokenView(access_token=token, expires_in=int(lifetime.total_seconds()), scope=" ".join(scopes))

    async def _sign(
        self,
        *,
        subject: UUID,
        environment: UUID,
        client: str,
        scopes: tuple[str, ...],
        token_id: str,
        lifetime: timedelta,
    ) -> str:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(subject),
            "env": str(environment),
            "azp": client,
            "client_id": client,
            "scope": " ".join(scopes),
            "jti": token_id,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
        }
        return await self.signer.sign(claims)
