"""Starts a registration. Whether the address has an account is told to its owner only, by mail."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from shared.clock import Clock
from shared.ids import new_id

from identity.application.limits import Limits, spend
from identity.application.mails import enqueue_mail_to_address
from identity.application.ports import Sealer, Throttle, UnitOfWork
from identity.domain.email_address import EmailAddress
from identity.domain.registration import Registration
from identity.domain.session import hash_token, new_token

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRegistration:
    """`client` is the network address that asks."""

    email: str
    locale: str
    client: str


async def request_registration(
    cmd: RequestRegistration,
    *,
    uow: UnitOfWork,
    sealer: Sealer,
    throttle: Throttle,
    limits: Limits,
    link_lifetime: timedelta,
    clock: Clock,
) -> None:
    """Mail a link to the address. Beyond the limit of mails to one address nothing is sent, and nothing is said."""
    address = EmailAddress.parse(cmd.email)
    await spend(throttle, limits.registration_client, cmd.client)
    if not (await throttle.attempt(limits.registration_address, str(address))).allowed:
        _log.warning("registration_mail_withheld")
        return
    now, token = clock.now(), new_token()
    registration = Registration(id=new_id(), address=str(address), locale=cmd.locale, expires_at=now + link_lifetime)
    async with uow() as tx:
        if await tx.users.is_taken(registration.address):
            enqueue_mail_to_address(tx, "account_exists", to=registration.address, locale=cmd.locale)
            return
        await tx.registrations.put(registration, token_hash=hash_token(token), now=now)
        enqueue_mail_to_address(tx, "registration", to=registration.address, locale=cmd.locale, link=(sealer, token))
