"""The company register against its recorded answers, its errors, and its outages."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

RECORDINGS = Path(__file__).parents[4] / "shared/data/kvk/recorded-test-environment.json"
KEY = {"apikey": "sandbox-kvk-key"}
API = "/kvk/test/api"


def recordings() -> list[Any]:
    if not RECORDINGS.exists():
        reason = "the recorded answers of the real test environment are not on this machine"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    found = json.loads(RECORDINGS.read_text(encoding="utf-8"))
    return [pytest.param(recording, id=recording["path"]) for recording in found]


def shape(value: Any) -> Any:
    """Reduce an answer to its keys and types; a list to the shapes that occur in it."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    return type(value).__name__


async def ask(http: httpx2.AsyncClient, path: str, **parameters: str) -> httpx2.Response:
    return await http.get(f"{API}{path}", params=parameters, headers=KEY)


def error_code(answer: httpx2.Response) -> str:
    code: str = answer.json()["fout"][0]["code"]
    return code


@pytest.mark.parametrize("recording", recordings())
async def test_every_recorded_request_gets_an_answer_of_the_same_shape(
    http: httpx2.AsyncClient, recording: dict[str, Any]
) -> None:
    answer = await http.get(f"/kvk{recording['path']}", headers=KEY | {"Accept": recording["accept"][0]})
    assert answer.status_code == recording["status"]
    assert answer.headers["content-type"].split(";")[0] == recording["content_type"]
    assert answer.headers.get("api-version") == recording["api_version"]
    assert answer.headers["cache-control"] == "no-store"
    if recording["status"] == 200:
        assert shape(answer.json()) == shape(recording["body"])
    else:
        assert answer.json() == recording["body"]


async def test_a_request_without_the_right_key_is_refused(http: httpx2.AsyncClient) -> None:
    for headers in ({}, {"apikey": "wrong"}):
        answer = await http.get(f"{API}/v1/basisprofielen/68750110", headers=headers)
        assert answer.status_code == 401


async def test_a_name_is_found_by_the_beginnings_of_its_words_without_accents(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "/v2/zoeken", naam="cooperatie vruchtb")
    assert [hit["kvkNummer"] for hit in answer.json()["resultaten"]] == ["55344526"]
    assert (await ask(http, "/v2/zoeken", naam="vruchtb donald")).status_code == 404


async def test_the_place_narrows_a_search_by_name(http: httpx2.AsyncClient) -> None:
    everywhere = await ask(http, "/v2/zoeken", naam="test bv donald")
    lollum = await ask(http, "/v2/zoeken", naam="test bv donald", plaats="lollum")
    assert everywhere.json()["totaal"] == 3
    assert {hit["adres"]["binnenlandsAdres"]["plaats"] for hit in lollum.json()["resultaten"]} == {"Lollum"}


async def test_the_type_selects_branches(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "/v2/zoeken", kvkNummer="68750110", type="nevenvestiging")
    assert [hit["vestigingsnummer"] for hit in answer.json()["resultaten"]] == ["000037178601"]


async def test_house_number_and_postcode_appear_only_when_searched_for(http: httpx2.AsyncClient) -> None:
    plain = await ask(http, "/v2/zoeken", kvkNummer="68750110", type="hoofdvestiging")
    exact = await ask(http, "/v2/zoeken", postcode="8823 SJ", huisnummer="3", type="hoofdvestiging")
    assert set(plain.json()["resultaten"][0]["adres"]["binnenlandsAdres"]) == {"type", "straatnaam", "plaats"}
    address = exact.json()["resultaten"][0]["adres"]["binnenlandsAdres"]
    assert (address["huisnummer"], address["postcode"]) == (3, "8823SJ")


async def test_pages_link_to_their_neighbours_and_end(http: httpx2.AsyncClient) -> None:
    first = (await ask(http, "/v2/zoeken", kvkNummer="68750110", resultatenPerPagina="2")).json()
    assert (first["totaal"], len(first["resultaten"]), "vorige" in first) == (3, 2, False)
    second = (await http.get(first["volgende"], headers=KEY)).json()
    assert (second["pagina"], len(second["resultaten"]), "volgende" in second) == (2, 1, False)
    assert error_code(await ask(http, "/v2/zoeken", kvkNummer="68750110", pagina="9")) == "IPD5200"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"kvkNummer": "1234567"}, "IPD0004"),
        ({"kvkNummer": "1234567x"}, "IPD0004"),
        ({"rsin": "12"}, "IPD0010"),
        ({"vestigingsnummer": "12"}, "IPD0006"),
        ({"naam": "test", "resultatenPerPagina": "101"}, "IPD1999"),
        ({"naam": "test", "resultatenPerPagina": "0"}, "IPD1999"),
        ({"naam": "test", "pagina": "1001"}, "IPD1999"),
        ({"naam": "test", "pagina": "een"}, "IPD1999"),
        ({"naam": "test", "type": "filiaal"}, "IPD1999"),
        ({"naam": "test", "kleur": "blauw"}, "IPD1999"),
        ({}, "IPD1998"),
    ],
)
async def test_a_search_with_wrong_parameters_names_the_error(
    http: httpx2.AsyncClient, parameters: dict[str, str], code: str
) -> None:
    answer = await ask(http, "/v2/zoeken", **parameters)
    assert (answer.status_code, error_code(answer)) == (400, code)


async def test_two_numbers_are_found_but_their_profile_is_not_delivered(http: httpx2.AsyncClient) -> None:
    for number, code in (("90004973", "IPD1002"), ("90002903", "IPD1003")):
        assert (await ask(http, "/v2/zoeken", kvkNummer=number)).status_code == 200
        answer = await ask(http, f"/v1/basisprofielen/{number}")
        assert (answer.status_code, error_code(answer)) == (404, code)


async def test_every_company_has_a_profile_whose_links_lead_somewhere(http: httpx2.AsyncClient) -> None:
    companies = (await http.get("/control/kvk")).json()["companies"]
    assert len(companies) >= 15
    for company in companies:
        answer = await ask(http, f"/v1/basisprofielen/{company['kvkNumber']}")
        if answer.status_code == 404:
            continue
        profile = answer.json()
        links = [*profile["_links"].values(), *profile["_embedded"]["eigenaar"]["_links"].values()]
        if "hoofdvestiging" in profile["_embedded"]:
            links.extend(profile["_embedded"]["hoofdvestiging"]["_links"].values())
        for link in links:
            assert (await http.get(link["href"], headers=KEY)).status_code == 200, link


async def test_the_register_makes_companies_up_and_always_the_same_ones(http: httpx2.AsyncClient) -> None:
    found = (await ask(http, "/v2/zoeken", kvkNummer="96000002")).json()["resultaten"]
    by_name = (await ask(http, "/v2/zoeken", naam=found[0]["naam"])).json()["resultaten"]
    profile = (await ask(http, "/v1/basisprofielen/96000002")).json()
    by_rsin = (await ask(http, "/v2/zoeken", rsin=profile["_embedded"]["eigenaar"]["rsin"])).json()["resultaten"]
    branch = found[0]["vestigingsnummer"]
    assert [len(hits) for hits in (found, by_name, by_rsin)] == [1, 1, 1]
    assert by_name[0]["kvkNummer"] == by_rsin[0]["kvkNummer"] == "96000002"
    assert (await ask(http, f"/v1/vestigingsprofielen/{branch}")).json()["kvkNummer"] == "96000002"
    assert (await ask(http, "/v1/basisprofielen/96000002")).json() == profile
    for number in ("95999999", "97000000"):
        assert (await ask(http, f"/v1/basisprofielen/{number}")).status_code == 404


async def test_an_owners_association_has_no_main_establishment(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "/v1/basisprofielen/90000749/hoofdvestiging")
    assert (answer.status_code, error_code(answer)) == (404, "IPD0005")


async def test_a_full_address_carries_runs_of_spaces(http: httpx2.AsyncClient) -> None:
    address = (await ask(http, "/v1/basisprofielen/68750110/hoofdvestiging")).json()["adressen"][0]
    assert "     " in address["volledigAdres"]
    assert " ".join(address["volledigAdres"].split()) == "Hizzaarderlaan 3 A 8823SJ Lollum"


async def test_plain_json_has_a_list_of_links(http: httpx2.AsyncClient) -> None:
    answer = await http.get(f"{API}/v1/basisprofielen/68750110", headers=KEY | {"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert {link["rel"] for link in answer.json()["links"]} == {"self", "vestigingen"}
    assert "_links" not in answer.text


async def test_the_register_can_be_taken_down_and_up(http: httpx2.AsyncClient) -> None:
    await http.put("/control/kvk", json={"mode": "unavailable"})
    try:
        down = await ask(http, "/v2/zoeken", kvkNummer="68750110")
        await http.put("/control/kvk", json={"mode": "timeout", "seconds": 30})
        with pytest.raises(httpx2.ReadTimeout):
            await http.get(f"{API}/v2/zoeken?kvkNummer=68750110", headers=KEY, timeout=0.2)
    finally:
        await http.put("/control/kvk", json={"mode": "up"})
    assert (down.status_code, error_code(down)) == (503, "IPD9999")
    assert (await ask(http, "/v2/zoeken", kvkNummer="68750110")).status_code == 200
