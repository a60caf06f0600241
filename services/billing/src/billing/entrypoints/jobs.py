"""Billing's jobs: everything that talks to the payment provider."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from shared.messaging.jobs import Job, JobKind

from billing.application.app import Application
from billing.application.jobs import OPEN_PAYMENT, READ_PAYMENT
from billing.domain.payment import Outcome
from billing.entrypoints.metrics import PAYMENTS_READ

_log = structlog.get_logger(__name__)
_ALARMING = frozenset({Outcome.MISMATCHED, Outcome.REVERSED})


def build_jobs(application: Application) -> Sequence[JobKind]:
    async def open_(job: Job) -> None:
        await application.open_payment(_payment_id(job))

    async def give_up(job: Job, reason: str) -> None:
        _log.error("payment_not_opened", payment_id=job.payload["payment_id"], reason=reason)
        await application.give_up_payment(_payment_id(job))

    async def read(job: Job) -> None:
        outcome = await application.read_payment(_payment_id(job))
        PAYMENTS_READ.labels(outcome=outcome.value).inc()
        if outcome in _ALARMING:
            _log.warning("payment_needs_a_person", payment_id=job.payload["payment_id"], outcome=outcome.value)

    schedule = application.schedule
    return [
        JobKind(name=OPEN_PAYMENT, run=open_, retries=_waits(schedule.open_pauses), on_exhausted=give_up),
        JobKind(name=READ_PAYMENT, run=read, retries=_waits(schedule.read_pauses)),
    ]


def _payment_id(job: Job) -> UUID:
    return UUID(job.payload["payment_id"])


def _waits(pauses: Sequence[float]) -> list[timedelta]:
    return [timedelta(seconds=pause) for pause in pauses]
