"""How often something may be tried: a number of attempts per window, counted per subject."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `attempts` per `window` for each subject of `name`."""

    name: str
    attempts: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether this attempt is within the limit, and if not, after how long the next one is."""

    allowed: bool
    retry_after: timedelta = timedelta()
