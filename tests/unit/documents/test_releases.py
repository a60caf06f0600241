"""Which release of the rules judges: by the day, in UTC, and the next one beside it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from documents.adapters.rules.lock import lock_path, read_lock
from documents.adapters.rules.release_choice import Choice, ReleaseCalendar
from documents.domain.findings import RulesUnavailable, Verdict
from documents.domain.releases import NoReleaseInForce, Release, ReleaseNotFound, chosen, following, in_force
from support.releases import DAY, LATER, NEW, OLD, FixedClock
from support.verdicts import rule_set_of, verdict_with

ALL = (LATER, OLD, NEW)  # in no order
AMSTERDAM_IN_SUMMER = timezone(timedelta(hours=2))


def verdict_by(release: Release, *names: str) -> Verdict:
    """What a release says of a document that is judged by some of its rule sets."""
    applied = [rule_set_of(name, version=release.rule_sets[name]) for name in names]
    return verdict_with(release=release.name, applied=applied)


def at(day: str, time: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}:00+00:00")


@pytest.mark.parametrize(
    ("moment", "current", "upcoming"),
    [
        (at("2026-02-23", "00:00"), OLD, NEW),
        (at("2026-08-16", "23:59"), OLD, NEW),
        (at("2026-08-17", "00:00"), NEW, LATER),
        (at("2026-11-23"), NEW, LATER),
        (at("2027-02-22"), LATER, None),
        (at("2036-01-01"), LATER, None),
        # Two hours into the 17th in Amsterdam it becomes the 17th for the network.
        (datetime(2026, 8, 17, 1, 59, tzinfo=AMSTERDAM_IN_SUMMER), OLD, NEW),
        (datetime(2026, 8, 17, 2, 0, tzinfo=AMSTERDAM_IN_SUMMER), NEW, LATER),
    ],
)
def test_a_release_is_in_force_from_its_day_until_the_next_one_begins(moment, current, upcoming):
    assert in_force(ALL, moment) == current
    assert following(ALL, moment) == upcoming


def test_before_the_first_release_there_is_a_clear_error_and_a_next_one():
    before = at("2026-02-22", "23:59")
    with pytest.raises(NoReleaseInForce, match=r"in force on 2026-02-22; the first one begins on 2026-02-23"):
        in_force(ALL, before)
    assert following(ALL, before) == OLD
    with pytest.raises(NoReleaseInForce, match="no release"):
        in_force((), before)


@pytest.mark.parametrize(("wanted", "release"), [("current", OLD), (OLD.name, OLD), ("next", NEW), (NEW.name, NEW)])
def test_the_current_and_the_next_release_can_be_chosen(wanted, release):
    assert chosen(ALL, DAY, wanted) == release


@pytest.mark.parametrize("wanted", ["2024.11", "", "CURRENT", LATER.name, "x" * 1000])
def test_any_other_name_is_refused_with_those_that_there_are(wanted):
    with pytest.raises(ReleaseNotFound, match=r"but 2025\.11 \(current\), 2026\.5 \(next\)") as refused:
        chosen(ALL, DAY, wanted)
    assert len(refused.value.detail) < 200


def test_a_release_that_is_over_and_a_next_one_that_there_is_not_cannot_be_chosen():
    for wanted in (OLD.name, "next"):
        with pytest.raises(ReleaseNotFound, match=r"but 2026\.5 \(current\)$"):
            chosen((OLD, NEW), at("2026-11-23"), wanted)


def test_the_calendar_follows_the_clock():
    clock = FixedClock()
    calendar = ReleaseCalendar(ALL, clock)
    assert calendar.choice() == Choice(release="2025.11", kept=("2025.11", "2026.5"))
    assert calendar.choice("next") == Choice(release="2026.5", kept=("2025.11", "2026.5"))
    clock.time = at("2026-08-17", "00:00")
    assert calendar.choice() == Choice(release="2026.5", kept=("2026.5", "2026.11"))
    clock.time = at("2027-02-22")
    assert calendar.choice() == Choice(release="2026.11", kept=("2026.11",))


def test_a_choice_arrives_in_a_rule_process_as_it_was_sent():
    choice = Choice(release="2025.11", kept=("2025.11", "2026.5"))
    assert Choice.from_json(choice.to_json().encode()) == choice


def test_the_next_release_matters_to_a_verdict_only_when_it_has_other_rules_for_it():
    calendar = ReleaseCalendar((OLD, NEW), FixedClock())

    assert calendar.next_for(verdict_by(OLD, "cen-ubl")) == NEW
    assert calendar.next_for(verdict_by(OLD, "nlcius-ubl", "cen-ubl")) == NEW
    assert calendar.next_for(verdict_by(OLD, "nlcius-ubl")) is None
    assert calendar.next_for(verdict_by(OLD)) is None  # refused by its schema, which is that of every release


def test_a_verdict_of_the_next_release_has_no_other_beside_it():
    calendar = ReleaseCalendar((OLD, NEW), FixedClock())
    assert calendar.next_for(verdict_by(NEW, "cen-ubl")) is None
    assert ReleaseCalendar((OLD,), FixedClock()).next_for(verdict_by(OLD, "cen-ubl")) is None


def test_the_lock_has_the_release_in_force_today_and_every_rule_set_in_each():
    lock = read_lock()
    assert in_force(lock.releases, datetime.now(UTC)) in lock.releases
    assert [release.in_force_from for release in lock.releases] == sorted(r.in_force_from for r in lock.releases)
    names = {frozenset(release.rule_sets) for release in lock.releases}
    assert len(names) == 1
    assert in_force(lock.releases, datetime(2026, 11, 23, tzinfo=UTC)).rule_sets["peppol-ubl"] == "2026.5"
    assert next(r.in_force_from for r in lock.releases if r.name == "2026.5") == date(2026, 8, 17)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('peppol-ubl = "2026.5"', 'peppol-ubl = "2026.6"', r"2026\.5 names peppol-ubl 2026\.6, which is not pinned"),
        ("2026-08-17\n", "2026-02-23\n", "a day of their own"),
        ('name = "2026.5"', 'name = "2025.11"', "a name and"),
        ("2026-08-17\n", "2026-08-17T00:00:00Z\n", "on a date"),
    ],
)
def test_a_lock_that_contradicts_itself_is_refused(tmp_path, before, after, problem):
    text = lock_path().read_text(encoding="utf-8")
    assert before in text
    wrong = tmp_path / "rules.lock"
    wrong.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(RulesUnavailable, match=problem):
        read_lock(wrong)
