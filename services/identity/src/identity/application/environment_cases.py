"""What administrators see and set of their environment, with everything that it needs already bound."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from shared.clock import Clock

from identity.application.environment_settings import (
    ChangeEnvironment,
    EnvironmentSettings,
    change_environment,
    get_environment,
)
from identity.application.ports import AuditViews, UnitOfWork
from identity.application.read_audit_log import ListAuditLog, export_audit_log, list_audit_log
from identity.application.views import ActorView
from identity.domain.audit import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCases:
    get: Callable[[ActorView], Awaitable[EnvironmentSettings]]
    change: Callable[[ChangeEnvironment], Awaitable[EnvironmentSettings]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCases:
    list_page: Callable[[ListAuditLog], Awaitable[list[AuditEntry]]]
    export: Callable[[ActorView], AsyncIterator[AuditEntry]]


def environment_cases(*, uow: UnitOfWork, clock: Clock) -> EnvironmentCases:
    return EnvironmentCases(
        get=partial(get_environment, uow=uow), change=partial(change_environment, uow=uow, clock=clock)
    )


def audit_cases(*, views: AuditViews) -> AuditCases:
    return AuditCases(list_page=partial(list_audit_log, views=views), export=partial(export_audit_log, views=views))
