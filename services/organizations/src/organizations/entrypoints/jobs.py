"""The work that organizations leaves to its worker: telling the Peppol network what an organization receives."""

from collections.abc import Sequence
from datetime import timedelta

from shared.messaging.jobs import JobKind

from organizations.application.app import Application
from organizations.application.set_receiving import PUBLISH_CAPABILITIES

_RETRIES = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)


def build_jobs(application: Application) -> Sequence[JobKind]:
    """Registration is tried for more than a day: an SMP that is being moved comes back."""
    return [
        JobKind(
            name=PUBLISH_CAPABILITIES,
            run=application.publish_capabilities,
            on_exhausted=application.give_up_publishing,
            deadline=timedelta(seconds=60),
            retries=_RETRIES,
            concurrency=4,
        )
    ]
