"""What identity knows of organizations' aggregates: enough to decide who may have a key, and whom to mail."""

from dataclasses import dataclass
from uuid import UUID

ACTIVE = "active"
REMOVED = "removed"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOrganization:
    id: UUID
    environment_id: UUID
    mode: str
    name: str
    status: str

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMembership:
    id: UUID
    organization_id: UUID
    environment_id: UUID
    user_id: UUID
    level: str
    status: str
