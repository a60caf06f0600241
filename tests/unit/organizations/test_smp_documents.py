"""What is put to the SMP, and under which address."""

from urllib.parse import unquote
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from organizations.adapters.smp.documents import (
    AccessPoint,
    group_path,
    service_group,
    service_metadata,
    service_path,
)
from organizations.domain.document_types import RECEIVED_BY_DEFAULT

POINT = AccessPoint(
    endpoint_url="https://ap.example/as4?a=1&b=2",
    certificate="Q0VSVA==",
    description="<Koerier>",
    contact_url="https://k.example",
)
NAMES = {
    "smp": "http://busdox.org/serviceMetadata/publishing/1.0/",
    "id": "http://busdox.org/transport/identifiers/1.0/",
    "wsa": "http://www.w3.org/2005/08/addressing",
}


def test_addresses_are_one_path_segment_each():
    group = group_path("0106:12345678")
    service = service_path("0106:12345678", RECEIVED_BY_DEFAULT[0])

    assert group == "iso6523-actorid-upis%3A%3A0106%3A12345678"
    assert service.split("/")[:2] == [group, "services"]
    assert len(service.split("/")) == 3
    assert "#" not in service
    assert unquote(service.split("/")[2]) == f"busdox-docid-qns::{RECEIVED_BY_DEFAULT[0]}"


def test_a_service_group_names_the_participant():
    root = ET.fromstring(service_group("0106:12345678"))  # noqa: S314 - written by the code under test

    participant = root.find("id:ParticipantIdentifier", NAMES)
    assert root.tag == f"{{{NAMES['smp']}}}ServiceGroup"
    assert participant is not None
    assert (participant.get("scheme"), participant.text) == ("iso6523-actorid-upis", "0106:12345678")
    assert root.find("smp:ServiceMetadataReferenceCollection", NAMES) is not None


def test_service_metadata_says_where_and_how_to_deliver():
    root = ET.fromstring(service_metadata("0106:12345678", RECEIVED_BY_DEFAULT[0], POINT))  # noqa: S314 - ours

    process = root.find(".//id:ProcessIdentifier", NAMES)
    endpoint = root.find(".//smp:Endpoint", NAMES)
    assert process is not None
    assert (process.get("scheme"), process.text) == (
        "cenbii-procid-ubl",
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    )
    assert endpoint is not None
    assert [child.tag.rpartition("}")[2] for child in endpoint] == [
        "EndpointReference",
        "RequireBusinessLevelSignature",
        "Certificate",
        "ServiceDescription",
        "TechnicalContactUrl",
    ]
    assert endpoint.findtext("wsa:EndpointReference/wsa:Address", namespaces=NAMES) == POINT.endpoint_url
    assert endpoint.findtext("smp:ServiceDescription", namespaces=NAMES) == "<Koerier>"


@given(st.text("0123456789abcdefABCDEF:./#%&?", min_size=1, max_size=40))
def test_whatever_an_identifier_holds_comes_back_from_its_address(value: str):
    assert unquote(group_path(value)) == f"iso6523-actorid-upis::{value}"
    assert "/" not in group_path(value)
