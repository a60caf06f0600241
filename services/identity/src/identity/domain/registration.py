"""A registration between the mail with its link and the click on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity.domain.errors import RegistrationLinkExpired, RegistrationLinkUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Somebody said that `address` is theirs; the link in the mail proves it, once, until `expires_at`."""

    id: UUID
    address: str
    locale: str
    expires_at: datetime
    used_at: datetime | None = None

    def check_usable(self, now: datetime) -> None:
        """Raise what is wrong with the link."""
        if self.used_at is not None:
            raise RegistrationLinkUsed
        if now >= self.expires_at:
            raise RegistrationLinkExpired
