"""The composition root: settings and a pool in, the application out. The only importer of adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared.clock import Clock, SystemClock
from shared.runtime.service import Service

from identity.adapters.mail.rendering import MailRenderer
from identity.adapters.mail.smtp import SmtpTransport
from identity.adapters.passwords import open_hasher
from identity.adapters.pictures import PillowPictures
from identity.adapters.postgres.audit import PostgresAuditViews
from identity.adapters.postgres.housekeeping import PostgresHousekeeping
from identity.adapters.postgres.sampling import sample_identity
from identity.adapters.postgres.throttles import PostgresThrottle
from identity.adapters.postgres.unit_of_work import identity_unit_of_work
from identity.adapters.postgres.views import PostgresViews
from identity.adapters.sealing import FernetSealer
from identity.adapters.second_factor import Totp
from identity.adapters.signing import RsaKeyMaker, RsaSigner
from identity.application.access_tokens import AccessTokens
from identity.application.account_cases import (
    AddressCases,
    PasswordCases,
    SecondFactorCases,
    address_cases,
    password_cases,
    picture_cases,
    second_factor_cases,
)
from identity.application.add_user import add_user, resend_activation
from identity.application.app import (
    Application,
    RegistrationCases,
    SessionCases,
    TokenCases,
    UserCases,
)
from identity.application.change_profile import change_profile, get_profile
from identity.application.complete_registration import JoiningRules, complete_registration, find_link
from identity.application.connection_key_cases import ConnectionKeyCases, connection_key_cases
from identity.application.create_operator import create_operator
from identity.application.environment_cases import audit_cases, environment_cases
from identity.application.exchange_connection_key import SignedBearers, exchange_bearer, request_token
from identity.application.identify_caller import identify_caller
from identity.application.keep_house import keep_house
from identity.application.limits import Limits
from identity.application.links import LinkPolicy
from identity.application.manage_addresses import AddressLinks
from identity.application.manage_second_factor import FactorChecks
from identity.application.manage_sessions import end_other_sessions, end_session, list_sessions
from identity.application.manage_users import change_user, list_users
from identity.application.operator_cases import operator_cases
from identity.application.ports import MailTransport, PasswordHasher
from identity.application.refresh_session import refresh_session
from identity.application.remove_user import remove_user
from identity.application.request_registration import request_registration
from identity.application.reset_password import ResetGuard
from identity.application.send_mail import send_mail
from identity.application.signing_keys import load_signing_keys, rotate_signing_keys
from identity.application.start_session import LoginChecks, start_session
from identity.domain.session import SessionPolicy
from identity.domain.signing_key import RotationPolicy
from identity.domain.throttle import Limit
from identity.entrypoints.http.app import create_http
from identity.entrypoints.jobs import build_jobs
from identity.entrypoints.kafka.consumers import build_consumers
from identity.entrypoints.loops import build_loops
from identity.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What tests replace: time, the cost of a password, and where mail goes."""

    clock: Clock
    hasher: PasswordHasher
    transport: MailTransport


class _Parts:
    """What several use cases share, made once."""

    def __init__(self, settings: Settings, pool: Any, outside: Outside) -> None:
        self.settings, self.pool, self.outside = settings, pool, outside
        self.clock, self.hasher = outside.clock, outside.hasher
        self.uow = identity_unit_of_work(pool)
        self.views, self.throttle = PostgresViews(pool), PostgresThrottle(pool)
        self.sealer = FernetSealer(settings.secrets.key.get_secret_value())
        self.second_factor = Totp(self.clock)
        self.limits = _limits(settings)
        registration = settings.registration
        self.links = LinkPolicy(lifetime=registration.link_lifetime, sealer=self.sealer)
        self.activation_links = LinkPolicy(lifetime=timedelta(days=registration.activation_days), sealer=self.sealer)
        self.reset_links = LinkPolicy(lifetime=timedelta(minutes=registration.reset_minutes), sealer=self.sealer)
        self.key_maker = RsaKeyMaker(self.sealer)
        load = partial(load_signing_keys, uow=self.uow, maker=self.key_maker, clock=self.clock)
        self.signer = RsaSigner(load, self.sealer)
        self.tokens = AccessTokens(
            signer=self.signer,
            issuer=settings.tokens.issuer,
            audience=settings.tokens.audience,
            clock=self.clock,
        )


@asynccontextmanager
async def open_application(settings: Settings, pool: Any) -> AsyncIterator[Application]:
    """Open the application on the real outside."""
    host = urlsplit(settings.public.base_url).hostname or "localhost"
    transport = SmtpTransport(settings.smtp, MailRenderer(sender=settings.smtp.sender, host=host), host=host)
    async with open_hasher() as hasher:
        yield compose(settings, pool, Outside(clock=SystemClock(), hasher=hasher, transport=transport))


def compose(settings: Settings, pool: Any, outside: Outside) -> Application:
    """Bind every use case to what it needs."""
    parts = _Parts(settings, pool, outside)
    return Application(
        issuer=settings.tokens.issuer,
        base_url=settings.public.base_url,
        clock=parts.clock,
        uow=parts.uow,
        registrations=_registrations(parts),
        sessions=_sessions(parts),
        users=_users(parts),
        addresses=_addresses(parts),
        passwords=_passwords(parts),
        pictures=picture_cases(uow=parts.uow, views=parts.views, pictures=PillowPictures(), clock=parts.clock),
        second_factor=_second_factor(parts),
        operators=operator_cases(uow=parts.uow, clock=parts.clock),
        environment=environment_cases(uow=parts.uow, clock=parts.clock),
        audit=audit_cases(views=PostgresAuditViews(pool)),
        connection_keys=_connection_keys(parts),
        tokens=_tokens(parts),
        send_mail=partial(
            send_mail,
            views=parts.views,
            transport=outside.transport,
            sealer=parts.sealer,
            base_url=settings.public.base_url,
        ),
        keep_house=partial(keep_house, store=PostgresHousekeeping(pool), uow=parts.uow, clock=parts.clock),
        samples=[partial(sample_identity, pool)],
    )


def _registrations(parts: _Parts) -> RegistrationCases:
    settings = parts.settings.registration
    rules = JoiningRules(generic_domains=settings.generic_domains, terms_version=settings.terms_version)
    return RegistrationCases(
        request=partial(
            request_registration,
            uow=parts.uow,
            throttle=parts.throttle,
            limits=parts.limits,
            links=parts.links,
            activation_links=parts.activation_links,
            clock=parts.clock,
        ),
        find=partial(find_link, uow=parts.uow, clock=parts.clock),
        complete=partial(complete_registration, uow=parts.uow, hasher=parts.hasher, rules=rules, clock=parts.clock),
    )


def _sessions(parts: _Parts) -> SessionCases:
    policy = SessionPolicy()
    checks = LoginChecks(
        hasher=parts.hasher,
        second_factor=parts.second_factor,
        sealer=parts.sealer,
        throttle=parts.throttle,
        limits=parts.limits,
    )
    uow, tokens, clock = parts.uow, parts.tokens, parts.clock
    return SessionCases(
        start=partial(start_session, uow=uow, checks=checks, tokens=tokens, policy=policy, clock=clock),
        refresh=partial(refresh_session, uow=uow, tokens=tokens, policy=policy, clock=clock),
        list_own=partial(list_sessions, views=parts.views, clock=clock),
        end=partial(end_session, uow=uow, clock=clock),
        end_others=partial(end_other_sessions, uow=uow, clock=clock),
        identify_caller=partial(identify_caller, views=parts.views),
    )


def _users(parts: _Parts) -> UserCases:
    uow, views, clock, links = parts.uow, parts.views, parts.clock, parts.activation_links
    generic_domains = parts.settings.registration.generic_domains
    return UserCases(
        get_profile=partial(get_profile, views=views),
        change_profile=partial(change_profile, uow=uow, views=views, clock=clock),
        list_page=partial(list_users, views=views),
        add=partial(add_user, uow=uow, views=views, links=links, generic_domains=generic_domains, clock=clock),
        resend_activation=partial(resend_activation, uow=uow, views=views, links=links, clock=clock),
        change=partial(change_user, uow=uow, views=views, clock=clock),
        remove=partial(remove_user, uow=uow, clock=clock),
        create_operator=partial(
            create_operator,
            uow=parts.uow,
            hasher=parts.hasher,
            second_factor=parts.second_factor,
            sealer=parts.sealer,
            clock=parts.clock,
        ),
    )


def _addresses(parts: _Parts) -> AddressCases:
    links = AddressLinks(policy=parts.links, throttle=parts.throttle, limits=parts.limits)
    return address_cases(uow=parts.uow, links=links, clock=parts.clock)


def _passwords(parts: _Parts) -> PasswordCases:
    guard = ResetGuard(hasher=parts.hasher, throttle=parts.throttle, limits=parts.limits)
    return password_cases(uow=parts.uow, guard=guard, links=parts.reset_links, clock=parts.clock)


def _second_factor(parts: _Parts) -> SecondFactorCases:
    checks = FactorChecks(
        hasher=parts.hasher,
        second_factor=parts.second_factor,
        sealer=parts.sealer,
        throttle=parts.throttle,
        limits=parts.limits,
        clock=parts.clock,
    )
    return second_factor_cases(uow=parts.uow, checks=checks)


def _connection_keys(parts: _Parts) -> ConnectionKeyCases:
    patience = timedelta(milliseconds=parts.settings.projection_patience_ms)
    return connection_key_cases(uow=parts.uow, views=parts.views, clock=parts.clock, patience=patience)


def _tokens(parts: _Parts) -> TokenCases:
    signing = parts.settings.signing
    policy = RotationPolicy(
        published_for=timedelta(hours=signing.published_hours), retired_for=timedelta(hours=signing.retired_hours)
    )
    return TokenCases(
        request=partial(request_token, views=parts.views, tokens=parts.tokens, clock=parts.clock),
        exchange_bearer=partial(
            exchange_bearer,
            views=parts.views,
            tokens=parts.tokens,
            signed=SignedBearers(),
            clock=parts.clock,
        ),
        published_keys=parts.signer.published,
        rotate_signing_keys=partial(
            rotate_signing_keys, uow=parts.uow, maker=parts.key_maker, policy=policy, clock=parts.clock
        ),
    )


def _limits(settings: Settings) -> Limits:
    quarter, hour = timedelta(minutes=15), timedelta(hours=1)
    login, registration = settings.login, settings.registration
    return Limits(
        login_account=Limit(name="login_account", attempts=login.attempts_per_account, window=quarter),
        login_client=Limit(name="login_client", attempts=login.attempts_per_client, window=quarter),
        registration_address=Limit(
            name="registration_address", attempts=registration.mails_per_address_per_hour, window=hour
        ),
        registration_client=Limit(
            name="registration_client", attempts=registration.requests_per_client_per_hour, window=hour
        ),
    )


SERVICE: Service[Settings, Application] = Service(
    name="identity",
    load_settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    open_application=open_application,
    create_http=create_http,
    build_consumers=build_consumers,
    build_jobs=build_jobs,
    build_loops=build_loops,
    build_samples=lambda application: application.samples,
    fetch_keys=lambda application: application.tokens.published_keys,
)
