"""Peppol look-ups on the message bus; anonymous, as existing integrations expect."""

from typing import Annotated

from fastapi import APIRouter, Query

from documents.application.query_recipient import BILLING_TYPE, CREDIT_NOTE_TYPE, DeliveryOption
from documents.domain.parties import canonical_party
from documents.entrypoints.http.dependencies import App, BusCaller
from documents.entrypoints.http.responses import BUS_ERRORS
from documents.entrypoints.http.schemas import DeliveryOptionBody, RecipientBody

router = APIRouter(prefix="/api/v1", tags=["peppol"])
_SCHEME = "busdox-docid-qns::"
_MAX_PARTIES, _MAX_TYPES = 10, 5
_MODE = "live"


@router.get("/queryRecipientParty", operation_id="findRecipientParty", responses=BUS_ERRORS)
async def find_recipient_party(
    application: App,
    caller: BusCaller,
    identifiers: Annotated[list[str], Query(alias="identifier", min_length=1, max_length=_MAX_PARTIES)],
    preferred: Annotated[str, Query(alias="preferredDocumentTypeId", max_length=500)] = "",
) -> RecipientBody:
    """Return the best of these parties to send to, as the call of a party does; 404 when none can be reached."""
    await application.authenticate(caller)
    candidates = [canonical_party(identifier) for identifier in identifiers]
    found = await application.query_recipient(candidates, preferred.removeprefix(_SCHEME) or BILLING_TYPE, mode=_MODE)
    return RecipientBody(id=found.party, channel=found.channel, description=found.description)


@router.get(
    "/peppol/deliveryOption",
    operation_id="listDeliveryOptions",
    responses={status: BUS_ERRORS[status] for status in (400, 503)},
)
async def list_delivery_options(
    application: App,
    parties: Annotated[list[str], Query(alias="partyIds", min_length=1, max_length=_MAX_PARTIES)],
    types: Annotated[list[str] | None, Query(alias="documentTypeIds", max_length=_MAX_TYPES)] = None,
    preferred: Annotated[str, Query(alias="preferredDocumentTypeId", max_length=500)] = "",
    is_credit: Annotated[bool, Query(alias="isCredit")] = False,  # noqa: FBT002 - a query parameter
) -> list[DeliveryOptionBody]:
    """List how these parties receive these types, best first; empty when they do not."""
    wanted = [preferred, *(types or ())] if preferred else list(types or ())
    wanted = wanted or [CREDIT_NOTE_TYPE if is_credit else BILLING_TYPE]
    kinds = list(dict.fromkeys(kind.removeprefix(_SCHEME) for kind in wanted))
    options = await application.list_delivery_options([canonical_party(party) for party in parties], kinds)
    return [_body(option) for option in options]


def _body(option: DeliveryOption) -> DeliveryOptionBody:
    endpoint = option.endpoint
    return DeliveryOptionBody(
        party_id=option.party,
        document_type_id=f"{_SCHEME}{option.document_type_id}",
        process_id=endpoint.process_id,
        family="Invoice",
        protocol="As4",
        url=endpoint.url,
        access_point=endpoint.access_point,
        certificate=endpoint.certificate,
    )
