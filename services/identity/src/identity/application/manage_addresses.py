"""A user's own e-mail addresses: each is another name for the same person, once its link was followed (article 6).

Adding leaves a link in the mailbox. What is removed is removed by naming what stays, so that a mistyped request cannot
lose an address by itself.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from shared.clock import Clock
from shared.ids import new_id

from identity.application.announce import announce_user_change
from identity.application.audit import record, record_own
from identity.application.limits import Limits
from identity.application.links import LinkPolicy, mail_link, use_link
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import Throttle, Tx, UnitOfWork
from identity.application.views import ActorView
from identity.domain.audit import Action
from identity.domain.email_address import EmailAddress
from identity.domain.environment import Environment
from identity.domain.errors import (
    AddressUnknown,
    AddressVerified,
    DomainNotAllowed,
    LinkInvalid,
    SessionEnded,
    TooManyAddresses,
)
from identity.domain.link import Link, Purpose
from identity.domain.user import User, UserAddress

_log = structlog.get_logger(__name__)
VERIFYING = frozenset({Purpose.ADDRESS})
MAX_ADDRESSES = 20
_CHANGED = ("addresses",)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAddress:
    """An address of the caller's own."""

    actor: ActorView
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAddresses:
    """All addresses that the caller keeps; the others go."""

    actor: ActorView
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLinks:
    """How links are made, and how many go to one address."""

    policy: LinkPolicy
    throttle: Throttle
    limits: Limits


async def list_addresses(actor: ActorView, *, uow: UnitOfWork) -> tuple[UserAddress, ...]:
    """Return the caller's addresses, the primary one first."""
    async with uow() as tx:
        user = await tx.users.find(actor.user_id)
    return user.addresses if user else ()


async def add_address(cmd: OneAddress, *, uow: UnitOfWork, links: AddressLinks, clock: Clock) -> UserAddress:
    """Add an address that waits for its link; raises `EmailTaken`, `DomainNotAllowed`, `TooManyAddresses`."""
    address, now = EmailAddress.parse(cmd.email), clock.now()
    async with uow() as tx:
        environment = await tx.environments.lock(cmd.actor.environment_id)  # before the user, as everywhere
        user = await _lock(tx, cmd.actor)
        if len(user.addresses) >= MAX_ADDRESSES:
            raise TooManyAddresses(max_addresses=MAX_ADDRESSES)
        added = UserAddress(address=str(address), primary=False, verified_at=None)
        changed = user.with_addresses((*user.addresses, added))
        if environment is None or not await _allows(tx, environment, address.domain):
            raise DomainNotAllowed  # before the address is looked at: nobody asks here who has a foreign one
        await tx.users.add_address(user.id, added)
        await tx.users.save(changed)
        announce_user_change(tx, changed, changed=_CHANGED)
        await record(tx, cmd.actor, Action.ADDRESS_ADDED, user.id, now=now)
        await _mail_link(tx, changed, added, links=links, now=now)
    return added


async def resend_verification(cmd: OneAddress, *, uow: UnitOfWork, links: AddressLinks, clock: Clock) -> UserAddress:
    """Mail a new link to an address that waits for one, in place of the older link."""
    wanted = str(EmailAddress.parse(cmd.email))
    async with uow() as tx:
        user = await _lock(tx, cmd.actor)
        address = next((each for each in user.addresses if each.address == wanted), None)
        if address is None:
            raise AddressUnknown
        if address.verified_at is not None:
            raise AddressVerified
        await _mail_link(tx, user, address, links=links, now=clock.now())
    return address


async def keep_addresses(cmd: KeepAddresses, *, uow: UnitOfWork, clock: Clock) -> tuple[UserAddress, ...]:
    """Remove every address that is not named; raises `AddressUnknown`, `PrimaryAddressStays`."""
    kept = frozenset(str(EmailAddress.parse(email)) for email in cmd.emails)
    async with uow() as tx:
        user = await _lock(tx, cmd.actor)
        changed = user.keep_addresses(kept)
        removed = [each for each in user.addresses if each not in changed.addresses]
        for address in removed:
            await tx.users.remove_address(user.id, address)
        if removed:
            await tx.users.save(changed)
            announce_user_change(tx, changed, changed=_CHANGED)
            await record(tx, cmd.actor, Action.ADDRESS_REMOVED, user.id, now=clock.now(), count=len(removed))
            enqueue_mail_to_users(tx, "addresses_changed", users=[user.id], cause=new_id())
    return changed.addresses


async def verify_address(token: str, client: str, *, uow: UnitOfWork, clock: Clock) -> Link:
    """Note that the address is its user's; from now on it is as good as the primary one."""
    now = clock.now()
    async with uow() as tx:
        link = await use_link(tx, token, VERIFYING, now=now)
        user = await tx.users.lock(link.user_id) if link.user_id else None
        if user is None or not user.is_active or link.address not in user.address_names:
            raise LinkInvalid
        verified = user.verify_address(link.address, now=now)
        await tx.users.verify_address(user.id, link.address, now=now)
        await tx.users.save(verified)
        announce_user_change(tx, verified, changed=_CHANGED)
        await record_own(tx, user, Action.ADDRESS_VERIFIED, client=client, now=now)
        enqueue_mail_to_users(tx, "addresses_changed", users=[user.id], cause=link.id)
    _log.info("address_verified", user_id=str(user.id))
    return link


async def _lock(tx: Tx, actor: ActorView) -> User:
    user = await tx.users.lock(actor.user_id)
    if user is None or not user.is_active:
        raise SessionEnded
    return user


async def _allows(tx: Tx, environment: Environment, domain: str) -> bool:
    """Tell whether users of the environment may have addresses of the domain (R6.1).

    In a shared environment they may, unless the domain leads to an environment of others that did not agree.
    """
    if domain == environment.domain or await tx.environments.has_shared_domain(environment.id, domain):
        return True
    return environment.shared and await tx.environments.find_open(domain) is None


async def _mail_link(tx: Tx, user: User, address: UserAddress, *, links: AddressLinks, now: datetime) -> None:
    """Put a link in place of an older one and mail it, within the limit of mails to one address."""
    if not (await links.throttle.attempt(links.limits.registration_address, address.address)).allowed:
        _log.warning("verification_mail_withheld")
        return
    await mail_link(
        tx, Purpose.ADDRESS, to=address.address, locale=user.locale, policy=links.policy, now=now, user_id=user.id
    )
