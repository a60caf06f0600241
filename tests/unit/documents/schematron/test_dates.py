"""Dates: what exists, what is written as a date, and their order (items 3 and 8 of the semantics)."""

from datetime import date

import pytest
from documents.adapters.schematron.runtime.dates import date_text, is_date, to_date
from documents.adapters.schematron.runtime.errors import EvaluationError
from hypothesis import given
from hypothesis import strategies as st
from support.xpath_calculations import expected_items, ours
from support.xpath_traps import DATES


@pytest.mark.parametrize("trap", DATES)
def test_a_date_is_right(trap):
    for expression, *texts, expected in DATES[trap]:
        assert ours(expression, *texts) == expected_items(expected), (expression, texts)


@given(st.dates(), st.dates())
def test_dates_are_ordered_as_days_are(first, second):
    one, other = to_date(first.isoformat()), to_date(second.isoformat())
    assert (one < other, one == other, one >= other) == (first < second, first == second, first >= second)
    assert (hash(one) == hash(other)) == (first == second)
    assert date_text(one) == first.isoformat()


@given(st.dates(date(1, 1, 3)), st.integers(-14 * 60, 14 * 60))
def test_a_zone_shifts_the_start_of_a_day(day, east):
    zone = f"{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}"
    assert to_date(f"{day.isoformat()}{zone}").start == to_date(day.isoformat()).start - east


def test_a_wrong_date_is_named_in_the_error_but_not_whole():
    with pytest.raises(EvaluationError, match="2024-02-30") as failure:
        to_date("2024-02-30" + "x" * 1000)
    assert failure.value.code == "FORG0001"
    assert len(str(failure.value)) < 100


@pytest.mark.parametrize("text", ["2147483647-01-01", "-200000-01-01"])
def test_a_date_too_far_away_to_compare_is_a_date_but_an_error(text):
    assert is_date(text)
    with pytest.raises(EvaluationError) as failure:
        to_date(text)
    assert failure.value.code == "FODT0001"


def test_a_year_of_more_digits_than_there_are_years_is_no_date():
    assert not is_date("9" * 5000 + "-01-01")
