"""Drives the Peppol network from outside: outages, companies, sending as somebody else, reading what arrived."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Query
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from sandbox.faults import Fault
from sandbox.identifiers import millis
from sandbox.peppol.companies import ExternalCompany, external_registration
from sandbox.peppol.directory import Behaviour, Registration
from sandbox.peppol.identifiers import (
    BILLING_PROCESS,
    BILLING_TYPES,
    DOCUMENT_SCHEME,
    PROCESS_SCHEME,
    MalformedIdentifierError,
    Participant,
    instance_identifier,
    participant,
    scheme_and_value,
)
from sandbox.peppol.outside import Sending
from sandbox.peppol.sbdh import Envelope, UnreadableDocumentError, kind_of
from sandbox.texts import Text
from sandbox.world import TheWorld, World
from sandbox.xml import UnsafeXmlError, parse

router = APIRouter(prefix="/control/peppol", tags=["control"])


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NetworkControl(_Body):
    smp: Fault | None = None
    access_point: Fault | None = Field(default=None, alias="accessPoint")
    dns: Fault | None = None


class CompanyControl(_Body):
    name: Text = Field(default="", max_length=200)
    behaviour: Behaviour = Behaviour.ACCEPT
    document_types: tuple[Text, ...] = Field(default=BILLING_TYPES, alias="documentTypes")


class SendControl(_Body):
    sender: Text
    receiver: Text
    document: Text = Field(validation_alias=AliasChoices("document", "xml"))
    document_type: Text | None = Field(default=None, alias="documentType")
    process: Text | None = None
    country: Text = Field(default="NL", pattern="^[A-Z]{2}$")
    instance_id: Text | None = Field(default=None, alias="instanceId")
    copies: int = Field(default=1, ge=1, le=20)
    wrapped: bool = True


@router.get("")
async def show(world: TheWorld) -> dict[str, Any]:
    return _state(world)


@router.put("")
async def change(world: TheWorld, body: NetworkControl) -> dict[str, Any]:
    switches = (
        (world.network.smp_fault, body.smp),
        (world.network.access_point_fault, body.access_point),
        (world.name_server.fault, body.dns),
    )
    for switch, fault in switches:
        if fault is not None:
            switch.fault = fault
    return _state(world)


@router.get("/participants")
async def list_participants(world: TheWorld) -> dict[str, Any]:
    return {"items": [_registration(found) for found in world.network.directory.all()]}


@router.put("/participants/{identifier}")
async def put_participant(world: TheWorld, identifier: str, body: CompanyControl) -> dict[str, Any]:
    """Let an external company exist, at another access point; also one that the platform wants to register."""
    who = _participant(identifier)
    existing = world.network.directory.get(who)
    if existing is not None and not existing.is_external:
        raise HTTPException(409, "the platform has registered this participant; let it end that first")
    try:
        types = tuple(scheme_and_value(kind, DOCUMENT_SCHEME)[1] for kind in body.document_types)
    except MalformedIdentifierError as error:
        raise HTTPException(422, str(error)) from error
    registration = external_registration(
        ExternalCompany(who.value, body.name, body.behaviour),
        base_url=world.base_url,
        certificate=world.network.elsewhere_identity.certificate,
        types=types,
    )
    world.network.directory.put(registration)
    return _registration(registration)


@router.delete("/participants/{identifier}", status_code=204)
async def delete_participant(world: TheWorld, identifier: str) -> None:
    if not world.network.directory.remove(_participant(identifier)):
        raise HTTPException(404, "no such participant")


@router.post("/send", status_code=202)
async def send(world: TheWorld, body: SendControl) -> dict[str, Any]:
    deliveries = world.outside.send(_sending(body))
    view = deliveries[0].view()
    if len(deliveries) > 1:
        view["copies"] = [delivery.id for delivery in deliveries]
    return view


@router.get("/sent")
async def list_sent(world: TheWorld, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    items = [delivery.view() for delivery in world.network.deliveries.newest_first()]
    return {"total": len(items), "items": items[:limit]}


@router.get("/sent/{delivery_id}")
async def get_sent(world: TheWorld, delivery_id: str) -> dict[str, Any]:
    delivery = world.network.deliveries.get(delivery_id)
    if delivery is None:
        raise HTTPException(404, "no such delivery")
    return delivery.view()


@router.get("/received")
async def list_received(
    world: TheWorld, who: Annotated[str | None, Query(alias="participant")] = None, limit: int = 100
) -> dict[str, Any]:
    wanted = _participant(who) if who else None
    found = world.network.received.newest_first()
    items = [received.view() for received in found if wanted in (None, received.envelope.receiver)]
    return {"total": len(items), "items": items[:limit]}


@router.delete("/received", status_code=204)
async def forget_received(world: TheWorld) -> None:
    world.network.received.clear()


@router.get("/outbound/{instance_id}")
async def get_outbound(world: TheWorld, instance_id: str) -> dict[str, Any]:
    transmission = world.network.transmissions.get(instance_id)
    if transmission is None:
        raise HTTPException(404, "no such transmission")
    steps = [{"at": millis(step.at), "what": step.what} for step in transmission.steps]
    return {**transmission.view(), "steps": steps}


def _sending(body: SendControl) -> Sending:
    document = body.document.encode()
    try:
        kind, process = kind_of(parse(document)) if body.wrapped else (BILLING_TYPES[0], BILLING_PROCESS)
        document_scheme, document_type = scheme_and_value(body.document_type or kind, DOCUMENT_SCHEME)
        process_scheme, process_value = scheme_and_value(body.process or process, PROCESS_SCHEME)
        envelope = Envelope(
            sender=participant(body.sender), receiver=participant(body.receiver),
            document_scheme=document_scheme, document_type=document_type,
            process_scheme=process_scheme, process=process_value,
            country=body.country, instance_id=instance_identifier(body.instance_id or str(uuid4())),
        )  # fmt: skip
    except (MalformedIdentifierError, UnreadableDocumentError, UnsafeXmlError) as error:
        raise HTTPException(422, str(error)) from error
    return Sending(envelope=envelope, document=document, wrapped=body.wrapped, copies=body.copies)


def _participant(text: str) -> Participant:
    try:
        return participant(text)
    except MalformedIdentifierError as error:
        raise HTTPException(422, str(error)) from error


def _registration(registration: Registration) -> dict[str, Any]:
    return {
        "participant": registration.participant.value,
        "name": registration.name,
        "owner": registration.owner,
        "external": registration.is_external,
        "behaviour": registration.behaviour,
        "inSml": registration.in_sml,
        "documentTypes": [f"{service.scheme}::{service.value}" for service in registration.services.values()],
    }


def _state(world: World) -> dict[str, Any]:
    network = world.network
    return {
        "zone": network.settings.zone,
        "smpUrl": network.smp_url,
        "accessPointAs4Address": network.own_as4_address,
        "smp": network.smp_fault.fault.model_dump(mode="json"),
        "accessPoint": network.access_point_fault.fault.model_dump(mode="json"),
        "dns": world.name_server.fault.fault.model_dump(mode="json"),
        "transmissions": len(network.transmissions),
        "deliveries": len(network.deliveries),
        "received": len(network.received),
    }
