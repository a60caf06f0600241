"""Starts a registration. Whether the address has an account is told to its owner only, by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from shared.clock import Clock
from shared.ids import new_id

from identity.application.activation_links import ActivationLinks, mail_activation_link
from identity.application.limits import Limits, spend
from identity.application.mails import enqueue_mail_to_address
from identity.application.ports import Sealer, Throttle, Tx, UnitOfWork
from identity.domain.email_address import EmailAddress
from identity.domain.link import Link, Purpose
from identity.domain.session import hash_token, new_token
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
    sealer: Sealer,
    throttle: Throttle,
    limits: Limits,
    link_lifetime: timedelta,
    activation_links: ActivationLinks,
    clock: Clock,
) -> None:
    """Mail a link to the address. Beyond the limit of mails to one address nothing is sent, and nothing is said."""
    address = EmailAddress.parse(cmd.email)
    await spend(throttle, limits.registration_client, cmd.client)
    if not (await throttle.attempt(limits.registration_address, str(address))).allowed:
        _log.warning("registration_mail_withheld")
        return
    now, token = clock.now(), new_token()
    link = Link(
        id=new_id(),
        purpose=Purpose.REGISTRATION,
        address=str(address),
        locale=cmd.locale,
        expires_at=now + link_lifetime,
    )
    async with uow() as tx:
        holder = await tx.users.find_by_address(link.address)
        if holder is None:
            await tx.links.put(link, token_hash=hash_token(token), now=now)
            enqueue_mail_to_address(tx, "registration", to=link.address, locale=cmd.locale, link=(sealer, token))
        elif holder.status is Status.INVITED:
            await _invite_again(tx, holder, activation_links, now)
        else:
            enqueue_mail_to_address(tx, "account_exists", to=link.address, locale=cmd.locale)


async def _invite_again(tx: Tx, user: User, links: ActivationLinks, now: datetime) -> None:
    """Somebody who was invited registers instead: the invitation is what they need."""
    environment = await tx.environments.lock(user.environment_id)
    if environment is not None:
        await mail_activation_link(tx, user, environment, links=links, now=now)
