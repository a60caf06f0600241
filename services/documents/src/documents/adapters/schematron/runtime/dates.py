"""`xs:date` (XML Schema part 2, 3.2.9; F&O 10.4): years below 1 and above 9999, an optional time zone.

A date is compared by the moment at which it starts; without a zone that is UTC, as in the reference.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.numbers import BLANK

_DATE: Final = re.compile(
    r"(-?(?:[1-9][0-9]{4,9}|[0-9]{4}))-([0-9]{2})-([0-9]{2})(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?", re.ASCII
)
_LAST_YEAR: Final = 2**31 - 1  # the reference knows no later one
_CYCLE: Final = 400  # years, after which the calendar repeats itself
_DAYS_OF_CYCLE: Final = 146_097
_MINUTES_OF_DAY: Final = 1440
_HOURS: Final = 14  # of the widest zone; the reference takes up to 14:59
_MINUTES: Final = 59
_FAR_START: Final = 100_000 * 365 * _MINUTES_OF_DAY  # further away the reference compares wrongly
_SHOWN: Final = 24
_USUAL_LENGTH: Final = 64


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A date; equal, ordered and hashed by `start` alone: minutes in UTC."""

    start: int
    text: str = field(compare=False)


def to_date(text: str) -> Date:
    """`xs:date(text)`; a day that does not exist is an error (FORG0001), one 100,000 years away as well (FODT0001)."""
    value = _date_or_none(text)
    if value is None:
        raise EvaluationError("FORG0001", f"not a date: {text[:_SHOWN]!r}")
    if not -_FAR_START < value.start < _FAR_START:
        raise Undecided("FODT0001", f"a date too far away: {text[:_SHOWN]!r}")
    return value


def is_date(text: str) -> bool:
    """`text castable as xs:date`."""
    return _date_or_none(text) is not None


def date_text(value: Date) -> str:
    """`xs:string(date)`: as written, but `Z` for a zone of zero."""
    return value.text


def _date_or_none(text: str) -> Date | None:
    return _remembered(text) if len(text) <= _USUAL_LENGTH else _read(text)


def _read(text: str) -> Date | None:
    found = _DATE.fullmatch(text.strip(BLANK))
    if found is None:
        return None
    year_text, month, day, utc, sign, hours, minutes = found.groups()
    year = int(year_text)
    days = _days(year, int(month), int(day))
    east = _minutes_east(sign, hours, minutes)
    if days is None or east is None or abs(year) > _LAST_YEAR:
        return None
    zone = "Z" if utc or (sign and not east) else f"{sign}{hours}:{minutes}" if sign else ""
    written = year_text if year else "0000"
    return Date(days * _MINUTES_OF_DAY - east, f"{written}-{month}-{day}{zone}")


# The documents of a day have few dates, and each is asked for several times. No text that is longer is a date in use.
_remembered: Final = lru_cache(maxsize=1024)(_read)


def _days(year: int, month: int, day: int) -> int | None:
    """The number of the day in the Gregorian calendar; None when there is no such day."""
    cycles, place = divmod(year, _CYCLE)
    try:
        return date(place + _CYCLE, month, day).toordinal() + cycles * _DAYS_OF_CYCLE
    except ValueError:
        return None


def _minutes_east(sign: str | None, hours: str, minutes: str) -> int | None:
    """How far a zone is from UTC; None when there is no such zone."""
    if sign is None:
        return 0
    if int(hours) > _HOURS or int(minutes) > _MINUTES:
        return None
    return (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
