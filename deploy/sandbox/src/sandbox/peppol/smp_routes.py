"""The SMP's HTTP interface: look-ups without a password, registration with Basic auth, as phoss SMP offers it."""

import base64
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import PlainTextResponse, Response

from sandbox.faults import OutOfOrderError
from sandbox.peppol.directory import Registration
from sandbox.peppol.identifiers import (
    DOCUMENT_SCHEME,
    MalformedIdentifierError,
    Participant,
    participant,
    scheme_and_value,
)
from sandbox.peppol.smp_xml import (
    MalformedRegistrationError,
    read_service_group,
    read_service_metadata,
    service_group,
    signed_service_metadata,
)
from sandbox.world import TheWorld, World

_XML = "application/xml"


class SmpError(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


async def render(_: Request, error: Exception) -> Response:
    if not isinstance(error, SmpError):
        raise error
    return PlainTextResponse(error.text, status_code=error.status, headers={"Cache-Control": "no-store"})


async def _reachable(world: TheWorld) -> World:
    try:
        await world.network.smp_fault.check()
    except OutOfOrderError:
        raise SmpError(503, "The SMP is temporarily unavailable") from None
    return world


async def _user(world: Annotated[World, Depends(_reachable)], authorization: Annotated[str, Header()] = "") -> World:
    """Check Basic auth; the real server answers 403, not 401, for a missing or wrong user."""
    settings = world.network.settings
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except ValueError:  # binascii.Error is one, and so is text that is not ASCII
        given = b""
    expected = f"{settings.smp_username}:{settings.smp_password.get_secret_value()}".encode()
    if scheme.lower() != "basic" or not secrets.compare_digest(given, expected):
        raise SmpError(403, "Unauthorized: unknown user or wrong password")
    return world


Reader = Annotated[World, Depends(_reachable)]
Writer = Annotated[World, Depends(_user)]
router = APIRouter(prefix="/peppol/smp", tags=["smp"])


@router.get("/{who}")
async def get_service_group(world: Reader, who: str) -> Response:
    registration = _registered(world, _participant(who))
    return Response(service_group(registration, world.network.smp_url), media_type=_XML)


@router.get("/{who}/services/{document_type:path}")
async def get_service_metadata(world: Reader, who: str, document_type: str) -> Response:
    registration = _registered(world, _participant(who))
    service = registration.services.get(_document_type(document_type)[1])
    if service is None:
        raise SmpError(404, f"Not found: no service metadata for '{document_type}'")
    content = signed_service_metadata(registration.participant, service, world.network.smp_identity)
    return Response(content, media_type=_XML)


@router.put("/{who}")
async def put_service_group(world: Writer, request: Request, who: str) -> Response:
    """Register a participant, here and in the SML; one that another access point serves is refused."""
    expected = _participant(who)
    try:
        given = read_service_group(await request.body())
    except (MalformedRegistrationError, MalformedIdentifierError) as error:
        raise SmpError(400, f"Bad request: {error}") from error
    if given != expected:
        raise SmpError(400, f"Service Group Inconsistency. The URL points to '{expected.uri}', not '{given.uri}'")
    network = world.network
    existing = network.directory.get(expected)
    if existing is not None and existing.is_external:
        raise SmpError(
            network.settings.taken_status,
            f"Failed to create '{expected.uri}' in SML: the participant identifier already exists at another SMP",
        )
    if existing is None:
        in_sml = request.query_params.get("create-in-sml", "true").lower() != "false"
        network.directory.put(Registration(participant=expected, owner=network.settings.smp_username, in_sml=in_sml))
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


@router.delete("/{who}")
async def delete_service_group(world: Writer, who: str) -> Response:
    registration = _owned(world, _participant(who))
    world.network.directory.remove(registration.participant)
    return Response(status_code=200)


@router.put("/{who}/services/{document_type:path}")
async def put_service_metadata(world: Writer, request: Request, who: str, document_type: str) -> Response:
    registration = _owned(world, _participant(who))
    try:
        given, service = read_service_metadata(await request.body())
    except (MalformedRegistrationError, MalformedIdentifierError) as error:
        raise SmpError(400, f"Bad request: {error}") from error
    if given != registration.participant:
        raise SmpError(400, "Save Service Metadata was called with inconsistent participants")
    if (service.scheme, service.value) != _document_type(document_type):
        raise SmpError(400, "Save Service Metadata was called with inconsistent document types")
    registration.services[service.value] = service
    world.network.directory.save(registration)
    return Response(status_code=200)


@router.delete("/{who}/services/{document_type:path}")
async def delete_service_metadata(world: Writer, who: str, document_type: str) -> Response:
    registration = _owned(world, _participant(who))
    if registration.services.pop(_document_type(document_type)[1], None) is None:
        raise SmpError(404, f"Not found: no service metadata for '{document_type}'")
    world.network.directory.save(registration)
    return Response(status_code=200)


def _participant(text: str) -> Participant:
    try:
        return participant(text)
    except MalformedIdentifierError:
        raise SmpError(400, f"Failed to parse participant identifier '{text}'") from None


def _document_type(text: str) -> tuple[str, str]:
    try:
        return scheme_and_value(text, DOCUMENT_SCHEME)
    except MalformedIdentifierError:
        raise SmpError(400, f"Failed to parse document type identifier '{text}'") from None


def _registered(world: World, who: Participant) -> Registration:
    registration = world.network.directory.get(who)
    if registration is None or (registration.is_external and not registration.services):
        raise SmpError(404, f"Not found: service group '{who.uri}'")
    return registration


def _owned(world: World, who: Participant) -> Registration:
    registration = _registered(world, who)
    if registration.owner != world.network.settings.smp_username:
        raise SmpError(403, f"User '{world.network.settings.smp_username}' does not own '{who.uri}'")
    return registration
