"""Reading what the company register answers: recorded answers of its test environment, and odd ones."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from organizations.adapters.kvk.registry import KvkRegistry
from organizations.domain.identifiers import KvkNumber
from organizations.domain.organization import Address

DATA = Path(os.environ.get("KOERIER_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
RECORDED = DATA / "kvk" / "recorded-test-environment.json"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    """Return the recorded answers by path and query."""
    if not RECORDED.exists():
        pytest.skip(f"no recorded answers of the register at {RECORDED}")
    return {entry["path"]: entry for entry in json.loads(RECORDED.read_text())}


def _registry(handler: Any) -> KvkRegistry:
    client = httpx2.AsyncClient(base_url="https://kvk.example/test/api", transport=httpx2.MockTransport(handler))
    return KvkRegistry(client, FixedClock())


def _replaying(recorded: dict[str, Any]) -> KvkRegistry:
    """Return a registry to which the recordings answer; the page size is ours, so it does not select."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        query = {name: value for name, value in request.url.params.items() if name != "resultatenPerPagina"}
        path = request.url.path + (f"?{httpx2.QueryParams(query)}" if query else "")
        entry = recorded[path]
        content = json.dumps(entry["body"]).encode()
        return httpx2.Response(entry["status"], content=content, headers={"Content-Type": entry["content_type"]})

    return _registry(answer)


@pytest.mark.requirement("R5.3")
async def test_recorded_search_results_are_read(recorded: dict[str, Any]):
    page = await _replaying(recorded).find_by_number(KvkNumber("69599084"))

    assert page.total == 2
    assert [(item.kvk_number, item.name, item.kind, item.place) for item in page.items] == [
        ("69599084", "Test EMZ Nevenvestiging Govert", "establishment", "Maastricht"),
        ("69599084", "Test EMZ Dagobert", "main_establishment", "Amsterdam"),
    ]
    assert all(item.active for item in page.items)


@pytest.mark.requirement("R5.4")
@pytest.mark.parametrize("number", ["12345678", "90004333"])
async def test_a_recorded_search_without_results_is_empty(recorded: dict[str, Any], number: str):
    page = await _replaying(recorded).find_by_number(KvkNumber(number))

    assert (page.items, page.total) == ((), 0)


async def test_a_recorded_profile_is_read(recorded: dict[str, Any]):
    profile = await _replaying(recorded).find_profile(KvkNumber("69599084"))

    assert profile is not None
    assert profile.name == "Test EMZ Dagobert"
    assert profile.trade_names == (
        "Tweede handelsnaam 1MZ",
        "Derde handelsnaam 1MZ",
        "Vierde handelsnaam 1MZ",
        "Test EMZ Nevenvestiging Govert",
        "Tweede handelsnaam Vestiging2",
        "Derde handelsnaam Vestiging2",
        "Vierde handelsnaam Vestiging2",
    )
    assert profile.address == Address(
        street="Abebe Bikilalaan 17 M", postal_code="1034WL", city="Amsterdam", country="NL"
    )
    assert (profile.legal_form, profile.dissolved, profile.address_shielded) == ("Eenmanszaak", False, False)


async def test_a_recorded_association_of_owners_has_the_address_of_its_owner(recorded: dict[str, Any]):
    profile = await _replaying(recorded).find_profile(KvkNumber("90000749"))

    assert profile is not None
    assert (profile.name, profile.rsin, profile.trade_names) == ("Global Conron", "992340597", ())
    assert profile.address == Address(street="Blaauwweg 163", postal_code="3328XD", city="Dordrecht", country="NL")


async def test_a_recorded_unknown_number_has_no_profile(recorded: dict[str, Any]):
    assert await _replaying(recorded).find_profile(KvkNumber("12345678")) is None


async def _profile(**changes: Any):
    body = {"kvkNummer": "12345678", "naam": "Voorbeeld"} | changes
    return await _registry(lambda _: httpx2.Response(200, json=body)).find_profile(KvkNumber("12345678"))


def _with_address(**address: Any) -> dict[str, Any]:
    return {"_embedded": {"hoofdvestiging": {"adressen": [address]}}}


async def test_of_a_shielded_address_only_the_place_is_kept():
    profile = await _profile(
        **_with_address(
            type="bezoekadres", indAfgeschermd="Ja", straatnaam="Geheim", huisnummer=1, postcode="1000AA", plaats="Ede"
        )
    )

    assert profile.address == Address(city="Ede", country="NL")
    assert profile.address_shielded


async def test_a_visiting_address_is_preferred_to_a_post_box():
    box = {"type": "correspondentieadres", "postbusnummer": 12, "postcode": "1000AB", "plaats": "Zwolle"}
    visit = {
        "type": "bezoekadres",
        "straatnaam": "Kade",
        "huisnummer": 3,
        "huisnummerToevoeging": "bis",
        "plaats": "Ede",
    }

    only_box = await _profile(**_with_address(**box))
    both = await _profile(_embedded={"hoofdvestiging": {"adressen": [box]}, "eigenaar": {"adressen": [visit]}})

    assert only_box.address == Address(street="Postbus 12", postal_code="1000AB", city="Zwolle", country="NL")
    assert both.address == Address(street="Kade 3 bis", city="Ede", country="NL")


async def test_a_foreign_address_keeps_its_lines_and_its_country():
    foreign = {"type": "bezoekadres", "straatHuisnummer": "Kaai  7", "postcodeWoonplaats": "2000 Antwerpen"}

    belgian = await _profile(**_with_address(**foreign, land="België"))
    unheard_of = await _profile(**_with_address(**foreign, land="Atlantis"))

    assert belgian.address == Address(street="Kaai 7", city="2000 Antwerpen", country="BE")
    assert unheard_of.address.country == "ZZ"


async def test_a_profile_without_any_address_is_dutch():
    assert (await _profile()).address == Address(country="NL")


@pytest.mark.parametrize(
    ("ended", "dissolved"), [(None, False), ("20261123", True), ("20261124", False), ("20200000", True)]
)
async def test_a_company_is_dissolved_from_its_last_day(ended: str | None, *, dissolved: bool):
    profile = await _profile(materieleRegistratie={"datumAanvang": "20000101", "datumEinde": ended})

    assert profile.dissolved is dissolved


async def test_the_statutory_name_leads_and_other_names_follow_once():
    names = [{"naam": "Twee", "volgorde": 1}, {"naam": "Een  BV", "volgorde": 0}, {"naam": "Een BV", "volgorde": 2}]

    profile = await _profile(naam="Een BV", statutaireNaam="Een Beheer B.V.", handelsnamen=names)

    assert (profile.name, profile.trade_names) == ("Een Beheer B.V.", ("Een BV", "Twee"))


async def test_the_search_by_name_asks_for_the_page_that_is_wanted():
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"totaal": 0, "resultaten": []})

    await _registry(answer).find_by_name("Jansen & Zn", place="Den Haag", page=3, limit=20)

    assert asked[0].url.path == "/test/api/v2/zoeken"
    assert dict(asked[0].url.params) == {
        "naam": "Jansen & Zn", "plaats": "Den Haag", "pagina": "3", "resultatenPerPagina": "20",
    }  # fmt: skip
    assert asked[0].headers["accept"] == "application/hal+json"
