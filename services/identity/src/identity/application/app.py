"""The application: identity's use cases with everything they need already bound, as entrypoints receive them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.messaging.sampling import Sample

from identity.application.account_cases import AddressCases, PasswordCases, PictureCases, SecondFactorCases
from identity.application.add_user import AddUser, OneUser
from identity.application.change_profile import ChangeProfile
from identity.application.complete_registration import CompleteRegistration, OpenedLink, Registered
from identity.application.connection_key_cases import ConnectionKeyCases
from identity.application.create_operator import NewOperator
from identity.application.environment_cases import AuditCases, EnvironmentCases
from identity.application.exchange_connection_key import RequestToken
from identity.application.identify_caller import IdentifyCaller
from identity.application.manage_users import ChangeUser
from identity.application.operator_cases import OperatorCases
from identity.application.refresh_session import RefreshSession
from identity.application.request_registration import RequestRegistration
from identity.application.signing_keys import Rotated, RotateSigningKeys
from identity.application.start_session import StartSession
from identity.application.views import (
    ActorView,
    ProfileView,
    SessionView,
    TokenView,
    UserView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCases:
    request: Callable[[RequestRegistration], Awaitable[None]]
    find: Callable[[str], Awaitable[OpenedLink]]
    complete: Callable[[CompleteRegistration], Awaitable[Registered]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCases:
    start: Callable[[StartSession], Awaitable[TokenView]]
    refresh: Callable[[RefreshSession], Awaitable[TokenView]]
    list_own: Callable[[ActorView], Awaitable[list[SessionView]]]
    end: Callable[[ActorView, UUID], Awaitable[None]]
    end_others: Callable[[ActorView, UUID], Awaitable[None]]
    identify_caller: Callable[[IdentifyCaller], Awaitable[ActorView]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCases:
    get_profile: Callable[[ActorView], Awaitable[ProfileView]]
    change_profile: Callable[[ChangeProfile], Awaitable[ProfileView]]
    list_page: Callable[[ActorView, UUID | None, int], Awaitable[list[UserView]]]
    add: Callable[[AddUser], Awaitable[UserView]]
    resend_activation: Callable[[OneUser], Awaitable[UserView]]
    change: Callable[[ChangeUser], Awaitable[UserView]]
    remove: Callable[[OneUser], Awaitable[None]]
    create_operator: Callable[[str], Awaitable[NewOperator]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCases:
    """`published_keys` returns the JWKS."""

    request: Callable[[RequestToken], Awaitable[TokenView]]
    exchange_bearer: Callable[[str], Awaitable[str]]
    published_keys: Callable[[], Awaitable[dict[str, Any]]]
    rotate_signing_keys: Callable[[RotateSigningKeys], Awaitable[Rotated]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What identity does. `uow` is the kit's, for the consumers' batches; a worker takes the `samples`."""

    issuer: str
    base_url: str
    clock: Clock
    uow: Any
    registrations: RegistrationCases
    sessions: SessionCases
    users: UserCases
    environment: EnvironmentCases
    addresses: AddressCases
    passwords: PasswordCases
    pictures: PictureCases
    second_factor: SecondFactorCases
    operators: OperatorCases
    audit: AuditCases
    connection_keys: ConnectionKeyCases
    tokens: TokenCases
    send_mail: Callable[[Mapping[str, Any]], Awaitable[None]]
    keep_house: Callable[[], Awaitable[None]]
    samples: Sequence[Sample]
