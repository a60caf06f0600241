"""Make one call of a hook: signed both ways, logged, and settled or tried again.

Whatever a target does never touches the document. The body is made anew for each try, because receivers check
`sentOn`; the `webhook-id` stays, so that they can tell a repetition. 410 switches the hook off. The pauses between
tries are the job's; a target may ask for a longer one (`Retry-After`).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.contracts.documents import HookDelivered, HookFailed
from shared.messaging.jobs import RetryLater

from documents.application.ports import HookSender, HookViews, Tx, UnitOfWork, Vault
from documents.application.values import HookCall, PendingCall, Response
from documents.domain.hooks import econnect_signature, standard_signature

PENDING, DELIVERED, FAILED, CANCELLED = "pending", "delivered", "failed", "cancelled"
_LONGEST_PAUSE = timedelta(hours=24)


async def deliver_hook(
    delivery_id: UUID,
    attempt: int,
    *,
    uow: UnitOfWork,
    hooks: HookViews,
    sender: HookSender,
    vault: Vault,
    clock: Clock,
    pauses: list[timedelta],
) -> None:
    """Call once; raises `RetryLater` when it should be tried again."""
    call = await hooks.find_call(delivery_id)
    if call is None or call.state != PENDING:
        return
    if not call.hook.is_active:
        async with uow() as tx:
            await tx.hooks.record(call, Response(status=None, error="hook inactive"), attempt=attempt, state=CANCELLED)
        return
    response = await sender.post(sign(call, vault, now=clock.now()))
    last = attempt > len(pauses)
    async with uow() as tx:
        await _settle(tx, call, response, attempt=attempt, last=last)
    if not response.ok and not response.gone and not last:
        raise RetryLater(_pause(pauses[attempt - 1], response), response.reason)


async def give_up_hook(delivery_id: UUID, attempt: int, reason: str, *, uow: UnitOfWork, hooks: HookViews) -> None:
    """Fail a call whose job ended without one of its tries being settled."""
    call = await hooks.find_call(delivery_id)
    if call is None or call.state != PENDING:
        return
    response = Response(status=None, error=reason)
    async with uow() as tx:
        await _settle(tx, call, response, attempt=attempt, last=True)


def sign(call: PendingCall, vault: Vault, *, now: datetime) -> HookCall:
    """Return the request: eConnect's body, with eConnect's signature and that of Standard Webhooks."""
    body = json.dumps(payload(call, now=now), ensure_ascii=False, separators=(",", ":")).encode()
    message_id = f"msg_{call.delivery_id.hex}"
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Koerier-Hooks/1.0",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": standard_signature(
            message_id=message_id, timestamp=timestamp, body=body, secret=vault.open(call.standard_secret)
        ),
    }
    if call.secret is not None:
        headers["X-EConnect-Signature"] = econnect_signature(body, vault.open(call.secret))
    return HookCall(url=call.hook.url, headers=headers, body=body)


def payload(call: PendingCall, *, now: datetime) -> dict[str, Any]:
    """Return eConnect's body."""
    return {
        "topic": call.topic,
        "partyId": call.party,
        "hookId": call.hook.public_id,
        "documentId": str(call.document_id),
        "message": call.message,
        "details": dict(call.details),
        "createdOn": precise(call.created_at),
        "sentOn": precise(now),
    }


def precise(moment: datetime) -> str:
    """Write a time with seven fractional digits and an offset, as the message-bus API does."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0+00:00"


async def _settle(tx: Tx, call: PendingCall, response: Response, *, attempt: int, last: bool) -> None:
    """Record the try; what it settled is announced, once: a try that was held up may find the call settled."""
    if response.ok:
        if await tx.hooks.record(call, response, attempt=attempt, state=DELIVERED):
            _publish(tx, call, _delivered(call, attempt), attempt)
    elif response.gone or last:
        if response.gone:
            await tx.hooks.disable(call.hook.id, "The target answered 410: it wants no more calls.")
        if await tx.hooks.record(call, response, attempt=attempt, state=FAILED):
            _publish(tx, call, _failed(call, attempt, response), attempt)
    else:
        await tx.hooks.record(call, response, attempt=attempt, state=PENDING)


def _publish(tx: Tx, call: PendingCall, event: HookDelivered | HookFailed, attempt: int) -> None:
    tx.publish(event, subject=call.delivery_id, environment=call.hook.environment_id, sequence=attempt)


def _delivered(call: PendingCall, attempt: int) -> HookDelivered:
    return HookDelivered(
        hook_id=call.hook.id,
        delivery_id=call.delivery_id,
        document_id=call.about,
        hook_topic=call.topic,
        attempt=attempt,
    )


def _failed(call: PendingCall, attempt: int, response: Response) -> HookFailed:
    return HookFailed(
        hook_id=call.hook.id,
        delivery_id=call.delivery_id,
        document_id=call.about,
        hook_topic=call.topic,
        attempt=attempt,
        reason=response.reason,
        disabled=response.gone,
    )


def _pause(planned: timedelta, response: Response) -> timedelta:
    if response.retry_after is None:
        return planned
    return min(max(planned, timedelta(seconds=response.retry_after)), _LONGEST_PAUSE)
