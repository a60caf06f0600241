"""The access point's REST API in the shape of phoss AP: submit a document or an envelope, ask what became of it."""

import secrets
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import OutOfOrderError
from sandbox.peppol.access_point import DuplicateInstanceError
from sandbox.peppol.identifiers import (
    DOCUMENT_SCHEME,
    PROCESS_SCHEME,
    MalformedIdentifierError,
    instance_identifier,
    participant,
    scheme_and_value,
)
from sandbox.peppol.sbdh import Envelope, UnreadableDocumentError, unwrap
from sandbox.peppol.transmission import OutboundStatus
from sandbox.world import TheWorld, World
from sandbox.xml import UnsafeXmlError, parse, serialize

_IN_TRANSMISSION = (OutboundStatus.PENDING, OutboundStatus.SENDING, OutboundStatus.FAILED)
_COUNTRY_LENGTH = 2


class ApiError(Exception):
    """An error of the real API: its body is a JSON string, or an object for a wrong token."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


async def render(_: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return JSONResponse(error.body, status_code=error.status)


async def _caller(world: TheWorld, x_token: Annotated[str, Header()] = "") -> World:
    expected = world.network.settings.ap_token.get_secret_value()
    if not secrets.compare_digest(x_token.encode(), expected.encode()):
        raise ApiError(401, {"error": "Invalid or missing API token"})
    try:
        await world.network.access_point_fault.check()
    except OutOfOrderError:
        raise ApiError(503, {"error": "Service unavailable"}) from None
    return world


Caller = Annotated[World, Depends(_caller)]
router = APIRouter(prefix="/peppol/ap/api/outbound", tags=["access-point"])


async def _envelope(
    *,
    sender: str,
    receiver: str,
    document_type: str,
    process: str,
    country: str,
    instance_id: Annotated[str | None, Query(alias="sbdhInstanceID")] = None,
) -> Envelope:
    """Read the identifiers that the path of a submission carries."""
    what = ""
    try:
        what = f"sending participant ID '{sender}'"
        who = participant(sender)
        what = f"receiving participant ID '{receiver}'"
        to_whom = participant(receiver)
        what = f"document type ID '{document_type}'"
        document_scheme, document_value = scheme_and_value(document_type, DOCUMENT_SCHEME)
        what = f"process ID '{process}'"
        process_scheme, process_value = scheme_and_value(process, PROCESS_SCHEME)
        what = "SBDH instance identifier"
        instance = instance_identifier(instance_id or str(uuid4()))
    except MalformedIdentifierError:
        raise ApiError(400, f"Failed to parse the {what}") from None
    if len(country) != _COUNTRY_LENGTH or not country.isalpha():
        raise ApiError(400, f"Failed to parse the C1 country code '{country}'")
    return Envelope(
        sender=who, receiver=to_whom, document_scheme=document_scheme, document_type=document_value,
        process_scheme=process_scheme, process=process_value, country=country.upper(),
        instance_id=instance,
    )  # fmt: skip


@router.post("/submit/{sender}/{receiver}/{document_type}/{process}/{country}")
async def submit_document(
    world: Caller, request: Request, envelope: Annotated[Envelope, Depends(_envelope)]
) -> Response:
    """Send a bare document; the identifiers come in the path, the instance identifier may come as a parameter."""
    document = await request.body()
    try:
        parse(document)
    except UnsafeXmlError:
        raise ApiError(422, "Failed to submit outbound transaction") from None
    return await _submit(world, envelope, document)


@router.post("/submit-sbd")
async def submit_envelope(world: Caller, request: Request) -> Response:
    try:
        envelope, document = unwrap(await request.body())
    except (UnreadableDocumentError, MalformedIdentifierError):
        raise ApiError(400, "Failed to submit outbound SBD transaction") from None
    return await _submit(world, envelope, serialize(document))


@router.get("/status/{instance_id}")
async def get_status(world: Caller, instance_id: str) -> Response:
    transmission = world.network.transmissions.get(instance_id)
    if transmission is None:
        return Response(status_code=404)
    return JSONResponse(transmission.view())


@router.get("/in-transmission")
async def list_in_transmission(world: Caller) -> list[dict[str, Any]]:
    found = world.network.transmissions.newest_first()
    return [transmission.view() for transmission in found if transmission.status in _IN_TRANSMISSION]


async def _submit(world: World, envelope: Envelope, document: bytes) -> Response:
    try:
        attempt = await world.access_point.submit(envelope, document)
    except DuplicateInstanceError:
        raise ApiError(422, "Failed to submit outbound transaction") from None
    report = attempt.report(envelope, world.network.settings.zone)
    return JSONResponse(report, status_code=200 if attempt.succeeded else 422)
