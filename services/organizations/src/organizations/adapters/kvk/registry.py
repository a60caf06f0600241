"""The Dutch trade register (KvK) over its API: Zoeken v2 and Basisprofiel v1.

Nobody found is an answer; everything that is not as documented (no answer, 401, 429, 5xx, another body, a product that
is "temporarily not available") is `RegistryUnavailable`. The body of a 401 is never read: its shape is not documented.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import httpx2
import structlog
from pydantic import BaseModel, ValidationError
from shared.clock import Clock
from shared.observability.outside import OutsideSystem

from organizations.domain.company import CompanyPage, CompanyProfile
from organizations.domain.errors import InvalidKvkNumber, RegistryUnavailable, SearchRefused
from organizations.domain.identifiers import KvkNumber

from . import companies, messages

_log = structlog.get_logger(__name__)
_NOBODY_FOUND = "IPD5200"
_UNKNOWN_NUMBERS = frozenset({"IPD0005", "IPD0007", "IPD5203"})
_INVALID_NUMBER = "IPD0004"
_LARGEST_PAGE = 100
_kvk = OutsideSystem("kvk")
M = TypeVar("M", bound=BaseModel)


class _Fault(Exception):
    """The API refused with this code of its own."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class KvkRegistry:
    """`client` has the API's base URL, its `apikey` header, time-outs and a bounded pool."""

    name = "kvk"

    def __init__(self, client: httpx2.AsyncClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def find_by_number(self, number: KvkNumber) -> CompanyPage:
        return await self._search({"kvkNummer": number.value, "resultatenPerPagina": str(_LARGEST_PAGE)})

    async def find_by_name(self, name: str, *, place: str | None, page: int, limit: int) -> CompanyPage:
        query = {"naam": name, "pagina": str(page), "resultatenPerPagina": str(min(limit, _LARGEST_PAGE))}
        return await self._search(query | ({"plaats": place} if place else {}))

    async def find_profile(self, number: KvkNumber) -> CompanyProfile | None:
        try:
            found = await self._get(f"v1/basisprofielen/{number.value}", {}, messages.BasicProfile)
        except _Fault as fault:
            if fault.code in _UNKNOWN_NUMBERS:
                return None
            if fault.code == _INVALID_NUMBER:
                raise InvalidKvkNumber from fault
            raise self._unavailable(str(fault)) from fault
        if found.kvkNummer != number.value:
            raise self._unavailable("answered with another company")
        return companies.profile(found, today=self._today())

    async def _search(self, query: Mapping[str, str]) -> CompanyPage:
        try:
            found = await self._get("v2/zoeken", query, messages.SearchPage)
        except _Fault as fault:
            if fault.code == _NOBODY_FOUND:
                return CompanyPage(items=(), total=0)
            if fault.code == _INVALID_NUMBER:
                raise InvalidKvkNumber from fault
            if fault.status == httpx2.codes.BAD_REQUEST:
                raise SearchRefused from fault
            raise self._unavailable(str(fault)) from fault
        return CompanyPage(items=tuple(companies.summary(item) for item in found.resultaten), total=found.totaal)

    async def _get(self, path: str, query: Mapping[str, str], model: type[M]) -> M:
        with _kvk.called():
            return await self._ask(path, query, model)

    async def _ask(self, path: str, query: Mapping[str, str], model: type[M]) -> M:
        try:
            response = await self._client.get(path, params=dict(query), headers={"Accept": "application/hal+json"})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._unavailable(repr(error)) from error
        if response.status_code in {httpx2.codes.BAD_REQUEST, httpx2.codes.NOT_FOUND}:
            faults = self._read(response, messages.Faults).fout
            raise _Fault(response.status_code, faults[0].code if faults else "")
        if response.status_code != httpx2.codes.OK:
            raise self._unavailable(f"answered {response.status_code}")
        return self._read(response, model)

    def _read(self, response: httpx2.Response, model: type[M]) -> M:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise self._unavailable(f"answered {response.status_code} with an unreadable body") from error

    def _unavailable(self, reason: str) -> RegistryUnavailable:
        """Log what the register did wrong; the caller is only told that it is not available."""
        _log.warning("registry_unavailable", register=self.name, reason=reason)
        return RegistryUnavailable()

    def _today(self) -> date:
        return self._clock.now().date()
