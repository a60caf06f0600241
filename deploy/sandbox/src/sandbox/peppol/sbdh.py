"""Standard Business Document: wraps a business document for the network, and reads one that was wrapped elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from sandbox.identifiers import millis
from sandbox.peppol.identifiers import (
    BILLING_PROCESS,
    DOCUMENT_SCHEME,
    PARTICIPANT_SCHEME,
    PROCESS_SCHEME,
    Participant,
    document_type,
    instance_identifier,
    participant,
)
from sandbox.xml import UnsafeXmlError, parse, text_of

SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_NS = {"sh": SBDH, "cbc": CBC}


class UnreadableDocumentError(ValueError):
    """No Standard Business Document, or one without the parts that Peppol demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sends which kind of document to whom; what a Standard Business Document Header says."""

    sender: Participant
    receiver: Participant
    document_scheme: str = DOCUMENT_SCHEME
    document_type: str
    process_scheme: str = PROCESS_SCHEME
    process: str = BILLING_PROCESS
    country: str
    instance_id: str


def kind_of(document: etree._Element) -> tuple[str, str]:
    """Return document type and process that a UBL document names itself."""
    name = etree.QName(document).localname
    customization = text_of(document, "cbc:CustomizationID", _NS)
    if not customization:
        raise UnreadableDocumentError("the document has no CustomizationID")
    return document_type(name, customization), text_of(document, "cbc:ProfileID", _NS) or BILLING_PROCESS


def wrap(document: etree._Element, envelope: Envelope, moment: datetime) -> bytes:
    root = etree.Element(_sh("StandardBusinessDocument"), nsmap={"sh": SBDH})
    header = etree.SubElement(root, _sh("StandardBusinessDocumentHeader"))
    _text(header, "HeaderVersion", "1.0")
    for role, who in (("Sender", envelope.sender), ("Receiver", envelope.receiver)):
        identifier = etree.SubElement(etree.SubElement(header, _sh(role)), _sh("Identifier"))
        identifier.set("Authority", PARTICIPANT_SCHEME)
        identifier.text = who.value
    identification = etree.SubElement(header, _sh("DocumentIdentification"))
    name = etree.QName(document)
    _text(identification, "Standard", name.namespace or "")
    _text(identification, "TypeVersion", envelope.document_type.rpartition("::")[2])
    _text(identification, "InstanceIdentifier", envelope.instance_id)
    _text(identification, "Type", name.localname)
    _text(identification, "CreationDateAndTime", millis(moment))
    scopes = etree.SubElement(header, _sh("BusinessScope"))
    _scope(scopes, "DOCUMENTID", envelope.document_type, envelope.document_scheme)
    _scope(scopes, "PROCESSID", envelope.process, envelope.process_scheme)
    _scope(scopes, "COUNTRY_C1", envelope.country, "")
    root.append(document)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def unwrap(content: bytes) -> tuple[Envelope, etree._Element]:
    """Read a complete Standard Business Document; everything that Peppol makes mandatory must be there."""
    try:
        root = parse(content)
    except UnsafeXmlError as error:
        raise UnreadableDocumentError(str(error)) from error
    header = root.find("sh:StandardBusinessDocumentHeader", _NS)
    payload = [child for child in root if etree.QName(child).namespace != SBDH]
    if root.tag != _sh("StandardBusinessDocument") or header is None or len(payload) != 1:
        raise UnreadableDocumentError("not a Standard Business Document with one payload")
    scopes = {
        text_of(scope, "sh:Type", _NS): (
            text_of(scope, "sh:Identifier", _NS), text_of(scope, "sh:InstanceIdentifier", _NS),
        )
        for scope in header.iterfind("sh:BusinessScope/sh:Scope", _NS)
    }  # fmt: skip
    missing = {"DOCUMENTID", "PROCESSID", "COUNTRY_C1"} - scopes.keys()
    instance_id = text_of(header, "sh:DocumentIdentification/sh:InstanceIdentifier", _NS)
    if missing or not instance_id:
        raise UnreadableDocumentError(f"missing in the header: {', '.join(sorted(missing)) or 'InstanceIdentifier'}")
    envelope = Envelope(
        sender=participant(text_of(header, "sh:Sender/sh:Identifier", _NS)),
        receiver=participant(text_of(header, "sh:Receiver/sh:Identifier", _NS)),
        document_scheme=scopes["DOCUMENTID"][0] or DOCUMENT_SCHEME,
        document_type=scopes["DOCUMENTID"][1],
        process_scheme=scopes["PROCESSID"][0] or PROCESS_SCHEME,
        process=scopes["PROCESSID"][1],
        country=scopes["COUNTRY_C1"][1],
        instance_id=instance_identifier(instance_id),
    )
    return envelope, payload[0]


def _scope(parent: etree._Element, kind: str, value: str, scheme: str) -> None:
    scope = etree.SubElement(parent, _sh("Scope"))
    _text(scope, "Type", kind)
    _text(scope, "InstanceIdentifier", value)
    if scheme:
        _text(scope, "Identifier", scheme)


def _text(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, _sh(name)).text = value


def _sh(name: str) -> str:
    return f"{{{SBDH}}}{name}"
