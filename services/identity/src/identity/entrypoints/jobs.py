"""Identity's jobs, tried for about a day: mail, look-ups that precede it, and keys whose time is over."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from shared.messaging.jobs import Job, JobKind

from identity.application.app import Application
from identity.application.mails import SEND_MAIL
from identity.application.reset_password import START_PASSWORD_RESET
from identity.application.rotate_connection_key import END_REPLACED_KEY

_log = structlog.get_logger(__name__)
RETRIES = (
    timedelta(seconds=2),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=12),
)


def build_jobs(application: Application) -> Sequence[JobKind]:
    async def run(job: Job) -> None:
        await application.send_mail(job.payload)

    async def start_reset(job: Job) -> None:
        await application.passwords.start_reset(job.payload["address"])

    async def end_replaced(job: Job) -> None:
        await application.connection_keys.end_replaced(job.payload)

    deadline = timedelta(seconds=30)
    return [
        JobKind(name=SEND_MAIL, run=run, deadline=deadline, retries=RETRIES, on_exhausted=_give_up),
        JobKind(name=START_PASSWORD_RESET, run=start_reset, deadline=deadline, retries=RETRIES, on_exhausted=_forget),
        JobKind(name=END_REPLACED_KEY, run=end_replaced, deadline=deadline, retries=RETRIES, on_exhausted=_leave),
    ]


async def _give_up(job: Job, reason: str) -> None:
    """Leave a trace: the person can ask for another mail."""
    _log.error("mail_given_up", template=job.payload["template"], mail_id=job.payload["mail_id"], reason=reason)


async def _leave(job: Job, reason: str) -> None:
    """The key gives no tokens any more; that it looks active in lists is for a person to end."""
    _log.error("replaced_key_not_revoked", key_id=job.payload["key_id"], reason=reason)


async def _forget(job: Job, reason: str) -> None:
    _log.error("password_reset_given_up", job_id=str(job.id), reason=reason)
