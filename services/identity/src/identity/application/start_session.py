"""Logs a person in. Which of address, password and code was wrong is not told, also not by the time it takes."""

from dataclasses import dataclass, replace

import structlog
from shared.clock import Clock
from shared.ids import new_id

from identity.application.access_tokens import AccessTokens
from identity.application.audit import record_own
from identity.application.check_second_factor import check_code
from identity.application.limits import Limits, spend
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import (
    Credentials,
    PasswordHasher,
    Sealer,
    SecondFactor,
    Throttle,
    Tx,
    UnitOfWork,
)
from identity.application.views import TokenView
from identity.domain.audit import Action
from identity.domain.email_address import EmailAddress
from identity.domain.errors import (
    AccountBlocked,
    InvalidCredentials,
    InvalidEmailAddress,
    SecondFactorRequired,
)
from identity.domain.permissions import Role
from identity.domain.session import Origin, RefreshToken, Session, SessionPolicy, hash_token, new_token
from identity.domain.user import Status

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StartSession:
    """`totp` is the code of an authenticator, or a recovery code."""

    email: str
    password: str
    totp: str | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginChecks:
    """What a login is checked with."""

    hasher: PasswordHasher
    second_factor: SecondFactor
    sealer: Sealer
    throttle: Throttle
    limits: Limits


async def start_session(
    cmd: StartSession,
    *,
    uow: UnitOfWork,
    checks: LoginChecks,
    tokens: AccessTokens,
    policy: SessionPolicy,
    clock: Clock,
) -> TokenView:
    """Return the tokens of a new session."""
    await spend(checks.throttle, checks.limits.login_client, cmd.origin.client)
    account = _account_of(cmd.email)
    await spend(checks.throttle, checks.limits.login_account, account)
    credentials = await _check_password(cmd, account, uow=uow, hasher=checks.hasher)
    now, refresh_token = clock.now(), new_token()
    session = Session.start(
        user_id=credentials.user_id,
        environment_id=credentials.environment_id,
        origin=cmd.origin,
        now=now,
        policy=policy,
    )
    async with uow() as tx:
        # The password was checked outside of any transaction, and that may have taken a while.
        if await tx.users.lock_credentials_of(credentials.user_id) != credentials:
            raise InvalidCredentials
        recovered = await _check_second_factor(tx, cmd.totp, credentials, checks, clock)
        if recovered:
            await _tell_of_recovery(tx, cmd, credentials, clock)
        await tx.sessions.add(session)
        await tx.sessions.add_token(
            RefreshToken(token_hash=hash_token(refresh_token), session_id=session.id, expires_at=now + policy.idle)
        )
    await checks.throttle.forget(checks.limits.login_account, account)
    await checks.throttle.forgive(checks.limits.login_client, cmd.origin.client)
    _log.info("session_started", user_id=str(session.user_id), session_id=str(session.id))
    return await tokens.for_session(session, lifetime=policy.access, refresh_token=refresh_token)


def _account_of(email: str) -> str:
    """Return the canonical address; what is no address is one that nobody has."""
    try:
        return str(EmailAddress.parse(email))
    except InvalidEmailAddress as error:
        raise InvalidCredentials from error


async def _check_password(cmd: StartSession, account: str, *, uow: UnitOfWork, hasher: PasswordHasher) -> Credentials:
    async with uow() as tx:
        credentials = await tx.users.find_credentials(account)
    stored = credentials.password_hash if credentials else None
    matches, replacement = await hasher.verify(cmd.password, stored)
    if credentials is None or stored is None or not matches:
        raise InvalidCredentials
    if credentials.status is Status.BLOCKED:
        raise AccountBlocked
    if credentials.status is not Status.ACTIVE:
        raise InvalidCredentials
    if replacement is not None:
        async with uow() as tx:
            await tx.users.replace_password_hash(credentials.user_id, previous=stored, replacement=replacement)
        return replace(credentials, password_hash=replacement)
    return credentials


async def _check_second_factor(
    tx: Tx, code: str | None, credentials: Credentials, checks: LoginChecks, clock: Clock
) -> bool:
    """Raise unless the code is right and new; operators never log in without one. Tell whether it was for recovery."""
    if credentials.totp_secret is None:
        if credentials.role is Role.OPERATOR:
            raise InvalidCredentials
        return False
    if not code:
        raise SecondFactorRequired
    return await check_code(
        tx,
        credentials.user_id,
        credentials.totp_secret,
        code,
        second_factor=checks.second_factor,
        sealer=checks.sealer,
        clock=clock,
    )


async def _tell_of_recovery(tx: Tx, cmd: StartSession, credentials: Credentials, clock: Clock) -> None:
    """A recovery code is rarely used: its owner hears of it."""
    user = await tx.users.find(credentials.user_id)
    if user is not None:
        await record_own(tx, user, Action.RECOVERY_CODE_USED, client=cmd.origin.client, now=clock.now())
        enqueue_mail_to_users(tx, "recovery_code_used", users=[user.id], cause=new_id())
