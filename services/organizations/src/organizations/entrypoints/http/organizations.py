"""Organizations, their activation and receiving over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from shared.http.idempotency import once
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from organizations.application.add_organization import AddOrganization, ManualEntry
from organizations.application.app import Application
from organizations.application.request_activation import RequestActivation
from organizations.application.rights import Caller
from organizations.application.set_receiving import SetReceiving
from organizations.domain.organization import Address

from . import views
from .dependencies import Activator, App, Manager, Reader, Receiver
from .schemas import ActivationDetails, NewOrganization, OrganizationDetails, OrganizationList, Receiving, refusals

router = APIRouter(prefix="/organizations/v1/organizations", tags=["organizations"])


@router.post(
    "",
    operation_id="addOrganization",
    status_code=201,
    response_model=OrganizationDetails,
    responses=refusals(402, 409, 422, 503),
)
async def add_organization(request: Request, app: App, caller: Manager, body: NewOrganization) -> JSONResponse:
    """Add an organization: from the register by its KvK number, or entered by hand. For administrators."""

    async def act(organization_id: UUID) -> JSONResponse:
        command = AddOrganization(organization_id=organization_id, caller=caller, company=_company(body))
        await app.add_organization(command)
        shown = views.organization(await app.get_organization(caller, organization_id))
        location = f"{router.prefix}/{organization_id}"
        return JSONResponse(shown.model_dump(mode="json"), status_code=201, headers={"Location": location})

    return await once(request, app.pool, environment=caller.environment_id, operation="add-organization", act=act)


@router.get("", operation_id="listOrganizations", responses=refusals())
async def list_organizations(app: App, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> OrganizationList:
    """List the organizations that the caller is a member of."""
    rows = await app.list_organizations(caller, after=decode_cursor(cursor), limit=limit + 1)
    kept, following = page(rows, limit=limit, id_of=lambda row: row.organization.id)
    return OrganizationList(items=[views.organization(row) for row in kept], next=following)


@router.get("/{organization_id}", operation_id="getOrganization", responses=refusals(404))
async def get_organization(app: App, caller: Reader, organization_id: UUID) -> OrganizationDetails:
    return views.organization(await app.get_organization(caller, organization_id))


@router.post(
    "/{organization_id}/activation",
    operation_id="requestActivation",
    status_code=202,
    responses=refusals(404, 409),
    response_model_exclude_none=True,
)
async def request_activation(app: App, caller: Activator, organization_id: UUID) -> ActivationDetails:
    """Begin the activation with a payment of one cent; asking again while it is open changes nothing."""
    await app.request_activation(RequestActivation(caller=caller, organization_id=organization_id))
    return await _activation(app, caller, organization_id)


@router.get(
    "/{organization_id}/activation",
    operation_id="getActivation",
    responses=refusals(404),
    response_model_exclude_none=True,
)
async def get_activation(app: App, caller: Reader, organization_id: UUID) -> ActivationDetails:
    """Show how far the activation is; `checkoutUrl` appears once the payment can be made."""
    return await _activation(app, caller, organization_id)


@router.put("/{organization_id}/receiving", operation_id="setReceiving", responses=refusals(402, 404, 409))
async def set_receiving(
    app: App,
    caller: Receiver,
    organization_id: UUID,
    body: Receiving,
) -> OrganizationDetails:
    """Turn receiving on or off. The Peppol registration follows; its state is shown with each identifier."""
    await app.set_receiving(SetReceiving(caller=caller, organization_id=organization_id, enabled=body.enabled))
    return views.organization(await app.get_organization(caller, organization_id))


async def _activation(app: Application, caller: Caller, organization_id: UUID) -> ActivationDetails:
    return views.activation(await app.get_activation(caller, organization_id))


def _company(body: NewOrganization) -> str | ManualEntry:
    if body.kvk_number is not None:
        return body.kvk_number
    country, address = body.country or "", body.address
    return ManualEntry(
        name=body.name or "",
        country=country,
        address=Address(country=country, street=address.street, postal_code=address.postal_code, city=address.city),
        identifiers=tuple((item.scheme, item.value) for item in body.identifiers),
    )
