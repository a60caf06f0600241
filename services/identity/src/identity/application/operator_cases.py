"""What operators do, with everything that it needs already bound."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from shared.clock import Clock

from identity.application.appoint_administrator import AppointAdministrator, appoint_administrator
from identity.application.ports import UnitOfWork
from identity.application.share_domain import ShareDomain, share_domain
from identity.domain.environment import SharedDomain


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCases:
    share_domain: Callable[[ShareDomain], Awaitable[SharedDomain]]
    appoint: Callable[[AppointAdministrator], Awaitable[None]]


def operator_cases(*, uow: UnitOfWork, clock: Clock) -> OperatorCases:
    return OperatorCases(
        share_domain=partial(share_domain, uow=uow, clock=clock),
        appoint=partial(appoint_administrator, uow=uow, clock=clock),
    )
