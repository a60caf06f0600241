"""Billing's HTTP side: routers under `/billing/v1`."""

from fastapi import APIRouter, FastAPI
from shared.http.app import HttpKit, create_app

from billing.application.app import Application
from billing.entrypoints.http import credit, returns, subscription, top_ups, webhooks


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    billing = APIRouter(prefix="/billing/v1")
    for module in (subscription, credit, top_ups, webhooks, returns):
        billing.include_router(module.router)
    return create_app(
        kit,
        title="Koerier billing",
        description="Plans, prepaid credit, prices and payments of an environment.",
        routers=[billing],
        state={"application": application},
    )
