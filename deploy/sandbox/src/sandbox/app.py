"""The sandbox as one application: HTTP stand-ins, and beside them an SMTP server and a name server.

All three listen before the application reports ready; when one port is taken the process ends with the reason.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response

from sandbox.kvk import control as kvk_control
from sandbox.kvk import errors as kvk_errors
from sandbox.kvk import routes as kvk_routes
from sandbox.mail import routes as mail_routes
from sandbox.mail.smtp import start_smtp
from sandbox.mollie import bank
from sandbox.mollie import control as mollie_control
from sandbox.mollie import errors as mollie_errors
from sandbox.mollie import routes as mollie_routes
from sandbox.pages import render
from sandbox.peppol import ap_routes, smp_routes
from sandbox.peppol import control as peppol_control
from sandbox.peppol.dns import start_dns
from sandbox.settings import Settings
from sandbox.texts import render_refusal
from sandbox.webhooks import routes as webhook_routes
from sandbox.world import TheWorld, World

_ROUTERS = (
    kvk_routes.router, kvk_control.router, mollie_routes.router, bank.router, mollie_control.router,
    smp_routes.router, ap_routes.router, peppol_control.router, mail_routes.router, webhook_routes.router,
)  # fmt: skip


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="Koerier sandbox", lifespan=_lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.add_exception_handler(RequestValidationError, render_refusal)
    app.add_exception_handler(kvk_errors.RegisterError, kvk_errors.render)
    app.add_exception_handler(mollie_errors.MollieError, mollie_errors.render)
    app.add_exception_handler(smp_routes.SmpError, smp_routes.render)
    app.add_exception_handler(ap_routes.ApiError, ap_routes.render)
    for router in _ROUTERS:
        app.include_router(router)
    app.add_api_route("/health/live", _live, methods=["GET"])
    app.add_api_route("/health/ready", _ready, methods=["GET"])
    app.add_api_route("/control", _overview, methods=["GET"])
    app.add_api_route("/", _home, methods=["GET"], include_in_schema=False, response_class=HTMLResponse)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    world = World(settings)
    app.state.world = world
    world.begin()
    smtp = await start_smtp(world.mailbox, settings.smtp)
    dns = await start_dns(world.name_server, settings.dns.host, settings.dns.port)
    world.ports = {"smtp": smtp.sockets[0].getsockname()[1], "dns": dns.get_extra_info("sockname")[1]}
    try:
        yield
    finally:
        dns.close()
        smtp.close()
        await smtp.wait_closed()
        await world.close()


async def _live() -> dict[str, str]:
    return {"status": "ok"}


async def _ready(world: TheWorld) -> dict[str, Any]:
    return {"status": "ok", "ports": world.ports}


async def _overview(world: TheWorld) -> dict[str, Any]:
    """Where everything listens, for people and for scripts that let the system choose ports."""
    return {
        "baseUrl": world.base_url,
        "smtp": {"host": world.settings.smtp.host, "port": world.ports["smtp"]},
        "dns": {"host": world.settings.dns.host, "port": world.ports["dns"], "zone": world.settings.peppol.zone},
        "kvk": f"{world.base_url}/kvk/test/api",
        "mollie": f"{world.base_url}/mollie",
        "smp": world.network.smp_url,
        "accessPoint": f"{world.base_url}/peppol/ap",
        "mail": f"{world.base_url}/mail",
    }


async def _home(world: TheWorld, request: Request) -> Response:
    context = {
        "ports": world.ports,
        "mails": len(list(world.mailbox.newest_first())),
        "companies": len(world.register.companies),
        "participants": len(world.network.directory.all()),
        "received": len(world.network.received),
        "sent": len(world.network.deliveries),
        "payments": list(world.provider.payments.newest_first()),
    }
    return render(request, "home.html", context)
