"""A user's own second factor: a secret for their authenticator, which counts from its first code on (R8.8).

Setting one up and switching it off asks for the password again, switching it off for a code too: a session that
somebody left open is not enough. Operators cannot switch theirs off.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import structlog
from shared.clock import Clock
from shared.ids import new_id

from identity.application.audit import record
from identity.application.check_second_factor import check_code
from identity.application.limits import Limits, spend
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import Credentials, PasswordHasher, Sealer, SecondFactor, Throttle, Tx, UnitOfWork
from identity.application.views import ActorView
from identity.domain.audit import Action
from identity.domain.errors import (
    InvalidCredentials,
    NotPermitted,
    SecondFactorActive,
    SecondFactorNotActive,
    SecondFactorNotBegun,
    SecondFactorRequired,
    SessionEnded,
)
from identity.domain.permissions import Role
from identity.domain.recovery_code import hash_if_code, new_codes

_log = structlog.get_logger(__name__)
ISSUER = "Koerier"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Proof:
    """What the caller shows anew; `code` is one of the authenticator, or a recovery code."""

    actor: ActorView
    password: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Enrolment:
    """What the authenticator is told: the secret, and the same as the address that its camera reads."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorChecks:
    """What proofs are compared with."""

    hasher: PasswordHasher
    second_factor: SecondFactor
    sealer: Sealer
    throttle: Throttle
    limits: Limits
    clock: Clock


async def begin_second_factor(cmd: Proof, *, uow: UnitOfWork, checks: FactorChecks) -> Enrolment:
    """Return a new secret, in place of one that was never confirmed; raises `SecondFactorActive`."""
    await _check_password(cmd, uow=uow, checks=checks)
    secret = checks.second_factor.new_secret()
    async with uow() as tx:
        credentials = await _credentials(tx, cmd.actor)
        if credentials.totp_secret is not None:
            raise SecondFactorActive
        user = await tx.users.find(cmd.actor.user_id)
        await tx.users.put_pending_totp(cmd.actor.user_id, checks.sealer.seal(secret.encode()))
    await _forget_attempts(cmd.actor, checks)
    account = next(each.address for each in user.addresses if each.primary) if user else ""
    return Enrolment(secret=secret, uri=checks.second_factor.uri_of(secret, account=account, issuer=ISSUER))


async def confirm_second_factor(cmd: Proof, *, uow: UnitOfWork, checks: FactorChecks) -> tuple[str, ...]:
    """Make the new secret count, and return recovery codes, shown this once; raises `SecondFactorNotBegun`."""
    await _count_attempt(cmd.actor, checks)
    now = checks.clock.now()
    async with uow() as tx:
        pending = await tx.users.lock_pending_totp(cmd.actor.user_id)
        if pending is None:
            raise SecondFactorNotBegun
        step = checks.second_factor.step_of(checks.sealer.open(pending).decode(), cmd.code or "")
        if step is None:
            raise InvalidCredentials
        await tx.users.set_totp(cmd.actor.user_id, pending, step=step)
        codes = await _renew_codes(tx, cmd.actor)
        await _tell(tx, cmd.actor, Action.SECOND_FACTOR_ENABLED, now)
    await _forget_attempts(cmd.actor, checks)
    return codes


async def renew_recovery_codes(cmd: Proof, *, uow: UnitOfWork, checks: FactorChecks) -> tuple[str, ...]:
    """Return new recovery codes; the older ones stop working."""
    await _count_attempt(cmd.actor, checks)
    async with uow() as tx:
        await _use_code(tx, cmd, checks)
        codes = await _renew_codes(tx, cmd.actor)
        await _tell(tx, cmd.actor, Action.RECOVERY_CODES_RENEWED, checks.clock.now())
    await _forget_attempts(cmd.actor, checks)
    return codes


async def disable_second_factor(cmd: Proof, *, uow: UnitOfWork, checks: FactorChecks) -> None:
    """Switch the second factor off; its recovery codes go with it."""
    if cmd.actor.role is Role.OPERATOR:
        raise NotPermitted("Operators always log in with a second factor.")
    await _check_password(cmd, uow=uow, checks=checks)
    async with uow() as tx:
        await _use_code(tx, cmd, checks)
        await tx.users.clear_totp(cmd.actor.user_id)
        await tx.users.replace_recovery_codes(cmd.actor.user_id, [])
        await _tell(tx, cmd.actor, Action.SECOND_FACTOR_DISABLED, checks.clock.now())
    await _forget_attempts(cmd.actor, checks)


async def _check_password(cmd: Proof, *, uow: UnitOfWork, checks: FactorChecks) -> None:
    """Compare the password; the attempt counts until the whole succeeds, or the code could be guessed after it."""
    await _count_attempt(cmd.actor, checks)
    async with uow() as tx:
        credentials = await _credentials(tx, cmd.actor)
    matches, _ = await checks.hasher.verify(cmd.password or "", credentials.password_hash)
    if not matches:
        raise InvalidCredentials


async def _use_code(tx: Tx, cmd: Proof, checks: FactorChecks) -> None:
    credentials = await _credentials(tx, cmd.actor)
    if credentials.totp_secret is None:
        raise SecondFactorNotActive
    if not cmd.code:
        raise SecondFactorRequired
    await check_code(
        tx,
        cmd.actor.user_id,
        credentials.totp_secret,
        cmd.code,
        second_factor=checks.second_factor,
        sealer=checks.sealer,
        clock=checks.clock,
    )


async def _credentials(tx: Tx, actor: ActorView) -> Credentials:
    credentials = await tx.users.find_credentials_of(actor.user_id)
    return credentials or _ended()


def _ended() -> NoReturn:
    raise SessionEnded


async def _renew_codes(tx: Tx, actor: ActorView) -> tuple[str, ...]:
    codes = new_codes()
    await tx.users.replace_recovery_codes(actor.user_id, [hashed for code in codes if (hashed := hash_if_code(code))])
    return codes


async def _tell(tx: Tx, actor: ActorView, action: Action, now: datetime) -> None:
    await record(tx, actor, action, actor.user_id, now=now)
    enqueue_mail_to_users(tx, "second_factor_changed", users=[actor.user_id], cause=new_id())
    _log.info("second_factor_changed", user_id=str(actor.user_id), action=action.value)


async def _count_attempt(actor: ActorView, checks: FactorChecks) -> None:
    """Guessing is bounded as it is at login."""
    await spend(checks.throttle, checks.limits.login_account, str(actor.user_id))


async def _forget_attempts(actor: ActorView, checks: FactorChecks) -> None:
    await checks.throttle.forget(checks.limits.login_account, str(actor.user_id))
