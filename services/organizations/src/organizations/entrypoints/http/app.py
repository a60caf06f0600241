"""The HTTP side of organizations."""

from fastapi import FastAPI
from shared.http.app import HttpKit, create_app
from shared.http.message_bus_errors import add_message_bus_errors

from organizations.application.app import Application

from . import companies, me, members, message_bus, operator, organizations


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    """Return the ASGI application."""
    app = create_app(
        kit,
        title="Koerier organizations",
        description="Organizations, their activation, members and receiving.",
        routers=[
            companies.router,
            organizations.router,
            members.router,
            me.router,
            operator.router,
            message_bus.router,
        ],
        state={"application": application},
    )
    add_message_bus_errors(app)
    return app
