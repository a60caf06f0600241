"""The SMP over its REST interface: a service group per participant, service metadata per document type, Basic auth.

Every call replaces what is there, so a registration that was cut off is simply done again. That another access point
has the participant comes as 409, or as the SML's fault passed on in a 500; other refusals of what we sent are final;
everything else passes.
"""

from collections.abc import Sequence

import httpx2
import structlog
from shared.observability.outside import OutsideSystem

from organizations.domain.errors import RegisteredElsewhere, RegistrationRefused, SmpUnavailable

from . import documents
from .documents import AccessPoint

_log = structlog.get_logger(__name__)
_registration = OutsideSystem("smp_registration")
_REFUSALS = frozenset({httpx2.codes.BAD_REQUEST, httpx2.codes.UNPROCESSABLE_CONTENT, httpx2.codes.METHOD_NOT_ALLOWED})


class SmpRegistry:
    """`client` has the SMP's base URL, credentials and time-outs."""

    def __init__(self, client: httpx2.AsyncClient, access_point: AccessPoint) -> None:
        self._client = client
        self._access_point = access_point

    async def publish(self, participant: str, document_types: Sequence[str]) -> None:
        await self._call("PUT", documents.group_path(participant), documents.service_group(participant))
        for document_type in document_types:
            path = documents.service_path(participant, document_type)
            await self._call("PUT", path, documents.service_metadata(participant, document_type, self._access_point))

    async def withdraw(self, participant: str) -> None:
        await self._call("DELETE", documents.group_path(participant), None)

    async def _call(self, method: str, path: str, content: bytes | None) -> None:
        with _registration.called():
            await self._send(method, path, content)

    async def _send(self, method: str, path: str, content: bytes | None) -> None:
        headers = {"Content-Type": "application/xml"} if content is not None else {}
        try:
            response = await self._client.request(method, path, content=content, headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _unavailable(repr(error)) from error
        if response.is_success or (method == "DELETE" and response.status_code == httpx2.codes.NOT_FOUND):
            return
        if response.status_code == httpx2.codes.CONFLICT or _says_taken(response):
            raise RegisteredElsewhere
        if response.status_code in _REFUSALS:
            _log.error("smp_refused", method=method, status=response.status_code)
            raise RegistrationRefused
        raise _unavailable(f"answered {response.status_code}")


def _says_taken(response: httpx2.Response) -> bool:
    return response.status_code == httpx2.codes.INTERNAL_SERVER_ERROR and "already exist" in response.text.lower()


def _unavailable(reason: str) -> SmpUnavailable:
    _log.warning("smp_unavailable", reason=reason)
    return SmpUnavailable()
