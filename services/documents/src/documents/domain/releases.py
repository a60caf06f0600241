"""Which release of the rules judges a document: the one in force, and the one that comes next.

A release is in force from 00:00 UTC of its day until the next one begins. UTC, because the publishers' own validators
change over at that moment: the sender's and the receiver's side of the network then always mean the same rules.
Pure: whoever asks brings the time, so that a change of date needs no restart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from shared.errors import NotFound

from documents.domain.findings import Finding, RuleSet, RulesUnavailable

CURRENT, NEXT = "current", "next"
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What comes into force on one day; `rule_sets` has the publisher's version of each rule set by its name."""

    name: str
    in_force_from: date
    rule_sets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVerdict:
    """What the next release says of a document, the opposite of what the release in force says."""

    name: str
    in_force_from: date
    passes: bool
    rule_sets: tuple[RuleSet, ...]
    findings: tuple[Finding, ...]
    omitted: int


class NoReleaseInForce(RulesUnavailable):
    """No release of the validation rules is in force."""


class ReleaseNotFound(NotFound):
    """There is no such release of the validation rules to choose."""


def in_force(releases: Iterable[Release], at: datetime) -> Release:
    """Return the release in force at a moment."""
    known = list(releases)
    begun = [release for release in known if release.in_force_from <= day_of(at)]
    if not begun:
        first = min((release.in_force_from for release in known), default=None)
        detail = f"; the first one begins on {first}" if first else ""
        raise NoReleaseInForce(f"no release of the validation rules is in force on {day_of(at)}{detail}")
    return max(begun, key=_begins)


def following(releases: Iterable[Release], at: datetime) -> Release | None:
    """Return the nearest release that is not in force yet, if there is one."""
    return min((release for release in releases if release.in_force_from > day_of(at)), key=_begins, default=None)


def chosen(releases: Iterable[Release], at: datetime, wanted: str) -> Release:
    """Return the release that somebody names: `current`, `next`, or one of these two by its name.

    One that is over, or that comes after the next, judges nobody and is not there.
    """
    known = list(releases)
    offered = {CURRENT: in_force(known, at)}
    if upcoming := following(known, at):
        offered[NEXT] = upcoming
    for alias, release in offered.items():
        if wanted in (alias, release.name):
            return release
    names = ", ".join(f"{release.name} ({alias})" for alias, release in offered.items())
    raise ReleaseNotFound(f"there is no release {wanted[:_SHOWN]!r} of the validation rules to choose, but {names}")


def day_of(at: datetime) -> date:
    """Return the day that releases begin by."""
    return at.astimezone(UTC).date()


def _begins(release: Release) -> date:
    return release.in_force_from
