"""What was done to whom, by whom, from where and why: entries that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Action(StrEnum):
    USER_REGISTERED = "user.registered"
    USER_ADDED = "user.added"
    USER_INVITED = "user.invited"
    USER_ACTIVATED = "user.activated"
    USER_CHANGED = "user.changed"
    USER_REMOVED = "user.removed"
    PROFILE_CHANGED = "user.profile_changed"
    ACTIVATION_RESENT = "user.activation_resent"
    PASSWORD_RESET = "user.password_reset"  # noqa: S105 - an act
    ADDRESS_ADDED = "address.added"
    ADDRESS_VERIFIED = "address.verified"
    ADDRESS_REMOVED = "address.removed"
    SECOND_FACTOR_ENABLED = "second_factor.enabled"
    SECOND_FACTOR_DISABLED = "second_factor.disabled"
    RECOVERY_CODES_RENEWED = "recovery_codes.renewed"
    RECOVERY_CODE_USED = "recovery_code.used"
    ENVIRONMENT_CHANGED = "environment.changed"
    DOMAIN_SHARED = "domain.shared"
    ADMINISTRATOR_APPOINTED = "administrator.appointed"
    KEY_ISSUED = "connection_key.issued"
    KEY_ROTATED = "connection_key.rotated"
    KEY_REVOKED = "connection_key.revoked"
    KEY_DELETED = "connection_key.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act in an environment, on the user or key `subject_id`.

    People are named by their ids alone, so that an entry says nothing of who was removed (architecture.md 8.7).
    `client` is the network address that asked. `details` are names of fields and values, never personal data.
    """

    id: UUID
    environment_id: UUID
    at: datetime
    actor_id: UUID
    action: Action
    subject_id: UUID
    client: str
    reason: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
