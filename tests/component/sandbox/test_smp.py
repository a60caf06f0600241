"""The SMP: look-up by real HTTP, registration as phoss SMP takes it, a signature that holds."""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from sandbox.peppol.identifiers import BILLING_TYPES

from .conftest import Running

NS = {
    "smp": "http://busdox.org/serviceMetadata/publishing/1.0/",
    "id": "http://busdox.org/transport/identifiers/1.0/",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
INVOICE = BILLING_TYPES[0]
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
USER = ("koerier", "sandbox-smp-password")
OURS = "iso6523-actorid-upis::0106:68750110"


def address(participant: str, document_type: str | None = None) -> str:
    path = f"/peppol/smp/{quote(participant, safe='')}"
    return path if document_type is None else f"{path}/services/{quote(f'busdox-docid-qns::{document_type}', safe='')}"


def group(participant: str = OURS) -> bytes:
    scheme, _, value = participant.partition("::")
    return f"""<ServiceGroup xmlns="{NS["smp"]}" xmlns:id="{NS["id"]}">
      <id:ParticipantIdentifier scheme="{scheme}">{value}</id:ParticipantIdentifier>
      <ServiceMetadataReferenceCollection/></ServiceGroup>""".encode()


def metadata(endpoint: str = "https://ap.example/as4", *, value: str = "0106:68750110", kind: str = INVOICE) -> bytes:
    return f"""<ServiceMetadata xmlns="{NS["smp"]}" xmlns:id="{NS["id"]}" xmlns:wsa="{NS["wsa"]}"><ServiceInformation>
      <id:ParticipantIdentifier scheme="iso6523-actorid-upis">{value}</id:ParticipantIdentifier>
      <id:DocumentIdentifier scheme="busdox-docid-qns">{kind}</id:DocumentIdentifier>
      <ProcessList><Process><id:ProcessIdentifier scheme="cenbii-procid-ubl">{PROCESS}</id:ProcessIdentifier>
      <ServiceEndpointList><Endpoint transportProfile="peppol-transport-as4-v2_0">
        <wsa:EndpointReference><wsa:Address>{endpoint}</wsa:Address></wsa:EndpointReference>
        <RequireBusinessLevelSignature>false</RequireBusinessLevelSignature>
        <ServiceActivationDate>2026-11-23T00:00:00Z</ServiceActivationDate>
        <Certificate>MIIB</Certificate><ServiceDescription>Koerier</ServiceDescription>
        <TechnicalContactUrl>https://koerier.example</TechnicalContactUrl>
      </Endpoint></ServiceEndpointList></Process></ProcessList></ServiceInformation></ServiceMetadata>""".encode()


def one(parent: etree._Element, path: str) -> etree._Element:
    found = parent.find(path, NS)
    assert found is not None, path
    return found


def text(parent: etree._Element, path: str) -> str:
    return one(parent, path).text or ""


@pytest.fixture
def clean(sandbox: Running) -> Iterator[None]:
    yield
    httpx2.delete(f"{sandbox.base_url}{address(OURS)}", auth=USER)


async def test_a_service_group_lists_the_types_and_each_link_gives_an_endpoint(http: httpx2.AsyncClient) -> None:
    answer = await http.get(address("iso6523-actorid-upis::0106:99100001"))
    assert answer.headers["content-type"] == "application/xml"
    references = etree.fromstring(answer.content).iterfind(".//smp:ServiceMetadataReference", NS)
    links = [str(reference.get("href")) for reference in references]
    assert len(links) == len(BILLING_TYPES) == 4
    for link, kind in zip(links, BILLING_TYPES, strict=True):
        root = etree.fromstring((await http.get(link)).content)
        assert text(root, ".//id:DocumentIdentifier") == kind
        assert text(root, ".//id:ProcessIdentifier") == PROCESS
        endpoint = one(root, ".//smp:Endpoint")
        assert endpoint.get("transportProfile") == "peppol-transport-as4-v2_0"
        assert text(endpoint, "wsa:EndpointReference/wsa:Address").startswith("http")
        certificate = base64.b64decode(text(endpoint, "smp:Certificate"))
        assert "Koerier sandbox" in x509.load_der_x509_certificate(certificate).subject.rfc4514_string()


async def test_unknown_participants_types_and_malformed_numbers_are_told_apart(http: httpx2.AsyncClient) -> None:
    assert (await http.get(address("0106:99900001"))).status_code == 404
    assert (await http.get(address("0106:99900002"))).status_code == 404
    assert (await http.get(address("0106:99100001", "urn:unknown"))).status_code == 404
    assert (await http.get(address("kvk 12345678"))).status_code == 400
    assert (await http.get(address("other-scheme::0106:99100001"))).status_code == 400


async def test_the_metadata_is_signed_by_the_certificate_that_it_carries(http: httpx2.AsyncClient) -> None:
    content = (await http.get(address("0106:99100001", INVOICE))).content
    verify(content)
    with pytest.raises(AssertionError):
        verify(content.replace(b"/peppol/elsewhere/as4", b"/peppol/stolen/as4"))
    with pytest.raises(InvalidSignature):
        verify(content.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"))


def verify(content: bytes) -> None:
    root = etree.fromstring(content)
    signature = one(root, "ds:Signature")
    certificate = base64.b64decode(text(signature, ".//ds:X509Certificate"))
    key = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    value = base64.b64decode(text(signature, "ds:SignatureValue"))
    signed = etree.tostring(one(signature, "ds:SignedInfo"), method="c14n")
    key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
    digest = base64.b64decode(text(signature, ".//ds:DigestValue"))
    root.remove(signature)
    assert digest == hashlib.sha256(etree.tostring(root, method="c14n")).digest()


@pytest.mark.usefixtures("clean")
async def test_what_the_platform_registers_is_found_and_what_it_removes_is_gone(http: httpx2.AsyncClient) -> None:
    assert (await http.put(address(OURS), content=group(), auth=USER)).status_code == 200
    assert (await http.put(address(OURS), content=group(), auth=USER)).status_code == 200
    assert (await http.put(address(OURS, INVOICE), content=metadata(), auth=USER)).status_code == 200
    found = await http.get(address(OURS, INVOICE))
    endpoint = one(etree.fromstring(found.content), ".//smp:Endpoint")
    assert text(endpoint, ".//wsa:Address") == "https://ap.example/as4"
    assert text(endpoint, "smp:ServiceActivationDate") == "2026-11-23T00:00:00Z"
    assert (await http.delete(address(OURS, INVOICE), auth=USER)).status_code == 200
    assert (await http.get(address(OURS, INVOICE))).status_code == 404
    assert (await http.delete(address(OURS), auth=USER)).status_code == 200
    assert (await http.get(address(OURS))).status_code == 404
    assert (await http.delete(address(OURS), auth=USER)).status_code == 404


@pytest.mark.usefixtures("clean")
async def test_registering_needs_the_right_user(http: httpx2.AsyncClient) -> None:
    assert (await http.put(address(OURS), content=group())).status_code == 403
    for auth in (("koerier", "wrong"), ("other", "sandbox-smp-password")):
        assert (await http.put(address(OURS), content=group(), auth=auth)).status_code == 403
    broken = {"Authorization": "Basic %%%"}
    assert (await http.put(address(OURS), content=group(), headers=broken)).status_code == 403
    assert (await http.get(address(OURS))).status_code == 404


async def test_a_participant_of_another_access_point_cannot_be_taken_or_removed(http: httpx2.AsyncClient) -> None:
    theirs = "iso6523-actorid-upis::0106:99100001"
    taken = await http.put(address(theirs), content=group(theirs), auth=USER)
    assert (taken.status_code, "already exists" in taken.text) == (409, True)
    body = metadata(value="0106:99100001")
    assert (await http.put(address(theirs, INVOICE), content=body, auth=USER)).status_code == 403
    assert (await http.delete(address(theirs), auth=USER)).status_code == 403


async def test_a_company_can_come_to_live_at_another_access_point(http: httpx2.AsyncClient) -> None:
    who = "0106:68727720"
    control = f"/control/peppol/participants/{who}"
    assert (await http.put(control, json={"name": "Test NV Katrien"})).json()["owner"] == "another-access-point"
    try:
        body = group(f"iso6523-actorid-upis::{who}")
        assert (await http.put(address(who), content=body, auth=USER)).status_code == 409
    finally:
        assert (await http.delete(control)).status_code == 204
    assert (await http.delete(control)).status_code == 404


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        group("iso6523-actorid-upis::0106:11111111"),
        group("iso6523-actorid-upis::nonsense"),
        group().replace(b"busdox.org/serviceMetadata", b"example.org/other"),
    ],
)
async def test_a_service_group_that_does_not_fit_its_address_is_refused(http: httpx2.AsyncClient, body: bytes) -> None:
    assert (await http.put(address(OURS), content=body, auth=USER)).status_code == 400
    assert (await http.get(address(OURS))).status_code == 404


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "body",
    [
        b"<x/>",
        metadata(value="0106:11111111"),
        metadata(kind=BILLING_TYPES[1]),
        metadata(endpoint="ftp://nowhere"),
        metadata().replace(b"Endpoint", b"Redirect"),
        metadata().replace(PROCESS.encode(), b" "),
    ],
)
async def test_metadata_that_does_not_fit_its_address_is_refused(http: httpx2.AsyncClient, body: bytes) -> None:
    await http.put(address(OURS), content=group(), auth=USER)
    assert (await http.put(address(OURS, INVOICE), content=body, auth=USER)).status_code == 400
    assert (await http.get(address(OURS, INVOICE))).status_code == 404


async def test_metadata_needs_a_service_group_first(http: httpx2.AsyncClient) -> None:
    assert (await http.put(address(OURS, INVOICE), content=metadata(), auth=USER)).status_code == 404


async def test_the_smp_can_be_taken_down_and_up(http: httpx2.AsyncClient) -> None:
    await http.put("/control/peppol", json={"smp": {"mode": "unavailable"}})
    try:
        assert (await http.get(address("0106:99100001"))).status_code == 503
    finally:
        await http.put("/control/peppol", json={"smp": {"mode": "up"}})
    assert (await http.get(address("0106:99100001"))).status_code == 200
