"""A forgotten password: ask for a link, open it, choose another one.

Opening the link only shows a page: mail scanners open links too, and must not use them up.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from shared.errors import DomainError

from identity.application.reset_password import CompletePasswordReset, RequestPasswordReset
from identity.entrypoints.http import pages
from identity.entrypoints.http.account_schemas import PasswordResetCompletion, PasswordResetRequest
from identity.entrypoints.http.dependencies import App, ClientAddress, problems
from identity.entrypoints.http.forms import PAGE, either_body, form_fields, is_form, json_body, or_page
from identity.entrypoints.http.pages import RESET
from identity.entrypoints.http.schemas import MAX_TOKEN, Accepted

router = APIRouter(prefix="/identity/v1/password-resets", tags=["sessions"])
_WITHOUT_TOKEN: dict[str, Any] = {"security": []}
_GONE = 410
_LINK_GONE: dict[int | str, dict[str, Any]] = {
    _GONE: {"description": "The link has expired, was used or was replaced", "content": PAGE}
}
_DONE: dict[int | str, dict[str, Any]] = {200: {"description": "The password is changed", "content": PAGE}}


@router.post(
    "",
    status_code=202,
    operation_id="requestPasswordReset",
    openapi_extra=_WITHOUT_TOKEN,
    responses=problems(400, 413, 429),
)
async def request_password_reset(body: PasswordResetRequest, app: App, client: ClientAddress) -> Accepted:
    """Mail a link to the address, if it is a verified one of somebody; the answer is the same for every address."""
    await app.passwords.request_reset(RequestPasswordReset(email=body.email, client=client))
    return Accepted()


@router.get("/completion", operation_id="showPasswordReset", response_class=HTMLResponse, responses=_LINK_GONE)
async def show_password_reset(request: Request, app: App, token: str = "", lang: str | None = None) -> Response:
    """Show the page behind the link in the mail."""
    try:
        link = await app.passwords.find_link(token[:MAX_TOKEN])
    except DomainError as error:
        return pages.refusal(error, locale=pages.choose_locale(request, lang), status=_GONE)
    locale = lang if lang in pages.LOCALES else link.locale
    return pages.step(RESET, locale=locale, token=token, address=link.address)


@router.post(
    "/completion",
    operation_id="completePasswordReset",
    response_model=Accepted,
    openapi_extra={**either_body(PasswordResetCompletion), **_WITHOUT_TOKEN},
    responses={**_DONE, **problems(413), **or_page(problems(400, 422, 503))},
)
async def complete_password_reset(request: Request, app: App, client: ClientAddress) -> Response:
    """Set the password and end all sessions; the link is used up. A second factor stays as it was."""
    if is_form(request):
        return await _complete_by_form(request, app, client)
    body = await json_body(request, PasswordResetCompletion)
    await app.passwords.complete_reset(CompletePasswordReset(token=body.token, password=body.password, client=client))
    return Response(Accepted().model_dump_json(), media_type="application/json")


async def _complete_by_form(request: Request, app: App, client: str) -> Response:
    fields = await form_fields(request)
    locale, token = pages.choose_locale(request, fields.get("lang")), fields.get("token", "")[:MAX_TOKEN]
    try:
        link = await app.passwords.find_link(token)
        body = PasswordResetCompletion(token=token, password=fields.get("password", ""))
        await app.passwords.complete_reset(
            CompletePasswordReset(token=body.token, password=body.password, client=client)
        )
    except ValidationError:
        return pages.step(RESET, locale=locale, token=token, address=link.address, problem="incomplete", status=400)
    except DomainError as error:
        if pages.is_about_link(error):
            return pages.refusal(error, locale=locale, status=error.status)
        return pages.step(RESET, locale=locale, token=token, address=link.address, error=error)
    return pages.message(locale=locale, title="password_set", text="password_set", status=200)
