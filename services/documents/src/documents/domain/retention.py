"""How long documents are kept: two clocks, one for the message bus and one for the archive.

The content lies in the partition of the month after the one in which its archive time ends, so that dropping a
partition never takes away something that is still owed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_PAID_PLANS = frozenset({"basic", "professional", "enterprise"})
_DECEMBER = 12
_LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The periods, from the settings."""

    bus_days: int = 90
    bus_days_after_download: int = 7
    archive_years_paid: int = 7
    archive_years_free: int = 2

    def bus_until(self, received_at: datetime) -> datetime:
        return received_at + timedelta(days=self.bus_days)

    def bus_until_after_download(self, downloaded_at: datetime) -> datetime:
        return downloaded_at + timedelta(days=self.bus_days_after_download)

    def archive_until(self, moment: datetime, *, plan: str | None) -> datetime:
        """Follow the plan at the time of the document; an environment without an account is on the free one."""
        years = self.archive_years_paid if plan in _PAID_PLANS else self.archive_years_free
        day = 28 if (moment.month, moment.day) == _LEAP_DAY else moment.day
        return moment.replace(year=moment.year + years, day=day)


def partition_of(archive_until: datetime) -> date:
    """Return the first day of the month after `archive_until`, by which the content's partition is named."""
    moment = archive_until.astimezone(UTC)
    if moment.month == _DECEMBER:
        return date(moment.year + 1, 1, 1)
    return date(moment.year, moment.month + 1, 1)
