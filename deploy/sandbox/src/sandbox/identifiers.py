"""Random identifiers and timestamps in the forms that the simulated services use."""

import secrets
import string
from datetime import UTC, datetime

_ALPHABET = string.ascii_letters + string.digits


def token(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def now() -> datetime:
    return datetime.now(UTC)


def seconds(moment: datetime) -> str:
    """`2026-11-22T16:30:47+00:00`, as the payment provider writes times."""
    return moment.isoformat(timespec="seconds")


def millis(moment: datetime) -> str:
    """`2026-11-22T16:30:47.123Z`, as the access point writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
