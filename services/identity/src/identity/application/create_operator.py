"""Makes a person who runs the platform, by command only: a user of the reserved environment, with a second factor."""

import secrets
from dataclasses import dataclass

from shared.clock import Clock

from identity.application.announce import announce_environment, announce_user
from identity.application.ports import PasswordHasher, Sealer, SecondFactor, Tx, UnitOfWork, UserSecrets
from identity.domain.email_address import EmailAddress
from identity.domain.environment import OPERATOR_DOMAIN, Environment
from identity.domain.permissions import Role
from identity.domain.user import JoinedBy, Person, User

_PASSWORD_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewOperator:
    """What the operator needs to log in; shown once."""

    email: str
    password: str
    totp_secret: str


async def create_operator(
    email: str,
    *,
    uow: UnitOfWork,
    hasher: PasswordHasher,
    second_factor: SecondFactor,
    sealer: Sealer,
    clock: Clock,
) -> NewOperator:
    """Return a new operator's credentials; raises `EmailTaken` when the address has an account."""
    address = str(EmailAddress.parse(email))
    password, totp_secret = secrets.token_urlsafe(_PASSWORD_BYTES), second_factor.new_secret()
    password_hash = await hasher.hash(password)
    async with uow() as tx:
        environment = await _operators(tx, clock)
        person = Person(first_name="Operator", last_name=address.partition("@")[0], address=address)
        user = User.register(environment_id=environment.id, person=person, role=Role.OPERATOR, now=clock.now())
        sealed = sealer.seal(totp_secret.encode())
        await tx.users.add(user, UserSecrets(password_hash=password_hash, totp_secret=sealed))
        announce_user(tx, user, joined_by=JoinedBy.COMMAND)
    return NewOperator(email=address, password=password, totp_secret=totp_secret)


async def _operators(tx: Tx, clock: Clock) -> Environment:
    """Return the reserved environment, made by the first command."""
    await tx.environments.lock_domain(OPERATOR_DOMAIN)
    existing = await tx.environments.find_operators()
    if existing is not None:
        return existing
    environment = Environment.found_for_operators(now=clock.now())
    await tx.environments.add(environment)
    announce_environment(tx, environment)
    return environment
