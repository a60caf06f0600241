"""Billing's HTTP side: routers under `/billing/v1`."""

from fastapi import APIRouter, FastAPI, Security
from fastapi.security import HTTPBearer
from shared.http.app import HttpKit, create_app

from billing.application.app import Application
from billing.entrypoints.http import credit, returns, subscription, top_ups, webhooks
from billing.entrypoints.http.problems import describe_only_ours

_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", bearerFormat="JWT", description="From /connect/token")


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    guarded = APIRouter(prefix="/billing/v1", dependencies=[Security(_bearer)])
    for module in (subscription, credit, top_ups):
        guarded.include_router(module.router)
    public = APIRouter(prefix="/billing/v1")
    for router in (webhooks.router, returns.router):
        public.include_router(router)
    app = create_app(
        kit,
        title="Koerier billing",
        description="Plans, prepaid credit, prices and payments of an environment.",
        routers=[guarded, public],
        state={"application": application},
    )
    describe_only_ours(app)
    return app
