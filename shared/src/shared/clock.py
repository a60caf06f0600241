"""Time comes from a `Clock`, so that tests can move it. Every time is aware and in UTC."""

from datetime import UTC, datetime
from typing import Protocol


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return utc_now()
