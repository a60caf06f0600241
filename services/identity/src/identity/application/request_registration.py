"""Starts a registration. Whether the address has an account is told to its owner only, by mail."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from shared.clock import Clock

from identity.application.add_user import mail_activation
from identity.application.limits import Limits, spend
from identity.application.links import LinkPolicy, mail_link
from identity.application.mails import enqueue_mail_to_address
from identity.application.ports import Throttle, Tx, UnitOfWork
from identity.domain.email_address import EmailAddress
from identity.domain.link import Purpose
from identity.domain.user import Status, User

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
    throttle: Throttle,
    limits: Limits,
    links: LinkPolicy,
    activation_links: LinkPolicy,
    clock: Clock,
) -> None:
    """Mail a link to the address. Beyond the limit of mails to one address nothing is sent, and nothing is said."""
    address = str(EmailAddress.parse(cmd.email))
    await spend(throttle, limits.registration_client, cmd.client)
    if not (await throttle.attempt(limits.registration_address, address)).allowed:
        _log.warning("registration_mail_withheld")
        return
    now = clock.now()
    async with uow() as tx:
        holder = await tx.users.find_by_address(address)
        if holder is None:
            await mail_link(tx, Purpose.REGISTRATION, to=address, locale=cmd.locale, policy=links, now=now)
        elif holder.status is Status.INVITED:
            await _invite_again(tx, holder, activation_links, now)
        else:
            enqueue_mail_to_address(tx, "account_exists", to=address, locale=cmd.locale)


async def _invite_again(tx: Tx, user: User, links: LinkPolicy, now: datetime) -> None:
    """Somebody who was invited registers instead: the invitation is what they need."""
    environment = await tx.environments.lock(user.environment_id)
    if environment is not None:
        await mail_activation(tx, user, environment, links=links, now=now)
