"""The caller's own e-mail addresses, and the page that verifies one."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from shared.errors import DomainError

from identity.application.manage_addresses import KeepAddresses, OneAddress
from identity.domain.user import UserAddress
from identity.entrypoints.http import pages
from identity.entrypoints.http.account_schemas import (
    AddressesRequest,
    AddressesResponse,
    AddressRequest,
    AddressResponse,
    VerificationRequest,
)
from identity.entrypoints.http.dependencies import App, ClientAddress, Person, problems
from identity.entrypoints.http.forms import PAGE, either_body, form_fields, is_form, json_body, or_page
from identity.entrypoints.http.pages import VERIFY
from identity.entrypoints.http.schemas import MAX_TOKEN, Accepted

router = APIRouter(tags=["addresses"])
OWN = "/identity/v1/me/addresses"
VERIFICATION = "/identity/v1/addresses/verification"
_WITHOUT_TOKEN: dict[str, Any] = {"security": []}
_GONE = 410
_LINK_GONE: dict[int | str, dict[str, Any]] = {
    _GONE: {"description": "The link has expired, was used or was replaced", "content": PAGE}
}
_DONE: dict[int | str, dict[str, Any]] = {200: {"description": "The address is verified", "content": PAGE}}


def _shown(address: UserAddress) -> AddressResponse:
    return AddressResponse(email=address.address, primary=address.primary, verified_at=address.verified_at)


@router.get(OWN, operation_id="listAddresses", responses=problems(401, 403))
async def list_addresses(app: App, actor: Person) -> AddressesResponse:
    """Return the caller's addresses, the primary one first."""
    return AddressesResponse(items=[_shown(each) for each in await app.addresses.list_all(actor)])


@router.post(OWN, status_code=201, operation_id="addAddress", responses=problems(400, 401, 403, 409, 422))
async def add_address(body: AddressRequest, app: App, actor: Person) -> AddressResponse:
    """Add an address; the link that is mailed to it has to be followed before it counts."""
    return _shown(await app.addresses.add(OneAddress(actor=actor, email=body.email)))


@router.put(OWN, operation_id="keepAddresses", responses=problems(400, 401, 403, 404, 409))
async def keep_addresses(body: AddressesRequest, app: App, actor: Person) -> AddressesResponse:
    """Remove every address that is not named; the primary one has to be."""
    kept = await app.addresses.keep(KeepAddresses(actor=actor, emails=tuple(body.emails)))
    return AddressesResponse(items=[_shown(each) for each in kept])


@router.post(
    f"{OWN}/verification-link",
    status_code=202,
    operation_id="resendVerificationLink",
    responses=problems(400, 401, 403, 404, 409),
)
async def resend_verification_link(body: AddressRequest, app: App, actor: Person) -> AddressResponse:
    """Mail a new link; the older one stops working."""
    return _shown(await app.addresses.resend(OneAddress(actor=actor, email=body.email)))


@router.get(VERIFICATION, operation_id="showVerification", response_class=HTMLResponse, responses=_LINK_GONE)
async def show_verification(request: Request, app: App, token: str = "", lang: str | None = None) -> Response:
    """Show the page behind the link in the mail: its button verifies the address."""
    try:
        link = await app.addresses.find_link(token[:MAX_TOKEN])
    except DomainError as error:
        return pages.refusal(error, locale=pages.choose_locale(request, lang), status=_GONE)
    locale = lang if lang in pages.LOCALES else link.locale
    return pages.step(VERIFY, locale=locale, token=token, address=link.address)


@router.post(
    VERIFICATION,
    operation_id="verifyAddress",
    response_model=Accepted,
    openapi_extra={**either_body(VerificationRequest), **_WITHOUT_TOKEN},
    responses={**_DONE, **problems(400, 413), **or_page(problems(422))},
)
async def verify_address(request: Request, app: App, client: ClientAddress) -> Response:
    """Verify the address that the link was mailed to; the link is used up."""
    if not is_form(request):
        body = await json_body(request, VerificationRequest)
        await app.addresses.verify(body.token, client)
        return Response(Accepted().model_dump_json(), media_type="application/json")
    fields = await form_fields(request)
    locale = pages.choose_locale(request, fields.get("lang"))
    try:
        await app.addresses.verify(fields.get("token", "")[:MAX_TOKEN], client)
    except DomainError as error:
        return pages.refusal(error, locale=locale, status=error.status)
    return pages.message(locale=locale, title="address_verified", text="address_verified", status=200)
