"""Connection keys: what a software package uses to act for one organization, with the rights of its creator.

The text is `koe_ck_(live|test)_` + id (11) + secret (32) + checksum (6), in base 62: one double-click selects it, a
scanner recognises it, and a typing error is refused without looking anything up. Only a hash of the secret is kept: it
has 190 random bits, which a slow hash would not make safer.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.ids import new_id

from identity.domain.environment import Mode
from identity.domain.errors import (
    ConnectionKeyNotActive,
    ConnectionKeyReplaced,
    ConnectionKeyStillActive,
    InvalidConnectionKey,
)

PREFIX = "koe_ck_"
ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 11, 32, 6
PATTERN = re.compile(r"koe_ck_(?:live|test)_[0-9A-Za-z]{49}", re.ASCII)
CLIENT_ID = re.compile(r"[0-9A-Za-z]{11}", re.ASCII)
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


class KeyStatus(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"
    DELETED = "deleted"


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def hash_secret(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeyText:
    """The parts of a key as its owner holds it. Never logged: it has no repr."""

    mode: Mode
    client_id: str
    secret: str

    @classmethod
    def generate(cls, mode: Mode) -> Self:
        return cls(mode=mode, client_id=_random(ID_LENGTH), secret=_random(SECRET_LENGTH))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a whole key; raises `InvalidConnectionKey` when its form or its checksum is wrong."""
        if not PATTERN.fullmatch(text):
            raise InvalidConnectionKey
        body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
        if _checksum(body) != checksum:
            raise InvalidConnectionKey("The connection key has a typing error: its checksum is wrong.")
        _, _, mode, rest = body.split("_")
        return cls(mode=Mode(mode), client_id=rest[:ID_LENGTH], secret=rest[ID_LENGTH:])

    def __str__(self) -> str:
        body = f"{PREFIX}{self.mode}_{self.client_id}{self.secret}"
        return body + _checksum(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOrder:
    """What a new key is for."""

    environment_id: UUID
    organization_id: UUID
    created_by: UUID
    label: str
    scopes: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionKey:
    """A key as it is stored. One with `ends_at` has been replaced, and works until then."""

    id: UUID
    client_id: str
    environment_id: UUID
    organization_id: UUID
    created_by: UUID
    label: str
    scopes: tuple[str, ...]
    mode: Mode
    secret_hash: bytes
    last4: str
    created_at: datetime
    status: KeyStatus = KeyStatus.ACTIVE
    revoked_at: datetime | None = None
    replaced_by: UUID | None = None
    ends_at: datetime | None = None
    version: int = 1

    @classmethod
    def issue(cls, order: KeyOrder, *, now: datetime) -> tuple[Self, KeyText]:
        """Return a new key and its text, which is nowhere else from now on."""
        text = KeyText.generate(order.mode)
        key = cls(
            id=new_id(),
            client_id=text.client_id,
            environment_id=order.environment_id,
            organization_id=order.organization_id,
            created_by=order.created_by,
            label=order.label,
            scopes=order.scopes,
            mode=order.mode,
            secret_hash=hash_secret(text.secret),
            last4=text.secret[-4:],
            created_at=now,
        )
        return key, text

    @property
    def is_active(self) -> bool:
        return self.status is KeyStatus.ACTIVE

    def works(self, now: datetime) -> bool:
        return self.is_active and (self.ends_at is None or now < self.ends_at)

    def accepts(self, secret: str) -> bool:
        """Tell whether this is the key's secret, in the same time whether or not it is."""
        return hmac.compare_digest(self.secret_hash, hash_secret(secret))

    def replace_by(self, new_key: UUID, *, ends_at: datetime) -> Self:
        """Return the key as replaced, working until `ends_at`.

        Raises `ConnectionKeyNotActive`, and `ConnectionKeyReplaced` when there is a new one already.
        """
        if not self.is_active:
            raise ConnectionKeyNotActive
        if self.replaced_by is not None:
            raise ConnectionKeyReplaced
        return replace(self, replaced_by=new_key, ends_at=ends_at)

    def revoke(self, *, now: datetime) -> Self:
        """Return the revoked key; raises `ConnectionKeyNotActive` when it was so already."""
        if not self.is_active:
            raise ConnectionKeyNotActive
        return replace(self, status=KeyStatus.REVOKED, revoked_at=now, version=self.version + 1)

    def delete(self) -> Self:
        """Return the deleted key; raises `ConnectionKeyStillActive` for one that was not revoked."""
        if self.is_active:
            raise ConnectionKeyStillActive
        return replace(self, status=KeyStatus.DELETED, version=self.version + 1)
