"""Registration: ask for a link, open it, complete the account.

Opening the link only shows a page: mail scanners open links too, and must not use them up. The page's form and JSON
complete through the same operation.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import ValidationError
from shared.errors import DomainError

from identity.application.complete_registration import CompleteRegistration
from identity.application.request_registration import RequestRegistration
from identity.entrypoints.http import pages
from identity.entrypoints.http.dependencies import App, ClientAddress, problems
from identity.entrypoints.http.forms import PAGE, either_body, form_fields, is_form, json_body, or_page
from identity.entrypoints.http.schemas import (
    MAX_TOKEN,
    Accepted,
    CompletionRequest,
    CompletionResponse,
    RegistrationRequest,
)

router = APIRouter(prefix="/identity/v1/registrations", tags=["registration"])
_GONE = 410
_LINK_GONE: dict[int | str, dict[str, Any]] = {
    _GONE: {"description": "The link has expired, was used or was replaced", "content": PAGE}
}


@router.post("", status_code=202, operation_id="requestRegistration", responses=problems(400, 413, 429))
async def request_registration(body: RegistrationRequest, app: App, client: ClientAddress) -> Accepted:
    """Mail a link to the address; the answer is the same whether or not it has an account."""
    await app.registrations.request(RequestRegistration(email=body.email, locale=body.locale, client=client))
    return Accepted()


@router.get("/completion", operation_id="showCompletion", response_class=HTMLResponse, responses=_LINK_GONE)
async def show_completion(request: Request, app: App, token: str = "", lang: str | None = None) -> Response:
    """Show the page behind the link in the mail."""
    try:
        opened = await app.registrations.find(token[:MAX_TOKEN])
    except DomainError as error:
        return pages.refusal(error, locale=pages.choose_locale(request, lang), status=_GONE)
    locale = lang if lang in pages.LOCALES else opened.locale
    fields = {"token": token, "firstName": opened.first_name, "lastName": opened.last_name}
    return pages.completion_form(locale=locale, address=opened.address, fields=fields)


_COMPLETION_ANSWERS = {
    **problems(413, 503),
    201: {"description": "The account exists; a page when the form was sent", "content": PAGE},
    **or_page(problems(400, 409, 422)),
}


@router.post(
    "/completion",
    status_code=201,
    operation_id="completeRegistration",
    response_model=CompletionResponse,
    openapi_extra=either_body(CompletionRequest),
    responses=_COMPLETION_ANSWERS,
)
async def complete_registration(request: Request, app: App, client: ClientAddress) -> Response:
    """Make the account that the link promises; the first of a domain founds its environment and administers it.

    Who was added or invited by an administrator joins that administrator's environment.
    """
    if is_form(request):
        return await _complete_by_form(request, app, client)
    return await _complete_by_json(request, app, client)


def _command(body: CompletionRequest, client: str) -> CompleteRegistration:
    return CompleteRegistration(
        token=body.token,
        password=body.password,
        first_name=body.first_name,
        last_name=body.last_name,
        terms_accepted=body.terms_accepted,
        client=client,
    )


async def _complete_by_json(request: Request, app: App, client: str) -> Response:
    body = await json_body(request, CompletionRequest)
    registered = await app.registrations.complete(_command(body, client))
    answer = CompletionResponse.model_validate(registered)
    return JSONResponse(answer.model_dump(mode="json", by_alias=True), status_code=201)


async def _complete_by_form(request: Request, app: App, client: str) -> Response:
    fields = await form_fields(request)
    locale = pages.choose_locale(request, fields.get("lang"))
    try:
        body = CompletionRequest(
            token=fields.get("token", ""),
            password=fields.get("password", ""),
            first_name=fields.get("firstName", ""),
            last_name=fields.get("lastName", ""),
            terms_accepted=fields.get("termsAccepted") in {"true", "on"},
        )
        await app.registrations.complete(_command(body, client))
    except ValidationError:
        return pages.completion_form(locale=locale, fields=fields, problem="incomplete", status=400)
    except DomainError as error:
        return pages.retry_or_refuse(error, locale=locale, fields=fields)
    return pages.welcome(locale=locale)
