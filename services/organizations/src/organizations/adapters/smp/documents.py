"""Service group and service metadata as an SMP takes them (Peppol SMP 1.x), and the addresses they are put to."""

from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from organizations.domain.document_types import BILLING_PROCESS

PARTICIPANT_SCHEME = "iso6523-actorid-upis"
DOCUMENT_SCHEME = "busdox-docid-qns"
PROCESS_SCHEME = "cenbii-procid-ubl"
TRANSPORT_PROFILE = "peppol-transport-as4-v2_0"
_SMP = "http://busdox.org/serviceMetadata/publishing/1.0/"
_IDS = "http://busdox.org/transport/identifiers/1.0/"
_WSA = "http://www.w3.org/2005/08/addressing"
for _prefix, _uri in (("smp", _SMP), ("id", _IDS), ("wsa", _WSA)):
    register_namespace(_prefix, _uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """Where documents for our participants are delivered; `certificate` is Base64 of DER, without line ends."""

    endpoint_url: str
    certificate: str
    description: str
    contact_url: str


def group_path(participant: str) -> str:
    return quote(f"{PARTICIPANT_SCHEME}::{participant}", safe="")


def service_path(participant: str, document_type: str) -> str:
    return f"{group_path(participant)}/services/{quote(f'{DOCUMENT_SCHEME}::{document_type}', safe='')}"


def service_group(participant: str) -> bytes:
    root = Element(f"{{{_SMP}}}ServiceGroup")
    _identifier(root, "ParticipantIdentifier", PARTICIPANT_SCHEME, participant)
    SubElement(root, f"{{{_SMP}}}ServiceMetadataReferenceCollection")
    return _document(root)


def service_metadata(participant: str, document_type: str, access_point: AccessPoint) -> bytes:
    root = Element(f"{{{_SMP}}}ServiceMetadata")
    information = SubElement(root, f"{{{_SMP}}}ServiceInformation")
    _identifier(information, "ParticipantIdentifier", PARTICIPANT_SCHEME, participant)
    _identifier(information, "DocumentIdentifier", DOCUMENT_SCHEME, document_type)
    process = SubElement(SubElement(information, f"{{{_SMP}}}ProcessList"), f"{{{_SMP}}}Process")
    _identifier(process, "ProcessIdentifier", PROCESS_SCHEME, BILLING_PROCESS)
    endpoints = SubElement(process, f"{{{_SMP}}}ServiceEndpointList")
    endpoint = SubElement(endpoints, f"{{{_SMP}}}Endpoint", transportProfile=TRANSPORT_PROFILE)
    reference = SubElement(endpoint, f"{{{_WSA}}}EndpointReference")
    SubElement(reference, f"{{{_WSA}}}Address").text = access_point.endpoint_url
    for name, text in (
        ("RequireBusinessLevelSignature", "false"),
        ("Certificate", access_point.certificate),
        ("ServiceDescription", access_point.description),
        ("TechnicalContactUrl", access_point.contact_url),
    ):
        SubElement(endpoint, f"{{{_SMP}}}{name}").text = text
    return _document(root)


def _identifier(parent: Element, name: str, scheme: str, value: str) -> None:
    SubElement(parent, f"{{{_IDS}}}{name}", scheme=scheme).text = value


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
