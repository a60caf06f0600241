"""What administrators set of their environment, and what they should know about it (R9.4)."""

from dataclasses import dataclass

import structlog
from shared.clock import Clock

from identity.application.announce import announce_environment_change
from identity.application.audit import record
from identity.application.ports import Tx, UnitOfWork
from identity.application.views import ActorView
from identity.domain.audit import Action
from identity.domain.environment import Environment
from identity.domain.errors import EnvironmentNotFound
from identity.domain.permissions import Permission, require

_log = structlog.get_logger(__name__)
ADVISED_ADMINISTRATORS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnvironment:
    """`name` is what members and mails call the environment; it starts as its domain."""

    actor: ActorView
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    """`administrators` counts the active ones: with one alone, nobody is left when that one is gone."""

    environment: Environment
    administrators: int

    @property
    def needs_administrator(self) -> bool:
        return self.administrators < ADVISED_ADMINISTRATORS


async def get_environment(actor: ActorView, *, uow: UnitOfWork) -> EnvironmentSettings:
    """Return the settings of the caller's environment; administrators only."""
    require(actor.role, Permission.MANAGE_ENVIRONMENT)
    async with uow() as tx:
        return await _settings(tx, actor)


async def change_environment(cmd: ChangeEnvironment, *, uow: UnitOfWork, clock: Clock) -> EnvironmentSettings:
    """Change the settings; what is the same already is not announced again."""
    require(cmd.actor.role, Permission.MANAGE_ENVIRONMENT)
    async with uow() as tx:
        settings = await _settings(tx, cmd.actor)
        if settings.environment.name == cmd.name:
            return settings
        changed = settings.environment.rename(cmd.name)
        await tx.environments.save(changed)
        announce_environment_change(tx, changed)
        await record(tx, cmd.actor, Action.ENVIRONMENT_CHANGED, changed.id, now=clock.now(), name=cmd.name)
    _log.info("environment_changed", environment_id=str(changed.id), by=str(cmd.actor.user_id))
    return EnvironmentSettings(environment=changed, administrators=settings.administrators)


async def _settings(tx: Tx, actor: ActorView) -> EnvironmentSettings:
    environment = await tx.environments.lock(actor.environment_id)
    if environment is None:
        raise EnvironmentNotFound
    return EnvironmentSettings(
        environment=environment, administrators=await tx.users.count_administrators(environment.id)
    )
