"""The composition root: settings and a pool become the application; what is opened here is closed here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
from shared.clock import Clock, SystemClock
from shared.runtime.service import Service

from documents.adapters.peppol.access_point import PhossAccessPoint
from documents.adapters.peppol.directory import Memory, PeppolDirectory
from documents.adapters.peppol.sml import Sml
from documents.adapters.peppol.smp import Smp
from documents.adapters.postgres.access import PostgresRights
from documents.adapters.postgres.checks import PostgresScratch
from documents.adapters.postgres.contents import PostgresContents
from documents.adapters.postgres.hooks import PostgresHookViews
from documents.adapters.postgres.housekeeping import keep_house
from documents.adapters.postgres.intake import PostgresIntake
from documents.adapters.postgres.unit_of_work import SOURCE, create_unit_of_work
from documents.adapters.postgres.views import PostgresDocumentViews
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.opening import place_rules
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.vault import FernetVault
from documents.adapters.webhooks.sender import AiohttpHookSender, open_guarded_session
from documents.adapters.xml.reader import XmlReader
from documents.application import (
    accept_document,
    access,
    await_verdict,
    check_document,
    confirm_transmission,
    deliver_hook,
    foresee,
    manage_hooks,
    purchase_invoices,
    query_recipient,
    receive_document,
    route_document,
    settle,
    transmit_document,
    validate_document,
)
from documents.application.app import Application, Limits
from documents.application.ports import AccessPoint, HookSender, Network, Rules, UnitOfWork
from documents.domain.retention import Retention
from documents.entrypoints.http.app import create_http
from documents.entrypoints.jobs import build_jobs
from documents.entrypoints.kafka.consumers import build_consumers
from documents.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@asynccontextmanager
async def open_application(settings: Settings, pool: Any) -> AsyncIterator[Application]:
    """Open everything that talks to the outside; rule processes start only where the worker's loops run."""
    async with AsyncExitStack() as stack:
        allow_private = settings.hooks.allow_private_targets
        session = await stack.enter_async_context(
            open_guarded_session(allow_private=allow_private, timeout_seconds=settings.hooks.timeout)
        )
        client = await stack.enter_async_context(_access_point_client(settings))
        rules = _rules(settings)
        outside = Outside(
            network=_directory(settings, session),
            access_point=PhossAccessPoint(client),
            hook_sender=AiohttpHookSender(session, allow_private=allow_private),
            rules=rules,
        )
        yield build_application(settings, pool, outside, loops=[rules.run, partial(keep_house, pool)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What lies beyond this service; tests put their own in its place."""

    network: Network
    access_point: AccessPoint
    hook_sender: HookSender
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the use cases share."""

    settings: Settings
    outside: Outside
    clock: Clock
    uow: UnitOfWork
    views: PostgresDocumentViews
    hook_views: PostgresHookViews
    contents: PostgresContents
    scratch: PostgresScratch
    reader: XmlReader
    rights: PostgresRights
    intake: PostgresIntake
    retention: Retention
    vault: FernetVault


def build_application(
    settings: Settings, pool: Any, outside: Outside, *, loops: Sequence[Any] = (), clock: Clock | None = None
) -> Application:
    """Bind every use case to what it needs."""
    clock = clock or SystemClock()
    parts = _Parts(
        settings=settings,
        outside=outside,
        clock=clock,
        uow=create_unit_of_work(pool, clock=clock),
        views=PostgresDocumentViews(pool),
        hook_views=PostgresHookViews(pool),
        contents=PostgresContents(pool),
        scratch=PostgresScratch(pool),
        reader=XmlReader(max_bytes=settings.intake.max_bytes),
        rights=PostgresRights(pool),
        intake=PostgresIntake(pool, source=SOURCE, clock=clock, job_kind=validate_document.JOB),
        retention=Retention(**settings.retention.model_dump()),
        vault=FernetVault(settings.secrets.key.get_secret_value()),
    )
    return Application(
        **_gates(parts),
        **_calls(parts),
        **_jobs(parts),
        **_hooks(parts),
        documents=parts.views,
        hooks=parts.hook_views,
        uow=parts.uow,
        limits=_limits(settings),
        loops=loops,
    )


def _gates(parts: _Parts) -> dict[str, Any]:
    """Who may do what."""
    patience = access.Patience(total=parts.settings.intake.key_patience)
    checks: dict[str, Any] = {
        "authorize": access.authorize,
        "authorize_administrator": access.authorize_administrator,
        "authenticate": access.authenticate,
    }
    bound = {name: partial(check, rights=parts.rights, patience=patience) for name, check in checks.items()}
    return {**bound, "is_member": parts.rights.is_member}


def _calls(parts: _Parts) -> dict[str, Any]:
    """What the HTTP side asks for."""
    uow, reader, network = parts.uow, parts.reader, parts.outside.network
    retention, contents, scratch = parts.retention, parts.contents, parts.scratch
    return {
        "accept_document": partial(
            accept_document.accept_document,
            reader=reader,
            intake=parts.intake,
            retention=retention,
            clock=parts.clock,
        ),
        "await_verdict": partial(await_verdict.await_verdict, views=parts.views),
        "receive_document": partial(receive_document.receive_document, reader=reader, uow=uow, retention=retention),
        "download_document": partial(
            purchase_invoices.download_document, uow=uow, contents=contents, retention=retention
        ),
        "delete_document": partial(purchase_invoices.delete_document, uow=uow),
        "query_recipient": partial(query_recipient.query_recipient, uow=uow, network=network),
        "list_delivery_options": partial(query_recipient.list_delivery_options, network=network),
        "check_document": partial(
            check_document.check_document,
            reader=reader,
            scratch=scratch,
            uow=uow,
            rules=parts.outside.rules,
            patience=parts.settings.validation.check_patience,
            foreseeing=parts.settings.validation.next_release,
        ),
        "read_content": contents.read,
    }


def _jobs(parts: _Parts) -> dict[str, Any]:
    """What the worker runs on documents."""
    uow, views, contents, rules = parts.uow, parts.views, parts.contents, parts.outside.rules
    transmission = parts.settings.transmission
    plan = transmit_document.TransmissionPlan(
        retries=[timedelta(seconds=pause) for pause in transmission.pauses],
        polls=[timedelta(seconds=pause) for pause in transmission.polls],
    )
    network: dict[str, Any] = {"uow": uow, "access_point": parts.outside.access_point, "plan": plan}
    judging: dict[str, Any] = {"uow": uow, "views": views, "contents": contents, "rules": rules}
    foreseeing: dict[str, Any] = {"foreseeing": parts.settings.validation.next_release}
    deciding = {**judging, **foreseeing}
    return {
        "validate_document": partial(validate_document.validate_document, **deciding, retention=parts.retention),
        "inspect_received": partial(receive_document.inspect_received, **deciding),
        "foresee_document": partial(foresee.foresee_document, **judging),
        "route_document": partial(
            route_document.route_document,
            uow=uow,
            views=views,
            network=parts.outside.network,
            retention=parts.retention,
        ),
        "transmit_document": partial(transmit_document.transmit_document, **network, contents=contents),
        "confirm_transmission": partial(confirm_transmission.confirm_transmission, **network),
        "answer_check": partial(check_document.answer_check, scratch=parts.scratch, rules=rules, **foreseeing),
        "give_up": partial(settle.give_up, uow=uow),
    }


def _hooks(parts: _Parts) -> dict[str, Any]:
    uow, vault, hook_views = parts.uow, parts.vault, parts.hook_views
    hooks = parts.settings.hooks
    return {
        "put_hook": partial(manage_hooks.put_hook, uow=uow, vault=vault, plain_http=hooks.allow_private_targets),
        "remove_hook": partial(manage_hooks.remove_hook, uow=uow),
        "ping_hooks": partial(manage_hooks.ping_hooks, uow=uow),
        "deliver_hook": partial(
            deliver_hook.deliver_hook,
            uow=uow,
            hooks=hook_views,
            sender=parts.outside.hook_sender,
            vault=vault,
            clock=parts.clock,
            pauses=_pauses(parts.settings),
        ),
        "give_up_hook": partial(deliver_hook.give_up_hook, uow=uow, hooks=hook_views),
    }


def _pauses(settings: Settings) -> list[timedelta]:
    return [timedelta(seconds=pause) for pause in settings.hooks.pauses]


def _limits(settings: Settings) -> Limits:
    validation = settings.validation
    return Limits(
        max_bytes=settings.intake.max_bytes,
        max_wait=settings.intake.max_wait,
        hook_concurrency=settings.hooks.concurrency,
        hook_pauses=_pauses(settings),
        # Our engine may use up its time before the reference begins.
        validation_deadline=timedelta(seconds=2 * (validation.queue_deadline + 2 * validation.deadline) + 5),
        validation_concurrency=validation.queue_limit,
        inbound_token=settings.access_point.inbound_token.get_secret_value(),
        inbound_mode=settings.access_point.mode,
    )


def _rules(settings: Settings) -> PlacedRules:
    validation = settings.validation
    processes = RuleProcessesConfiguration(
        directory=settings.rules.directory.absolute(),
        queue_limit=validation.queue_limit * 2,
        recycle_rss_mb=validation.recycle_mb,
        max_bytes=settings.intake.max_bytes,
        left_to_reference=validation.reference_rule_sets,
        **validation.model_dump(include={"workers", "deadline", "queue_deadline", "recycle_documents"}),
    )
    return place_rules(processes, here_bytes=validation.here_bytes, shadow_share=validation.shadow_share)


def _directory(settings: Settings, session: aiohttp.ClientSession) -> PeppolDirectory:
    sml = settings.sml
    return PeppolDirectory(
        Sml(zone=sml.zone, nameserver=sml.nameserver or None, timeout=sml.timeout),
        Smp(session, allow_private=settings.hooks.allow_private_targets),
        memory=Memory(found=sml.found_seconds, missing=sml.missing_seconds, outage=sml.outage_seconds),
    )


@asynccontextmanager
async def _access_point_client(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    access_point = settings.access_point
    async with httpx2.AsyncClient(
        base_url=access_point.base_url,
        headers={"X-Token": access_point.token.get_secret_value()},
        timeout=access_point.timeout,
        trust_env=False,
    ) as client:
        yield client


SERVICE: Service[Settings, Application] = Service(
    name=SOURCE,
    load_settings=Settings,
    migrations=MIGRATIONS,
    open_application=open_application,
    create_http=create_http,
    build_consumers=build_consumers,
    build_jobs=build_jobs,
    build_loops=lambda application: application.loops,
)
