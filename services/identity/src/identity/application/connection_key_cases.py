"""What administrators do with connection keys, with everything that it needs already bound."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from shared.clock import Clock

from identity.application import manage_connection_keys as keys
from identity.application.manage_connection_keys import IssueConnectionKey, ListConnectionKeys, OneConnectionKey
from identity.application.ports import UnitOfWork, Views
from identity.application.rotate_connection_key import RotateConnectionKey, end_replaced_key, rotate_connection_key
from identity.application.views import ConnectionKeyView, IssuedKeyView


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionKeyCases:
    issue: Callable[[IssueConnectionKey], Awaitable[IssuedKeyView]]
    rotate: Callable[[RotateConnectionKey], Awaitable[IssuedKeyView]]
    end_replaced: Callable[[Mapping[str, Any]], Awaitable[None]]
    revoke: Callable[[OneConnectionKey], Awaitable[ConnectionKeyView]]
    delete: Callable[[OneConnectionKey], Awaitable[None]]
    get: Callable[[OneConnectionKey], Awaitable[ConnectionKeyView]]
    list_page: Callable[[ListConnectionKeys], Awaitable[list[ConnectionKeyView]]]


def connection_key_cases(*, uow: UnitOfWork, views: Views, clock: Clock, patience: timedelta) -> ConnectionKeyCases:
    """`patience` is how long an organization is looked up again that is not known as active yet."""
    return ConnectionKeyCases(
        issue=partial(keys.issue_connection_key, uow=uow, clock=clock, patience=patience),
        rotate=partial(rotate_connection_key, uow=uow, clock=clock),
        end_replaced=partial(end_replaced_key, uow=uow, clock=clock),
        revoke=partial(keys.revoke_connection_key, uow=uow, views=views, clock=clock),
        delete=partial(keys.delete_connection_key, uow=uow, clock=clock),
        get=partial(keys.get_connection_key, views=views),
        list_page=partial(keys.list_connection_keys, views=views),
    )
