"""Links in mails: each proves once, until it expires, that whoever follows it reads the mail of an address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from identity.domain.errors import LinkExpired, LinkUsed


class Purpose(StrEnum):
    """What following the link does; `activation` is that of a user whom an administrator added or invited.

    `address` verifies an extra address.
    """

    REGISTRATION = "registration"
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - what a link is for
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was mailed to `address`; `user_id` is the user whom it is for, None when there is none yet."""

    id: UUID
    purpose: Purpose
    address: str
    locale: str
    expires_at: datetime
    user_id: UUID | None = None
    used_at: datetime | None = None

    def check_usable(self, now: datetime) -> None:
        """Raise what is wrong with the link."""
        if self.used_at is not None:
            raise LinkUsed
        if now >= self.expires_at:
            raise LinkExpired
