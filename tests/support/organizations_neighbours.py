"""The neighbours of organizations, in their real wire formats over a mock transport: company register and SMP."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

import httpx2

_numbers = count(20_000_001)


@dataclass(slots=True)
class FakeRegister:
    """The register's API over a mock transport; `failure` answers instead of it."""

    companies: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[httpx2.Request] = field(default_factory=list)
    failure: Callable[[httpx2.Request], httpx2.Response] | None = None

    def add(self, name: str, *, trade_names: tuple[str, ...] = (), **changes: Any) -> str:
        """Register a company and return its number, which no other test has."""
        number = str(next(_numbers))
        address = {
            "type": "bezoekadres", "indAfgeschermd": "Nee", "straatnaam": "Kade", "huisnummer": 7,
            "postcode": "1011AB", "plaats": "Amsterdam", "land": "Nederland",
        }  # fmt: skip
        self.companies[number] = {
            "kvkNummer": number,
            "naam": name,
            "statutaireNaam": name,
            "materieleRegistratie": {"datumAanvang": "20200101"},
            "handelsnamen": [{"naam": each, "volgorde": place} for place, each in enumerate(trade_names)],
            "_embedded": {
                "eigenaar": {"rsin": "857587973", "rechtsvorm": "BesloteVennootschap"},
                "hoofdvestiging": {"adressen": [address]},
            },
        } | changes
        return number

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(request)
        if self.failure is not None:
            return self.failure(request)
        if request.url.path.endswith("/v2/zoeken"):
            return self._search(request.url.params)
        profile = self.companies.get(request.url.path.rpartition("/")[2])
        return httpx2.Response(200, json=profile) if profile else fault(404, "IPD0005")

    def _search(self, query: httpx2.QueryParams) -> httpx2.Response:
        number, name, place = query.get("kvkNummer"), query.get("naam"), query.get("plaats")
        found = [
            {
                "kvkNummer": company["kvkNummer"],
                "naam": company["naam"],
                "adres": {"binnenlandsAdres": {"type": "bezoekadres", "straatnaam": "Kade", "plaats": "Amsterdam"}},
                "type": "hoofdvestiging",
            }
            for company in self.companies.values()
            if (company["kvkNummer"] == number if number else str(name).lower() in company["naam"].lower())
            and place in (None, "Amsterdam")
        ]
        if not found:
            return fault(404, "IPD5200")
        body = {"pagina": 1, "resultatenPerPagina": 10, "totaal": len(found), "resultaten": found}
        return httpx2.Response(200, json=body)


def fault(status: int, code: str) -> httpx2.Response:
    """Return an error of the register's own."""
    return httpx2.Response(status, json={"fout": [{"code": code, "omschrijving": "…"}]})


@dataclass(slots=True)
class FakeSmp:
    """The SMP's interface over a mock transport: what is registered, and the answer to give instead when set."""

    groups: dict[str, dict[str, bytes]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    status: int | None = None
    before_answer: Callable[[], Any] | None = None

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = unquote(request.url.raw_path.decode()).removeprefix("/smp/")
        self.calls.append(f"{request.method} {path}")
        if self.before_answer is not None:
            act, self.before_answer = self.before_answer, None
            await act()
        if self.status is not None:
            return httpx2.Response(self.status)
        participant, _, document_type = path.partition("/services/")
        if request.method == "DELETE":
            return httpx2.Response(200 if self.groups.pop(participant, None) is not None else 404)
        group = self.groups.setdefault(participant, {})
        if document_type:
            group[document_type] = request.content
        return httpx2.Response(200)

    def services(self, identifier: str) -> dict[str, bytes] | None:
        """Return what is published for an identifier, by document type; None when it is not registered."""
        return self.groups.get(f"iso6523-actorid-upis::{identifier}")
