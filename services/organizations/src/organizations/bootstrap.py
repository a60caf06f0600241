"""The composition root of organizations: settings and a pool in, the application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from shared.clock import Clock, SystemClock
from shared.runtime.service import Service

from organizations.adapters.kvk.registry import KvkRegistry
from organizations.adapters.postgres.sampling import sample_organizations
from organizations.adapters.postgres.unit_of_work import unit_of_work
from organizations.adapters.postgres.views import PostgresViews
from organizations.adapters.smp.documents import AccessPoint
from organizations.adapters.smp.registry import SmpRegistry
from organizations.application import members, prompts, publish_capabilities, queries
from organizations.application.add_organization import add_organization
from organizations.application.app import Application
from organizations.application.decide_review import decide_review
from organizations.application.ports import CompanyRegistry, ParticipantRegistry
from organizations.application.request_activation import request_activation
from organizations.application.search_companies import get_company, search_companies
from organizations.application.set_receiving import set_receiving
from organizations.entrypoints.http.app import create_http
from organizations.entrypoints.jobs import build_jobs
from organizations.entrypoints.kafka.consumers import build_consumers
from organizations.settings import KvkSettings, Settings, SmpSettings

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@asynccontextmanager
async def open_application(settings: Settings, pool: Any) -> AsyncIterator[Application]:
    """Open the clients of the register and the SMP beside the pool, and close them with it."""
    clock = SystemClock()
    async with _kvk_client(settings.kvk) as kvk, _smp_client(settings.smp) as smp:
        yield assemble(
            pool,
            registry=KvkRegistry(kvk, clock),
            participants=SmpRegistry(smp, _access_point(settings)),
            clock=clock,
        )


def assemble(pool: Any, *, registry: CompanyRegistry, participants: ParticipantRegistry, clock: Clock) -> Application:
    """Bind every use case to what it needs."""
    views, uow = PostgresViews(pool), unit_of_work(pool, clock)
    return Application(
        pool=pool,
        uow=uow,
        search_companies=partial(search_companies, views=views, uow=uow, registry=registry),
        get_company=partial(get_company, views=views, registry=registry),
        add_organization=partial(add_organization, views=views, uow=uow, registry=registry, clock=clock),
        list_organizations=partial(queries.list_organizations, views=views),
        get_organization=partial(queries.get_organization, views=views),
        request_activation=partial(request_activation, views=views, uow=uow, clock=clock),
        get_activation=partial(queries.get_activation, views=views),
        add_member=partial(members.add_member, views=views, uow=uow, clock=clock),
        change_member=partial(members.change_member, views=views, uow=uow),
        remove_member=partial(members.remove_member, views=views, uow=uow),
        list_members=partial(queries.list_members, views=views),
        get_member=partial(queries.get_member, views=views),
        list_candidates=partial(queries.list_candidates, views=views),
        list_prompts=partial(prompts.list_prompts, views=views),
        dismiss_prompts=partial(prompts.dismiss_prompts, views=views, uow=uow),
        set_receiving=partial(set_receiving, views=views, uow=uow),
        list_parties=partial(queries.list_parties, views=views),
        list_reviews=partial(queries.list_reviews, views=views),
        decide_review=partial(decide_review, views=views, uow=uow, clock=clock),
        publish_capabilities=partial(publish_capabilities.publish_capabilities, uow=uow, registry=participants),
        give_up_publishing=partial(publish_capabilities.give_up_publishing, uow=uow),
        samples=[partial(sample_organizations, pool)],
    )


def _kvk_client(settings: KvkSettings) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=settings.base_url,
        headers={"apikey": settings.api_key.get_secret_value()},
        timeout=httpx2.Timeout(settings.answer_seconds, connect=settings.connect_seconds),
        limits=httpx2.Limits(max_connections=settings.max_connections),
        verify=str(settings.ca_file) if settings.ca_file else True,
    )


def _smp_client(settings: SmpSettings) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=settings.base_url,
        auth=(settings.username, settings.password.get_secret_value()),
        timeout=httpx2.Timeout(settings.answer_seconds, connect=settings.connect_seconds),
    )


def _access_point(settings: Settings) -> AccessPoint:
    point = settings.access_point
    return AccessPoint(
        endpoint_url=point.endpoint_url,
        certificate=point.certificate,
        description=point.description,
        contact_url=point.contact_url,
    )


def load_settings() -> Settings:
    """Read the settings from the environment."""
    return Settings()


SERVICE: Service[Settings, Application] = Service(
    name="organizations",
    load_settings=load_settings,
    migrations=MIGRATIONS,
    open_application=open_application,
    create_http=create_http,
    build_consumers=build_consumers,
    build_jobs=build_jobs,
    build_samples=lambda application: application.samples,
)
