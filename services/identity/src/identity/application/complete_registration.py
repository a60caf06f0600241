"""Completes a registration: the link is used up, the user exists, and so does an environment for their domain.

Two first users of one domain take turns: the first founds the environment and administers it, the other joins as a
basic user. Whom an administrator added or invited becomes active in that administrator's environment instead. A link
works once, whoever is faster.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_environment, announce_user
from identity.application.audit import record_own
from identity.application.links import open_link, use_link
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import PasswordHasher, Tx, UnitOfWork, UserSecrets
from identity.domain.audit import Action
from identity.domain.environment import Environment
from identity.domain.errors import LinkInvalid, TermsNotAccepted
from identity.domain.link import Link, Purpose
from identity.domain.password_policy import check_length, check_strength
from identity.domain.permissions import Role
from identity.domain.user import JoinedBy, Person, Status, TermsAcceptance, User

_log = structlog.get_logger(__name__)
COMPLETING = frozenset({Purpose.REGISTRATION, Purpose.ACTIVATION})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CompleteRegistration:
    token: str
    password: str
    first_name: str
    last_name: str
    terms_accepted: bool
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    user_id: UUID
    environment_id: UUID
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLink:
    """What is known of whoever follows the link; the names are empty when nobody gave them."""

    address: str
    locale: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningRules:
    """`generic_domains` belong to mail providers; `terms_version` is what is accepted today."""

    generic_domains: frozenset[str]
    terms_version: str


async def find_link(token: str, *, uow: UnitOfWork, clock: Clock) -> OpenedLink:
    """Return what the page behind the link shows; raises what is wrong with the link."""
    link = await open_link(token, COMPLETING, uow=uow, clock=clock)
    user = None
    if link.user_id is not None:
        async with uow() as tx:
            user = await tx.users.find(link.user_id)
    names = (user.first_name, user.last_name) if user else ("", "")
    return OpenedLink(address=link.address, locale=link.locale, first_name=names[0], last_name=names[1])


async def complete_registration(
    cmd: CompleteRegistration, *, uow: UnitOfWork, hasher: PasswordHasher, rules: JoiningRules, clock: Clock
) -> Registered:
    """Make the user and, for the first of a domain, the environment; or activate the user who was invited."""
    if not cmd.terms_accepted:
        raise TermsNotAccepted
    check_length(cmd.password)
    opened = await find_link(cmd.token, uow=uow, clock=clock)
    known = (opened.address, *opened.address.split("@"), cmd.first_name, cmd.last_name, "koerier")
    check_strength(await hasher.strength_of(cmd.password, known=known))
    password_hash = await hasher.hash(cmd.password)
    now = clock.now()
    secrets = UserSecrets(
        password_hash=password_hash, terms=TermsAcceptance(version=rules.terms_version, accepted_at=now)
    )
    async with uow() as tx:
        link = await use_link(tx, cmd.token, COMPLETING, now=now)
        if link.user_id is None:
            user, joined_by = await _register(tx, cmd, link, secrets, rules, now)
        else:
            user, joined_by = await _activate(tx, cmd, link.user_id, secrets, now), JoinedBy.INVITATION
        announce_user(tx, user, joined_by=joined_by)
        await record_own(tx, user, Action.USER_REGISTERED, client=cmd.client, now=now, joined_by=joined_by.value)
        enqueue_mail_to_users(tx, "welcome", users=[user.id], cause=user.id, context={"role": user.role.value})
    _log.info("user_registered", user_id=str(user.id), environment_id=str(user.environment_id), joined_by=joined_by)
    return Registered(user_id=user.id, environment_id=user.environment_id, role=user.role)


async def _register(
    tx: Tx, cmd: CompleteRegistration, link: Link, secrets: UserSecrets, rules: JoiningRules, now: datetime
) -> tuple[User, JoinedBy]:
    environment, joined_by = await _join(tx, link.address, rules, now)
    person = Person(first_name=cmd.first_name, last_name=cmd.last_name, address=link.address, locale=link.locale)
    role = Role.ADMINISTRATOR if joined_by is JoinedBy.FOUNDED else Role.BASIC
    user = User.register(environment_id=environment.id, person=person, role=role, now=now)
    await tx.users.add(user, secrets)
    return user, joined_by


async def _activate(tx: Tx, cmd: CompleteRegistration, user_id: UUID, secrets: UserSecrets, now: datetime) -> User:
    """Make the invited user active; one who was removed meanwhile has no use for the link any more."""
    invited = await tx.users.lock(user_id)
    if invited is None or invited.status is not Status.INVITED:
        raise LinkInvalid
    user = invited.activate(first_name=cmd.first_name, last_name=cmd.last_name, now=now)
    await tx.users.activate(user, secrets)
    return user


async def _join(tx: Tx, address: str, rules: JoiningRules, now: datetime) -> tuple[Environment, JoinedBy]:
    """Return the environment of the address's domain, made now if need be."""
    domain = address.rpartition("@")[2]
    await tx.environments.lock_domain(domain)
    shared = domain in rules.generic_domains or await tx.environments.is_shared(domain)
    if not shared:
        existing = await tx.environments.find_open(domain)
        if existing is not None:
            return existing, JoinedBy.DOMAIN
    environment = Environment.found(domain, shared=shared, now=now)
    await tx.environments.add(environment)
    announce_environment(tx, environment)
    return environment, JoinedBy.FOUNDED
