"""Reads a participant's service group and the metadata of one document type from its SMP (Peppol SMP 1.x).

Answers come from anywhere on the internet: they are bounded, parsed without DTDs, and reached through the guard. 404
means that there is nothing; any other failure says nothing (`LookupUnavailable`). The signature of the metadata is not
checked: the access point looks the receiver up itself and does.
"""

import base64
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

import aiohttp
from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree
from shared.errors import DomainError
from shared.observability.outside import OutsideSystem
from yarl import URL

from documents.adapters.rules.parsing import ParsingLimits, parse_document
from documents.adapters.webhooks.guard import check_literal
from documents.application.values import Endpoint
from documents.domain.errors import LookupUnavailable
from documents.domain.parties import META_SCHEME

TRANSPORT_PROFILE = "peppol-transport-as4-v2_0"
DOCUMENT_SCHEME = "busdox-docid-qns"
_NS = {
    "smp": "http://busdox.org/serviceMetadata/publishing/1.0/",
    "ids": "http://busdox.org/transport/identifiers/1.0/",
    "wsa": "http://www.w3.org/2005/08/addressing",
}
_LIMITS = ParsingLimits(size=2_000_000)
_OK, _NOT_FOUND = 200, 404
_smp = OutsideSystem("smp")


class Smp:
    def __init__(self, session: aiohttp.ClientSession, *, allow_private: bool) -> None:
        self._session = session
        self._allow_private = allow_private

    async def find_endpoints(self, base_url: str, party: str, document_type_id: str) -> tuple[Endpoint, ...] | None:
        """Return the endpoints for the document type, or None when the SMP does not know the participant."""
        group = await self._get(f"{base_url}/{quote(f'{META_SCHEME}::{party}', safe='')}")
        if group is None:
            return None
        wanted = f"{DOCUMENT_SCHEME}::{document_type_id}".lower()
        for reference in group.iterfind(".//smp:ServiceMetadataReference", _NS):
            href = reference.get("href") or ""
            if unquote(href).lower().endswith(f"/services/{wanted}"):
                metadata = await self._get(href)
                return () if metadata is None else _endpoints(metadata, datetime.now(UTC))
        return ()

    async def _get(self, url: str) -> etree._Element | None:
        with _smp.called():
            return await self._read(url)

    async def _read(self, url: str) -> etree._Element | None:
        try:
            status, content = await self._fetch(url)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise LookupUnavailable(f"The SMP does not answer: {type(error).__name__}.") from error
        if status == _NOT_FOUND:
            return None
        if status != _OK:
            raise LookupUnavailable(f"The SMP answered {status}.")
        try:
            return parse_document(content, _LIMITS)
        except DomainError as error:
            raise LookupUnavailable(f"The SMP answered no XML: {error.detail}") from error

    async def _fetch(self, url: str) -> tuple[int, bytes]:
        """Return status and body, of which no more is read than is accepted."""
        if not self._allow_private:
            check_literal(urlsplit(url).hostname or "")
        async with self._session.get(URL(url, encoded=True), allow_redirects=False) as answer:
            content = bytearray()
            async for chunk in answer.content.iter_chunked(65_536):
                content += chunk
                if len(content) > _LIMITS.size:
                    break
            return answer.status, bytes(content)


def _endpoints(metadata: etree._Element, now: datetime) -> tuple[Endpoint, ...]:
    found: list[Endpoint] = []
    for process in metadata.iterfind(".//smp:Process", _NS):
        process_id = _text(process, "ids:ProcessIdentifier")
        for endpoint in process.iterfind("smp:ServiceEndpointList/smp:Endpoint", _NS):
            url = _text(endpoint, "wsa:EndpointReference/wsa:Address")
            if endpoint.get("transportProfile") == TRANSPORT_PROFILE and url and _in_force(endpoint, now):
                certificate = "".join(_text(endpoint, "smp:Certificate").split())
                found.append(
                    Endpoint(
                        process_id=process_id,
                        transport_profile=TRANSPORT_PROFILE,
                        url=url,
                        certificate=certificate,
                        access_point=_common_name(certificate),
                    )
                )
    return tuple(found)


def _in_force(endpoint: etree._Element, now: datetime) -> bool:
    begins, ends = _text(endpoint, "smp:ServiceActivationDate"), _text(endpoint, "smp:ServiceExpirationDate")
    try:
        return (not begins or _moment(begins) <= now) and (not ends or now < _moment(ends))
    except ValueError:
        return True  # an unreadable date is no reason not to deliver


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _common_name(certificate: str) -> str:
    """Return whom the access point's certificate names; empty when it cannot be read."""
    body = certificate.replace("-----BEGINCERTIFICATE-----", "").replace("-----ENDCERTIFICATE-----", "")
    try:
        subject = x509.load_der_x509_certificate(base64.b64decode(body)).subject
    except ValueError:
        return ""
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path, namespaces=_NS) or "").strip()
