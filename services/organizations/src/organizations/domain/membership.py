"""Who may do what for an organization. Memberships are independent of the user's role in the environment (R2.5)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id


class Level(StrEnum):
    MEMBER = "member"
    ADMINISTRATOR = "administrator"


class MembershipStatus(StrEnum):
    ACTIVE = "active"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One user in one organization; a removed one comes back under the same id when the user is added again."""

    id: UUID
    organization_id: UUID
    environment_id: UUID
    user_id: UUID
    level: Level
    status: MembershipStatus
    version: int
    created_at: datetime

    @classmethod
    def start(
        cls, *, organization_id: UUID, environment_id: UUID, user_id: UUID, level: Level, now: datetime
    ) -> "Membership":
        return cls(
            id=new_id(),
            organization_id=organization_id,
            environment_id=environment_id,
            user_id=user_id,
            level=level,
            status=MembershipStatus.ACTIVE,
            version=1,
            created_at=now,
        )

    @property
    def is_active(self) -> bool:
        return self.status is MembershipStatus.ACTIVE

    def resume(self, level: Level) -> "Membership":
        """Make a removed member one again."""
        return replace(self, status=MembershipStatus.ACTIVE, level=level, version=self.version + 1)

    def at_level(self, level: Level) -> "Membership":
        return replace(self, level=level, version=self.version + 1)

    def removed(self) -> "Membership":
        return replace(self, status=MembershipStatus.REMOVED, version=self.version + 1)
