"""Service group and service metadata in the Peppol SMP 1.x vocabulary: written for look-ups, read at registration."""

from urllib.parse import quote

from lxml import etree

from sandbox.peppol.certificates import Identity
from sandbox.peppol.directory import Endpoint, Process, Registration, Service
from sandbox.peppol.identifiers import PARTICIPANT_SCHEME, Participant, participant
from sandbox.peppol.signature import sign
from sandbox.xml import UnsafeXmlError, parse, text_of

SMP = "http://busdox.org/serviceMetadata/publishing/1.0/"
IDS = "http://busdox.org/transport/identifiers/1.0/"
WSA = "http://www.w3.org/2005/08/addressing"
NS = {"smp": SMP, "ids": IDS, "wsa": WSA}
_DECLARED = {"smp": SMP, "id": IDS, "wsa": WSA}


class MalformedRegistrationError(ValueError):
    """What was put is not the service group or service metadata that the address promises."""


def service_group(registration: Registration, smp_url: str) -> bytes:
    root = etree.Element(_smp("ServiceGroup"), nsmap=_DECLARED)
    _identifier(root, "ParticipantIdentifier", PARTICIPANT_SCHEME, registration.participant.value)
    references = etree.SubElement(root, _smp("ServiceMetadataReferenceCollection"))
    for service in registration.services.values():
        etree.SubElement(
            references, _smp("ServiceMetadataReference"), href=service_url(smp_url, registration.participant, service)
        )
    return _document(root)


def signed_service_metadata(who: Participant, service: Service, signer: Identity) -> bytes:
    root = etree.Element(_smp("SignedServiceMetadata"), nsmap=_DECLARED)
    information = etree.SubElement(etree.SubElement(root, _smp("ServiceMetadata")), _smp("ServiceInformation"))
    _identifier(information, "ParticipantIdentifier", PARTICIPANT_SCHEME, who.value)
    _identifier(information, "DocumentIdentifier", service.scheme, service.value)
    processes = etree.SubElement(information, _smp("ProcessList"))
    for process in service.processes:
        _write_process(processes, process)
    sign(root, signer)
    return _document(root)


def service_url(smp_url: str, who: Participant, service: Service) -> str:
    return f"{smp_url}/{quote(who.uri, safe='')}/services/{quote(f'{service.scheme}::{service.value}', safe='')}"


def read_service_group(content: bytes) -> Participant:
    root = _parse(content, "ServiceGroup")
    return _read_participant(root)


def read_service_metadata(content: bytes) -> tuple[Participant, Service]:
    """Read what a registration puts; a redirect to another SMP is not simulated and refused."""
    root = _parse(content, "ServiceMetadata")
    information = root.find("smp:ServiceInformation", NS)
    if information is None:
        raise MalformedRegistrationError("a ServiceInformation is required")
    document = information.find("ids:DocumentIdentifier", NS)
    if document is None or not (document.text or "").strip():
        raise MalformedRegistrationError("a DocumentIdentifier is required")
    processes = tuple(_read_process(found) for found in information.iterfind("smp:ProcessList/smp:Process", NS))
    if not any(process.endpoints for process in processes):
        raise MalformedRegistrationError("at least one Process with an Endpoint is required")
    service = Service(scheme=str(document.get("scheme", "")), value=(document.text or "").strip(), processes=processes)
    return _read_participant(information), service


def _parse(content: bytes, name: str) -> etree._Element:
    try:
        root = parse(content)
    except UnsafeXmlError as error:
        raise MalformedRegistrationError(str(error)) from error
    if root.tag != _smp(name):
        raise MalformedRegistrationError(f"the document element must be {_smp(name)}, not {root.tag}")
    return root


def _read_participant(parent: etree._Element) -> Participant:
    found = parent.find("ids:ParticipantIdentifier", NS)
    if found is None:
        raise MalformedRegistrationError("a ParticipantIdentifier is required")
    return participant(f"{found.get('scheme', '')}::{(found.text or '').strip()}")


def _read_process(found: etree._Element) -> Process:
    identifier = found.find("ids:ProcessIdentifier", NS)
    if identifier is None or not (identifier.text or "").strip():
        raise MalformedRegistrationError("a ProcessIdentifier is required")
    endpoints = tuple(_read_endpoint(item) for item in found.iterfind("smp:ServiceEndpointList/smp:Endpoint", NS))
    return Process(scheme=str(identifier.get("scheme", "")), value=(identifier.text or "").strip(), endpoints=endpoints)


def _read_endpoint(found: etree._Element) -> Endpoint:
    address = text_of(found, "wsa:EndpointReference/wsa:Address", NS)
    if not address.startswith(("http://", "https://")):
        raise MalformedRegistrationError("an Endpoint needs an EndpointReference/Address that is a URL")
    return Endpoint(
        address=address,
        certificate=text_of(found, "smp:Certificate", NS),
        transport_profile=str(found.get("transportProfile", "")),
        activation=text_of(found, "smp:ServiceActivationDate", NS),
        expiration=text_of(found, "smp:ServiceExpirationDate", NS),
        description=text_of(found, "smp:ServiceDescription", NS),
        contact=text_of(found, "smp:TechnicalContactUrl", NS),
    )


def _write_process(parent: etree._Element, process: Process) -> None:
    element = etree.SubElement(parent, _smp("Process"))
    _identifier(element, "ProcessIdentifier", process.scheme, process.value)
    endpoints = etree.SubElement(element, _smp("ServiceEndpointList"))
    for endpoint in process.endpoints:
        _write_endpoint(endpoints, endpoint)


def _write_endpoint(parent: etree._Element, endpoint: Endpoint) -> None:
    element = etree.SubElement(parent, _smp("Endpoint"), transportProfile=endpoint.transport_profile)
    reference = etree.SubElement(element, f"{{{WSA}}}EndpointReference")
    etree.SubElement(reference, f"{{{WSA}}}Address").text = endpoint.address
    etree.SubElement(element, _smp("RequireBusinessLevelSignature")).text = "false"
    texts = {
        "ServiceActivationDate": endpoint.activation,
        "ServiceExpirationDate": endpoint.expiration,
        "Certificate": endpoint.certificate,
        "ServiceDescription": endpoint.description,
        "TechnicalContactUrl": endpoint.contact,
    }
    optional = {"ServiceActivationDate", "ServiceExpirationDate"}
    for name, text in texts.items():
        if text or name not in optional:
            etree.SubElement(element, _smp(name)).text = text


def _identifier(parent: etree._Element, name: str, scheme: str, value: str) -> None:
    etree.SubElement(parent, f"{{{IDS}}}{name}", scheme=scheme).text = value


def _smp(name: str) -> str:
    return f"{{{SMP}}}{name}"


def _document(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
