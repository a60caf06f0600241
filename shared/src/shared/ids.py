"""Identifiers: UUIDv7 (RFC 9562), so that they sort by the time they were made, and tell it."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

_BITS_BEHIND_THE_TIME = 80


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return uuid7()


def made_at(identifier: UUID) -> datetime:
    """Return when `new_id` made this identifier, to the millisecond."""
    return datetime.fromtimestamp((identifier.int >> _BITS_BEHIND_THE_TIME) / 1000, UTC)
