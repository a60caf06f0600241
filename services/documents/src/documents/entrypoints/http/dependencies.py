"""What routes ask for: the application, and who calls."""

from typing import Annotated

from fastapi import Depends, Path, Request
from shared.http.security import MissingScope, Principal, current_principal

from documents.application.app import Application
from documents.application.values import Caller, Grant
from documents.domain.labels import DEFAULT_LOCALE, LOCALES
from documents.domain.parties import canonical_party

MESSAGE_BUS = "ap"
READ = "documents:read"


def application_of(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(application_of)]


def caller_of(principal: Principal) -> Caller:
    return Caller(subject=principal.subject, environment=principal.environment, key=principal.connection_key)


async def message_bus_caller(request: Request) -> Caller:
    """Return who calls the message bus; the token must carry the scope `ap`."""
    principal = current_principal(request)
    principal.require(MESSAGE_BUS)
    return caller_of(principal)


async def reader_of_documents(request: Request, application: App) -> Caller:
    """Return who reads documents on our own API; a revoked key or blocked person does not."""
    principal = current_principal(request)
    if not principal.scopes & {READ, MESSAGE_BUS}:
        raise MissingScope(f"This needs the scope {READ}.", required_scope=READ)
    caller = caller_of(principal)
    await application.authenticate(caller)
    return caller


BusCaller = Annotated[Caller, Depends(message_bus_caller)]
DocumentReader = Annotated[Caller, Depends(reader_of_documents)]
PartyId = Annotated[str, Path(alias="partyId", max_length=200, description="A participant, e.g. 0106:12345678")]


async def granted(request: Request, application: App, caller: BusCaller, party_id: PartyId) -> Grant:
    """Return what the caller may act for."""
    request.state.caller = caller
    return await application.authorize(caller, canonical_party(party_id))


Granted = Annotated[Grant, Depends(granted)]


def locale_of(request: Request) -> str:
    """Return the first language of the request that we speak; Dutch when none is named."""
    wanted = request.headers.get("x-econnect-language") or request.headers.get("accept-language") or ""
    for part in wanted.split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in LOCALES:
            return language
    return DEFAULT_LOCALE


Locale = Annotated[str, Depends(locale_of)]
