"""Searching the company register, which may be wrong, slow or down."""

from collections.abc import Callable

import httpx2
import pytest
from support.organizations import World
from support.organizations_neighbours import fault

PATH = "/organizations/v1/companies"


async def _search(world: World, person, **query: str | int):
    return await world.http.get(PATH, params=query, headers=person.headers)


@pytest.mark.requirement("R5.3")
async def test_a_company_is_found_by_its_number(world: World):
    person = await world.administrator()
    number = world.register.add("Drukkerij Oost B.V.")

    response = await _search(world, person, kvkNumber=number)

    assert response.json() == {
        "items": [
            {
                "kvkNumber": number, "name": "Drukkerij Oost B.V.", "type": "main_establishment", "street": "Kade",
                "place": "Amsterdam", "active": True,
            }
        ],
        "total": 1,
    }  # fmt: skip


@pytest.mark.requirement("R5.3")
async def test_a_company_is_found_by_its_name_and_place(world: World):
    person = await world.administrator()
    number = world.register.add("Scheepswerf Westerdok B.V.")

    found = await _search(world, person, name="westerdok", place="Amsterdam", page=1, limit=25)
    elsewhere = await _search(world, person, name="westerdok", place="Delft")

    assert [item["kvkNumber"] for item in found.json()["items"]] == [number]
    assert elsewhere.json()["items"] == []
    asked = world.register.calls[0].url.params
    assert dict(asked) == {"naam": "westerdok", "plaats": "Amsterdam", "pagina": "1", "resultatenPerPagina": "25"}


@pytest.mark.requirement("R5.4")
async def test_nobody_found_is_an_empty_list_with_a_hint_and_support_is_told(world: World):
    person = await world.administrator()

    response = await _search(world, person, kvkNumber="12345678")

    assert response.status_code == 200
    assert (response.json()["items"], response.json()["total"]) == ([], 0)
    assert "support" in response.json()["hint"].lower()
    (event,) = await world.published()
    assert event.type == "organizations.company-lookup-missed.v1"
    assert event.environment == person.environment
    assert event.data == {"register_name": "kvk", "number": "12345678", "name": None, "place": None}
    assert (await world.http.get("/organizations/v1/organizations", headers=person.headers)).json()["items"] == []


@pytest.mark.requirement("R5.4")
async def test_the_same_miss_is_told_once_a_day_per_environment(world: World):
    one, other = await world.administrator(), await world.administrator()

    for person, name in ((one, "Nergens"), (one, "NERGENS"), (other, "Nergens"), (one, "Nooit")):
        await _search(world, person, name=name)

    assert [(event.environment, event.data["name"]) for event in await world.published()] == [
        (one.environment, "Nergens"),
        (other.environment, "Nergens"),
        (one.environment, "Nooit"),
    ]


@pytest.mark.requirement("R5.3")
@pytest.mark.parametrize(
    "query",
    [{"kvkNumber": "1234567"}, {"kvkNumber": "123456789"}, {"kvkNumber": "1234567a"}, {"kvkNumber": "١٢٣٤٥٦٧٨"}],
)
async def test_a_number_that_is_none_is_refused_without_asking_the_register(world: World, query: dict[str, str]):
    person = await world.administrator()

    responses = [
        await _search(world, person, **query),
        await world.http.get(f"{PATH}/{query['kvkNumber']}", headers=person.headers),
        await world.http.post("/organizations/v1/organizations", json=query, headers=person.headers),
    ]

    assert {(each.status_code, each.json()["code"]) for each in responses} == {(422, "invalid_kvk_number")}
    assert world.register.calls == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kvkNumber": "12345678", "name": "Beide"},
        {"name": "x"},
        {"name": " "},
        {"name": "a\x00b"},
        {"name": "n" * 201},
        {"name": "goed", "limit": "0"},
        {"name": "goed", "limit": "101"},
        {"name": "goed", "page": "0"},
        {"name": "goed", "page": "veel"},
    ],
)
async def test_a_search_that_cannot_be_read_is_a_problem(world: World, query: dict[str, str]):
    person = await world.administrator()

    response = await _search(world, person, **query)

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert world.register.calls == []


async def test_the_register_shows_no_more_than_a_thousand_results(world: World):
    person = await world.administrator()

    deep = await _search(world, person, name="goed", page=11, limit=100)
    deepest = await _search(world, person, name="goed", page=10, limit=100)

    assert (deep.status_code, deep.json()["code"]) == (422, "search_too_deep")
    assert deepest.status_code == 200


def _refused(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


def _slow(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("slow", request=request)


_BROKEN: list[Callable[[httpx2.Request], httpx2.Response]] = [
    _refused,
    _slow,
    lambda _: httpx2.Response(500, json={"fout": [{"code": "IPD9999"}]}),
    lambda _: httpx2.Response(503, text="<html>"),
    lambda _: httpx2.Response(401, content=b"\xff\xfe not even text"),
    lambda _: httpx2.Response(403),
    lambda _: httpx2.Response(429),
    lambda _: httpx2.Response(302, headers={"location": "https://elsewhere.example"}),
    lambda _: httpx2.Response(200, text="not JSON"),
    lambda _: httpx2.Response(200, json=[]),
    lambda _: httpx2.Response(200, json={"totaal": "veel", "resultaten": None}),
    lambda _: httpx2.Response(404, text="<html>not the API</html>"),
    lambda _: httpx2.Response(404, json={"fout": []}),
    lambda _: fault(404, "IPD0001"),
    lambda _: fault(404, "IPD1002"),
    lambda _: fault(404, "IPD1003"),
]


@pytest.mark.requirement("R5.3")
@pytest.mark.parametrize("failure", _BROKEN)
async def test_a_register_that_does_not_answer_properly_is_unavailable(world: World, failure):
    person = await world.administrator()
    world.register.failure = failure

    responses = [
        await _search(world, person, kvkNumber="12345678"),
        await _search(world, person, name="iemand"),
        await world.http.get(f"{PATH}/12345678", headers=person.headers),
        await world.http.post(
            "/organizations/v1/organizations", json={"kvkNumber": "12345678"}, headers=person.headers
        ),
    ]

    assert {(each.status_code, each.json()["code"]) for each in responses} == {(503, "registry_unavailable")}
    assert all(each.headers["retry-after"] for each in responses)
    assert await world.published() == [], "a register that is down has missed nobody"


async def test_a_search_that_the_register_refuses_is_the_callers_problem(world: World):
    person = await world.administrator()
    world.register.failure = lambda _: fault(400, "IPD1999")

    response = await _search(world, person, name="iemand")

    assert (response.status_code, response.json()["code"]) == (422, "search_refused")


async def test_a_profile_of_somebody_else_is_not_believed(world: World):
    person = await world.administrator()
    number = world.register.add("Verwisseld B.V.", kvkNummer="20000000")

    response = await world.http.get(f"{PATH}/{number}", headers=person.headers)

    assert (response.status_code, response.json()["code"]) == (503, "registry_unavailable")


async def test_a_profile_is_shown_and_a_missing_one_is_not_found(world: World):
    person = await world.person(await world.environment(), "basic")
    number = world.register.add("Getoond B.V.", trade_names=("Getoond",))

    shown = await world.http.get(f"{PATH}/{number}", headers=person.headers)
    missing = await world.http.get(f"{PATH}/12345678", headers=person.headers)

    assert shown.json() == {
        "kvkNumber": number, "name": "Getoond B.V.", "tradeNames": ["Getoond"], "legalForm": "BesloteVennootschap",
        "rsin": "857587973", "addressShielded": False, "dissolved": False,
        "address": {"street": "Kade 7", "postalCode": "1011AB", "city": "Amsterdam", "country": "NL"},
    }  # fmt: skip
    assert (missing.status_code, missing.json()["code"]) == (404, "company_not_found")
