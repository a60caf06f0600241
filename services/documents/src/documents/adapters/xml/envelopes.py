"""Opens a Standard Business Document (SBDH, as Peppol uses it): what its header says, and the one document inside.

The payload is written as a document of its own; its bytes are what is kept, validated and given out.
"""

from lxml import etree

from documents.adapters.rules.document_types import text_at
from documents.application.values import Envelope
from documents.domain.errors import InvalidEnvelope
from documents.domain.parties import canonical_party

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
ROOT = f"{{{NAMESPACE}}}StandardBusinessDocument"
_NS = {"sh": NAMESPACE}
_MAX_MESSAGE_ID = 200


def is_envelope(root: etree._Element) -> bool:
    return root.tag == ROOT


def open_envelope(root: etree._Element) -> tuple[Envelope, bytes]:
    """Return header and payload; raises `InvalidEnvelope` or `InvalidParty`."""
    header = root.find("sh:StandardBusinessDocumentHeader", _NS)
    payload = [child for child in root if isinstance(child.tag, str) and etree.QName(child).namespace != NAMESPACE]
    if header is None or len(payload) != 1:
        raise InvalidEnvelope
    scopes = {
        text_at(scope, "sh:Type", _NS): text_at(scope, "sh:InstanceIdentifier", _NS)
        for scope in header.iterfind("sh:BusinessScope/sh:Scope", _NS)
    }
    message_id = text_at(header, "sh:DocumentIdentification/sh:InstanceIdentifier", _NS)
    document_type, process = scopes.get("DOCUMENTID", ""), scopes.get("PROCESSID", "")
    if not document_type or not process or not 1 <= len(message_id) <= _MAX_MESSAGE_ID:
        raise InvalidEnvelope(
            "The header of the Standard Business Document lacks type, process or instance identifier."
        )
    envelope = Envelope(
        sender=canonical_party(text_at(header, "sh:Sender/sh:Identifier", _NS)),
        receiver=canonical_party(text_at(header, "sh:Receiver/sh:Identifier", _NS)),
        document_type_id=document_type,
        process_id=process,
        message_id=message_id,
    )
    return envelope, write(payload[0])


def write(element: etree._Element) -> bytes:
    """Write an element as a document, without what followed it."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", with_tail=False)
