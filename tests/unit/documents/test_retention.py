"""The two clocks, and the month in which content may go."""

from datetime import UTC, date, datetime, timedelta

import pytest
from documents.domain.retention import Retention, partition_of
from hypothesis import given
from hypothesis import strategies as st

KEEP = Retention()


@pytest.mark.parametrize(
    ("plan", "years"),
    [("basic", 7), ("professional", 7), ("enterprise", 7), ("invoice_portal", 2), (None, 2), ("something new", 2)],
)
def test_the_archive_follows_the_plan(plan: str | None, years: int) -> None:
    until = KEEP.archive_until(datetime(2026, 11, 23, 10, tzinfo=UTC), plan=plan)
    assert until == datetime(2026 + years, 11, 23, 10, tzinfo=UTC)


def test_a_leap_day_ends_on_the_28th() -> None:
    until = KEEP.archive_until(datetime(2028, 2, 29, tzinfo=UTC), plan="basic")
    assert until == datetime(2035, 2, 28, tzinfo=UTC)


def test_the_bus_keeps_for_90_days_and_for_7_after_a_download() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert KEEP.bus_until(now) - now == timedelta(days=90)
    assert KEEP.bus_until_after_download(now) - now == timedelta(days=7)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_content_goes_after_its_archive_time_and_within_a_month_of_it(until: datetime) -> None:
    month = partition_of(until)
    assert month.day == 1
    assert month > until.date()
    assert month - until.date() <= timedelta(days=31)


def test_the_end_of_december_goes_in_january() -> None:
    assert partition_of(datetime(2033, 12, 31, 23, 59, tzinfo=UTC)) == date(2034, 1, 1)
