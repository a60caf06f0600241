"""The HTTP side of documents: the message-bus API, our own API, and the access point's door."""

from fastapi import FastAPI
from shared.http.app import HttpKit, create_app
from shared.http.message_bus_errors import add_message_bus_errors

from documents.application.app import Application
from documents.entrypoints.http import (
    access_point,
    documents,
    generic,
    hooks,
    peppol,
    purchase_invoices,
    sales_invoices,
    validations,
)

_DESCRIPTION = """
Sends, receives and tracks electronic invoices. `/api/v1` is the message-bus API that existing integrations speak, with
its own error model; `/documents/v1` is the platform's own API with RFC 9457 problems.
"""
# The order matters: `/{partyId}/hook/ping` and the fixed first segments come before anything with a party in it.
_ROUTERS = [
    peppol.router,
    generic.router,
    hooks.router,
    hooks.party_router,
    sales_invoices.router,
    purchase_invoices.router,
    documents.router,
    validations.router,
    access_point.router,
]


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    app = create_app(
        kit,
        title="Koerier documents",
        description=_DESCRIPTION,
        routers=_ROUTERS,
        state={"application": application},
    )
    add_message_bus_errors(app)
    return app
