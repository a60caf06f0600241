"""The composition root: the one place that knows every class of billing and puts them together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from shared.clock import Clock, SystemClock
from shared.runtime.service import Service

from billing.adapters.mollie import MollieAddresses, MollieProvider, create_client
from billing.adapters.postgres.directory import PostgresCallerRights
from billing.adapters.postgres.ledger import open_audit
from billing.adapters.postgres.sampling import sample_billing
from billing.adapters.postgres.unit_of_work import billing_unit_of_work
from billing.adapters.postgres.views import PostgresViews
from billing.application.access import Access
from billing.application.app import Application, Schedule
from billing.application.book_charges import book_charges
from billing.application.change_subscription import change_subscription
from billing.application.correct_credit import correct_credit
from billing.application.notice_payment import notice_payment, notice_return, reconcile_payments
from billing.application.open_payment import give_up_payment, open_payment
from billing.application.ports import PaymentProvider
from billing.application.price_lists import add_price_list, publish_price_lists
from billing.application.read_billing import get_balance, get_prices, get_subscription, get_top_up, list_transactions
from billing.application.read_payment import PaymentTerms, read_payment
from billing.application.request_top_up import request_top_up
from billing.application.verify_ledger import verify_ledger
from billing.entrypoints.http.app import create_http
from billing.entrypoints.jobs import build_jobs
from billing.entrypoints.kafka.consumers import build_consumers
from billing.entrypoints.loops import build_loops
from billing.settings import Settings

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_RETURN_PATH = "/billing/v1/payments/{payment_id}/return"
_WEBHOOK_PATH = "/billing/v1/webhooks/mollie"


def load_settings() -> Settings:
    return Settings()


@asynccontextmanager
async def open_application(settings: Settings, pool: Any) -> AsyncIterator[Application]:
    """Open billing on `pool`; the provider's connections close with it."""
    mollie = settings.mollie
    base_url = settings.public.base_url.rstrip("/")
    client = create_client(base_url=mollie.base_url, api_key=mollie.api_key.get_secret_value(), timeout=mollie.timeout)
    async with client:
        provider = MollieProvider(
            client,
            addresses=MollieAddresses(
                webhook_url=mollie.webhook_url or base_url + _WEBHOOK_PATH, return_url=base_url + _RETURN_PATH
            ),
            fingerprint_key=settings.secrets.fingerprint_key.get_secret_value().encode(),
        )
        yield assemble(settings, pool, provider=provider, clock=SystemClock())


def assemble(settings: Settings, pool: Any, *, provider: PaymentProvider, clock: Clock) -> Application:
    """Bind every use case to what it needs."""
    terms, payments = settings.terms, settings.payments
    booking = partial(book_charges, low_below_micros=terms.low_below_micros)
    uow = billing_unit_of_work(pool, clock=clock, book_charges=booking)
    reading: dict[str, Any] = {"access": Access(rights=PostgresCallerRights(pool)), "views": PostgresViews(pool)}
    changing: dict[str, Any] = {"access": reading["access"], "uow": uow}
    paying: dict[str, Any] = {"uow": uow, "provider": provider, "now": clock.now}
    return Application(
        uow=uow,
        pool=pool,
        schedule=Schedule(
            open_pauses=payments.open_pauses,
            read_pauses=payments.read_pauses,
            reconcile_seconds=payments.reconcile_seconds,
        ),
        get_subscription=partial(get_subscription, **reading),
        change_subscription=partial(change_subscription, **changing),
        get_balance=partial(get_balance, **reading),
        list_transactions=partial(list_transactions, **reading),
        get_prices=partial(get_prices, **reading, now=clock.now),
        request_top_up=partial(request_top_up, **changing, terms=terms, now=clock.now),
        get_top_up=partial(get_top_up, **reading),
        open_payment=partial(open_payment, **paying),
        give_up_payment=partial(give_up_payment, uow=uow),
        read_payment=partial(read_payment, **paying, terms=_payment_terms(settings)),
        notice_payment=partial(notice_payment, uow=uow),
        notice_return=partial(notice_return, uow=uow),
        reconcile_payments=partial(
            reconcile_payments,
            uow=uow,
            not_within=timedelta(seconds=payments.reconcile_seconds),
            limit=payments.reconcile_batch,
        ),
        publish_price_lists=partial(publish_price_lists, uow=uow),
        add_price_list=partial(add_price_list, uow=uow, now=clock.now),
        correct_credit=partial(correct_credit, uow=uow, low_below_micros=terms.low_below_micros, now=clock.now),
        verify_ledger=partial(verify_ledger, open_audit=partial(open_audit, pool)),
        samples=[partial(sample_billing, pool)],
    )


def _payment_terms(settings: Settings) -> PaymentTerms:
    return PaymentTerms(
        lifetime=timedelta(seconds=settings.payments.lifetime_seconds),
        low_below_micros=settings.terms.low_below_micros,
    )


SERVICE: Service[Settings, Application] = Service(
    name="billing",
    load_settings=load_settings,
    migrations=MIGRATIONS,
    open_application=open_application,
    create_http=create_http,
    build_consumers=build_consumers,
    build_jobs=build_jobs,
    build_loops=build_loops,
    build_samples=lambda application: application.samples,
)
