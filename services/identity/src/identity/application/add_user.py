"""Adds a user to an environment: the address gets a link, and whoever follows it chooses a password.

`invite` leaves it to the invitee who they are. It is refused where the domain of the address does not lead to this
environment: an invitee who registers instead of following the link would found an environment of their own (R4.2).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_invited
from identity.application.audit import record
from identity.application.links import LinkPolicy, mail_link
from identity.application.ports import Tx, UnitOfWork, Views
from identity.application.views import ActorView, UserView
from identity.domain.audit import Action
from identity.domain.email_address import EmailAddress
from identity.domain.environment import Environment
from identity.domain.errors import SharedDomainUseAdd, UserNotFound, UserNotInvited
from identity.domain.link import Purpose
from identity.domain.permissions import Permission, Role, require
from identity.domain.user import Person, Status, User

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser:
    """`names` are None for an invitation: the invitee fills them in."""

    actor: ActorView
    email: str
    names: tuple[str, str] | None
    role: Role
    locale: str


async def add_user(
    cmd: AddUser,
    *,
    uow: UnitOfWork,
    views: Views,
    links: LinkPolicy,
    generic_domains: frozenset[str],
    clock: Clock,
) -> UserView:
    """Return the new user, who is invited until they follow the link; raises `EmailTaken`, `SharedDomainUseAdd`."""
    require(cmd.actor.role, Permission.MANAGE_USERS)
    address = EmailAddress.parse(cmd.email)
    now = clock.now()
    first_name, last_name = cmd.names or ("", "")
    person = Person(first_name=first_name, last_name=last_name, address=str(address), locale=cmd.locale)
    user = User.invite(environment_id=cmd.actor.environment_id, person=person, role=cmd.role, now=now)
    async with uow() as tx:
        await tx.environments.lock_domain(address.domain)
        environment = await _own_environment(tx, cmd.actor)
        await tx.users.add(user, None)
        if cmd.names is None and not await _leads_to(tx, address.domain, environment, generic_domains):
            raise SharedDomainUseAdd
        await mail_activation(tx, user, environment, links=links, now=now)
        announce_invited(tx, user)
        action = Action.USER_INVITED if cmd.names is None else Action.USER_ADDED
        await record(tx, cmd.actor, action, user.id, now=now, role=cmd.role.value)
    _log.info("user_invited", user_id=str(user.id), by=str(cmd.actor.user_id))
    return await _show(user.id, cmd.actor, views)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneUser:
    """Names a user of the caller's environment."""

    actor: ActorView
    user_id: UUID


async def resend_activation(
    cmd: OneUser, *, uow: UnitOfWork, views: Views, links: LinkPolicy, clock: Clock
) -> UserView:
    """Mail an invited user a new link, which makes the older one worthless."""
    require(cmd.actor.role, Permission.MANAGE_USERS)
    now = clock.now()
    async with uow() as tx:
        environment = await _own_environment(tx, cmd.actor)
        user = await tx.users.lock(cmd.user_id)
        if user is None or user.environment_id != environment.id or user.status is Status.REMOVED:
            raise UserNotFound
        if user.status is not Status.INVITED:
            raise UserNotInvited
        await mail_activation(tx, user, environment, links=links, now=now)
        await record(tx, cmd.actor, Action.ACTIVATION_RESENT, user.id, now=now)
    return await _show(cmd.user_id, cmd.actor, views)


async def mail_activation(tx: Tx, user: User, environment: Environment, *, links: LinkPolicy, now: datetime) -> None:
    """Mail an invited user the link by which they become active."""
    (address,) = user.addresses
    await mail_link(
        tx,
        Purpose.ACTIVATION,
        to=address.address,
        locale=user.locale,
        policy=links,
        now=now,
        user_id=user.id,
        environment=environment.name,
        days=links.lifetime.days,
    )


async def _own_environment(tx: Tx, actor: ActorView) -> Environment:
    """Return the actor's environment, in which one change of its users is made at a time."""
    environment = await tx.environments.lock(actor.environment_id)
    if environment is None:
        raise UserNotFound
    return environment


async def _leads_to(tx: Tx, domain: str, environment: Environment, generic_domains: frozenset[str]) -> bool:
    """Tell whether nobody with this domain founds or joins another environment by registering."""
    if domain in generic_domains or await tx.environments.is_shared(domain):
        return False
    owner = await tx.environments.find_open(domain)
    return owner is None or owner.id == environment.id


async def _show(user_id: UUID, actor: ActorView, views: Views) -> UserView:
    view = await views.find_user(user_id, environment_id=actor.environment_id)
    if view is None:
        raise UserNotFound
    return view
