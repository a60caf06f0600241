"""Completes a registration: the link is used up, the user exists, and so does an environment for their domain.

Two first users of one domain take turns: the first founds the environment and administers it, the other joins as a
basic user. A link works once, whoever is faster.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_environment, announce_user
from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import PasswordHasher, Tx, UnitOfWork, UserSecrets
from identity.domain.environment import Environment
from identity.domain.errors import RegistrationLinkInvalid, TermsNotAccepted
from identity.domain.password_policy import check_length, check_strength
from identity.domain.permissions import Role
from identity.domain.registration import Registration
from identity.domain.session import hash_token
from identity.domain.user import JoinedBy, Person, TermsAcceptance, User

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CompleteRegistration:
    token: str
    password: str
    first_name: str
    last_name: str
    terms_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    user_id: UUID
    environment_id: UUID
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningRules:
    """`generic_domains` belong to mail providers; `terms_version` is what is accepted today."""

    generic_domains: frozenset[str]
    terms_version: str


async def find_registration(token: str, *, uow: UnitOfWork, clock: Clock) -> Registration:
    """Return the registration that the link belongs to; raises what is wrong with the link."""
    async with uow() as tx:
        registration = await tx.registrations.find(hash_token(token))
    if registration is None:
        raise RegistrationLinkInvalid
    registration.check_usable(clock.now())
    return registration


async def complete_registration(
    cmd: CompleteRegistration, *, uow: UnitOfWork, hasher: PasswordHasher, rules: JoiningRules, clock: Clock
) -> Registered:
    """Make the user and, for the first of a domain, the environment."""
    if not cmd.terms_accepted:
        raise TermsNotAccepted
    check_length(cmd.password)
    registration = await find_registration(cmd.token, uow=uow, clock=clock)
    known = (registration.address, *registration.address.split("@"), cmd.first_name, cmd.last_name, "koerier")
    check_strength(await hasher.strength_of(cmd.password, known=known))
    password_hash = await hasher.hash(cmd.password)
    now = clock.now()
    async with uow() as tx:
        locked = await _use_link(tx, cmd.token, now)
        environment, joined_by = await _join(tx, locked.address, rules, now)
        person = Person(
            first_name=cmd.first_name, last_name=cmd.last_name, address=locked.address, locale=locked.locale
        )
        role = Role.ADMINISTRATOR if joined_by is JoinedBy.FOUNDED else Role.BASIC
        user = User.register(environment_id=environment.id, person=person, role=role, now=now)
        terms = TermsAcceptance(version=rules.terms_version, accepted_at=now)
        await tx.users.add(user, UserSecrets(password_hash=password_hash, terms=terms))
        announce_user(tx, user, joined_by=joined_by)
        enqueue_mail_to_users(tx, "welcome", users=[user.id], cause=user.id, context={"role": role.value})
    _log.info("user_registered", user_id=str(user.id), environment_id=str(environment.id), joined_by=joined_by.value)
    return Registered(user_id=user.id, environment_id=environment.id, role=role)


async def _use_link(tx: Tx, token: str, now: datetime) -> Registration:
    """Use the link up, or raise: somebody may have been faster while the password was hashed."""
    registration = await tx.registrations.lock(hash_token(token))
    if registration is None:
        raise RegistrationLinkInvalid
    registration.check_usable(now)
    await tx.registrations.mark_used(registration, now=now)
    return registration


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
