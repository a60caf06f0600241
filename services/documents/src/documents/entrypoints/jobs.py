"""The jobs of documents: what each runs, how long it is tried, and what happens when it cannot be done."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from shared.messaging.jobs import Job, JobKind

from documents.application import (
    check_document,
    confirm_transmission,
    deliver_here,
    foresee,
    receive_document,
    route_document,
    telling,
    transmit_document,
    validate_document,
)
from documents.application.app import Application
from documents.application.settle import GiveUp
from documents.application.validate_document import ValidateDocument
from documents.domain.outbound import OutboundState
from documents.domain.releases import CURRENT

_PATIENT = tuple(timedelta(seconds=s) for s in (0.5, 1, 2, 5, 10, 30, *[60] * 30, *[600] * 60))
"""About eleven hours: what is needed is ours, and comes back."""
_LOOKUP = tuple(timedelta(minutes=m) for m in (0.1, 0.5, 2, 6, 18, 54, 162, 486, 1458))
_SPACED = tuple(timedelta(minutes=m) for m in (0.5, 5, 30, 120))
_SHORT = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8))
_TRANSMISSION = timedelta(seconds=40)
_NETWORK = 64

Exhausted = Callable[[Job, str], Awaitable[None]]


def build_jobs(application: Application) -> list[JobKind]:
    return [*_towards_the_receiver(application), *_over_the_network(application), *_other_jobs(application)]


def _towards_the_receiver(application: Application) -> list[JobKind]:
    async def validate(job: Job) -> None:
        await application.validate_document(ValidateDocument(document_id=_document_id(job), attempt=job.attempt))

    async def route(job: Job) -> None:
        await application.route_document(_document_id(job))

    not_validated = _giving_up(
        application, OutboundState.ACCEPTED, validate_document.VALIDATION_UNAVAILABLE, "It was not validated"
    )
    not_routed = _giving_up(
        application, OutboundState.VALIDATED, route_document.LOOKUP_FAILED, "Its receiver was not found"
    )
    limits = application.limits
    return [
        JobKind(
            name=validate_document.JOB,
            run=validate,
            retries=_PATIENT,
            deadline=limits.validation_deadline,
            concurrency=limits.validation_concurrency,
            on_exhausted=not_validated,
        ),
        JobKind(name=deliver_here.ROUTE_JOB, run=route, retries=_LOOKUP, concurrency=_NETWORK, on_exhausted=not_routed),
    ]


def _over_the_network(application: Application) -> list[JobKind]:
    async def transmit(job: Job) -> None:
        await application.transmit_document(_document_id(job))

    async def confirm(job: Job) -> None:
        await application.confirm_transmission(_document_id(job), int(job.payload["poll"]))

    not_transmitted = _giving_up(
        application, OutboundState.ROUTED, transmit_document.EXHAUSTED, "It was not transmitted"
    )
    not_confirmed = _giving_up(
        application, OutboundState.TRANSMITTED, confirm_transmission.UNCONFIRMED, "It was not confirmed"
    )
    return [
        JobKind(
            name=transmit_document.JOB,
            run=transmit,
            retries=_PATIENT,
            deadline=_TRANSMISSION,
            concurrency=_NETWORK,
            on_exhausted=not_transmitted,
        ),
        JobKind(
            name=transmit_document.CONFIRM_JOB,
            run=confirm,
            retries=_PATIENT,
            concurrency=_NETWORK,
            on_exhausted=not_confirmed,
        ),
    ]


def _other_jobs(application: Application) -> list[JobKind]:
    async def inspect(job: Job) -> None:
        await application.inspect_received(_document_id(job), job.attempt)

    async def check(job: Job) -> None:
        # A question of the version before this one names no release.
        release = job.payload.get("release", CURRENT)
        await application.answer_check(UUID(job.payload["request_id"]), release)

    async def look_ahead(job: Job) -> None:
        await application.foresee_document(_document_id(job), job.payload["release"])

    async def deliver(job: Job) -> None:
        await application.deliver_hook(UUID(job.payload["delivery_id"]), job.attempt)

    async def give_up(job: Job, why: str) -> None:
        await application.give_up_hook(UUID(job.payload["delivery_id"]), job.attempt, why)

    limits = application.limits
    return [
        JobKind(
            name=receive_document.INSPECT_JOB,
            run=inspect,
            retries=_PATIENT,
            deadline=limits.validation_deadline,
            concurrency=limits.validation_concurrency,
        ),
        JobKind(name=check_document.JOB, run=check, retries=_SHORT, concurrency=32),
        # A few at a time: it must not take the rules from documents that wait for their verdict.
        JobKind(name=foresee.JOB, run=look_ahead, retries=_SPACED, deadline=limits.validation_deadline, concurrency=2),
        JobKind(
            name=telling.DELIVER_HOOK,
            run=deliver,
            retries=limits.hook_pauses,
            concurrency=limits.hook_concurrency,
            on_exhausted=give_up,
        ),
    ]


def _giving_up(application: Application, stuck_in: OutboundState, reason: str, what: str) -> Exhausted:
    async def fail(job: Job, why: str) -> None:
        detail = f"{what}: {why}"
        await application.give_up(
            GiveUp(document_id=_document_id(job), stuck_in=stuck_in, reason=reason, detail=detail)
        )

    return fail


def _document_id(job: Job) -> UUID:
    return UUID(job.payload["document_id"])
