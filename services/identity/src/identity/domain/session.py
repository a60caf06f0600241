"""Sessions of people: a family of refresh tokens of which only the newest one works.

A refresh token is used once. When a used one comes back, two parties hold the family: it is ended for both.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from shared.ids import new_id

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 32 random bytes as text that fits a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """Return what is stored of such a token."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """A session ends when it was not refreshed for `idle`, and after `longest` in any case."""

    access: timedelta = timedelta(minutes=15)
    idle: timedelta = timedelta(days=14)
    longest: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from: the network address, and what the program calls itself (`User-Agent`)."""

    client: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login of one person; `origin` is that of its last refresh."""

    id: UUID
    user_id: UUID
    environment_id: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    origin: Origin = Origin()

    @classmethod
    def start(
        cls, *, user_id: UUID, environment_id: UUID, origin: Origin, now: datetime, policy: SessionPolicy
    ) -> Self:
        return cls(
            id=new_id(),
            user_id=user_id,
            environment_id=environment_id,
            created_at=now,
            expires_at=now + policy.longest,
            origin=origin,
        )

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A token of the family as it is stored."""

    token_hash: bytes
    session_id: UUID
    expires_at: datetime
    used_at: datetime | None = None


def access_token_id(session_id: UUID) -> str:
    """Return a fresh `jti` that tells which session the token belongs to."""
    return f"{session_id.hex}.{new_id().hex}"


def session_of(token_id: str) -> UUID | None:
    """Return the session that a `jti` of ours names, or None for a token without a session."""
    try:
        return UUID(hex=token_id.partition(".")[0])
    except ValueError:
        return None
