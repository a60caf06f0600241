"""Releases of the validation rules, and clocks that stand still, for tests of what is in force when."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from documents.domain.releases import Release

OLD = Release(name="2025.11", in_force_from=date(2026, 2, 23), rule_sets={"cen-ubl": "1", "nlcius-ubl": "1"})
NEW = Release(name="2026.5", in_force_from=date(2026, 8, 17), rule_sets={"cen-ubl": "2", "nlcius-ubl": "1"})
LATER = Release(name="2026.11", in_force_from=date(2027, 2, 22), rule_sets={"cen-ubl": "3", "nlcius-ubl": "3"})
RELEASES = (OLD, NEW)
DAY = datetime(2026, 8, 1, 12, tzinfo=UTC)
"""The old one is in force, the new one is the next."""
NEW_DAY = datetime(2026, 8, 17, tzinfo=UTC)


@dataclass(slots=True)
class FixedClock:
    """Says what a test sets."""

    time: datetime = field(default=DAY)

    def now(self) -> datetime:
        return self.time
