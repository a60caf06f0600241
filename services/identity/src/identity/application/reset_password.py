"""Lets somebody who forgot their password choose another one, by a link to a verified address of theirs (R8.7, R6.6).

Asking is answered alike, and with the same work, for every address: whose it is is looked up by the worker.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from shared.clock import Clock

from identity.application.audit import record_own
from identity.application.limits import Limits, spend
from identity.application.links import LinkPolicy, mail_link, open_link, use_link
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import PasswordHasher, Throttle, Tx, UnitOfWork
from identity.domain.audit import Action
from identity.domain.email_address import EmailAddress
from identity.domain.errors import LinkInvalid
from identity.domain.link import Link, Purpose
from identity.domain.password_policy import check_length, check_strength
from identity.domain.user import User

_log = structlog.get_logger(__name__)
START_PASSWORD_RESET = "start_password_reset"  # noqa: S105 - a kind of job
RESETTING = frozenset({Purpose.PASSWORD_RESET})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPasswordReset:
    """`client` is the network address that asks."""

    email: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CompletePasswordReset:
    token: str
    password: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetGuard:
    """What bounds the asking, and what makes the new password a hash."""

    hasher: PasswordHasher
    throttle: Throttle
    limits: Limits


async def request_password_reset(cmd: RequestPasswordReset, *, uow: UnitOfWork, guard: ResetGuard) -> None:
    """Have a link mailed, if the address is somebody's. Beyond the limit of mails to one address nothing is sent."""
    address = str(EmailAddress.parse(cmd.email))
    await spend(guard.throttle, guard.limits.registration_client, cmd.client)
    if not (await guard.throttle.attempt(guard.limits.registration_address, address)).allowed:
        _log.warning("password_reset_mail_withheld")
        return
    async with uow() as tx:
        tx.enqueue(START_PASSWORD_RESET, {"address": address})


async def start_password_reset(address: str, *, uow: UnitOfWork, links: LinkPolicy, clock: Clock) -> None:
    """Mail the link to the address, if an active user has it and verified it."""
    async with uow() as tx:
        user = await tx.users.find_by_address(address)
        if user is None or not user.may_use(address):
            _log.info("password_reset_not_possible")
            return
        await mail_link(
            tx,
            Purpose.PASSWORD_RESET,
            to=address,
            locale=user.locale,
            policy=links,
            now=clock.now(),
            user_id=user.id,
            minutes=int(links.lifetime.total_seconds() // 60),
        )


async def complete_password_reset(
    cmd: CompletePasswordReset, *, uow: UnitOfWork, guard: ResetGuard, clock: Clock
) -> None:
    """Replace the password and end every session; the link is used up. A second factor is still asked for."""
    check_length(cmd.password)
    opened = await open_link(cmd.token, RESETTING, uow=uow, clock=clock)
    known = (opened.address, *opened.address.split("@"), "koerier")
    check_strength(await guard.hasher.strength_of(cmd.password, known=known))
    password_hash = await guard.hasher.hash(cmd.password)
    now = clock.now()
    async with uow() as tx:
        link, user = await _use_link(tx, cmd.token, now)
        await tx.users.set_password(user.id, password_hash)
        await tx.sessions.end_all_of(user.id, now=now)
        await record_own(tx, user, Action.PASSWORD_RESET, client=cmd.client, now=now)
        enqueue_mail_to_users(tx, "password_changed", users=[user.id], cause=link.id)
    for address in user.addresses:
        await guard.throttle.forget(guard.limits.login_account, address.address)
    _log.info("password_reset", user_id=str(user.id))


async def _use_link(tx: Tx, token: str, now: datetime) -> tuple[Link, User]:
    """Use the link up, and return it with its user; an address that is not theirs any more proves nothing."""
    link = await use_link(tx, token, RESETTING, now=now)
    user = await tx.users.lock(link.user_id) if link.user_id else None
    if user is None or not user.may_use(link.address):
        raise LinkInvalid
    return link, user
