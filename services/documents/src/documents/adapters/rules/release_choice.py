"""The release for a document, now: what the lock offers, by the clock of who asks.

Guarantees: asked anew for every document, so that a change of date needs no restart; a document is judged by one
release from the first engine to the last.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self

from shared.clock import Clock

from documents.domain.findings import Verdict
from documents.domain.releases import CURRENT, Release, chosen, following, in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a document is judged by, and which releases are worth their memory: the one in force and the next."""

    release: str
    kept: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        table = json.loads(text)
        return cls(release=table["release"], kept=tuple(table["kept"]))


class ReleaseCalendar:
    def __init__(self, releases: Iterable[Release], clock: Clock) -> None:
        self._releases = tuple(releases)
        self._clock = clock

    def release(self, wanted: str) -> Release:
        """Return the release that somebody names: `current`, `next` or one of the two by its name."""
        return chosen(self._releases, self._clock.now(), wanted)

    def choice(self, wanted: str = CURRENT) -> Choice:
        now = self._clock.now()
        release = chosen(self._releases, now, wanted)
        worth = (in_force(self._releases, now), following(self._releases, now))
        return Choice(release=release.name, kept=tuple(each.name for each in worth if each is not None))

    def next_for(self, verdict: Verdict) -> Release | None:
        """Return the next release when it has other rules for what this verdict is about."""
        release = following(self._releases, self._clock.now())
        if release is None or release.name == verdict.release:
            return None
        versions = {each.name: each.version for each in verdict.rule_sets}
        return release if any(release.rule_sets.get(name) != version for name, version in versions.items()) else None
