"""What the SMP's answers mean."""

import base64
from typing import Any

import httpx2
import pytest
from organizations.adapters.smp.documents import AccessPoint
from organizations.adapters.smp.registry import SmpRegistry
from organizations.domain.errors import RegisteredElsewhere, RegistrationRefused, SmpUnavailable

POINT = AccessPoint(
    endpoint_url="https://ap.example", certificate="", description="Koerier", contact_url="https://k.example"
)
TYPES = ("urn:one", "urn:two")


def _registry(handler: Any) -> SmpRegistry:
    client = httpx2.AsyncClient(
        base_url="https://smp.example", auth=("koerier", "geheim"), transport=httpx2.MockTransport(handler)
    )
    return SmpRegistry(client, POINT)


async def test_a_registration_puts_the_group_and_then_each_document_type():
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200)

    await _registry(answer).publish("0106:12345678", TYPES)

    group = "/iso6523-actorid-upis%3A%3A0106%3A12345678"
    assert [(request.method, request.url.raw_path.decode()) for request in asked] == [
        ("PUT", group),
        ("PUT", f"{group}/services/busdox-docid-qns%3A%3Aurn%3Aone"),
        ("PUT", f"{group}/services/busdox-docid-qns%3A%3Aurn%3Atwo"),
    ]
    login = base64.b64encode(b"koerier:geheim").decode()
    assert {request.headers["authorization"] for request in asked} == {f"Basic {login}"}
    assert {request.headers["content-type"] for request in asked} == {"application/xml"}


@pytest.mark.parametrize(
    ("status", "text", "meaning"),
    [
        (409, "", RegisteredElsewhere),
        (500, "SML: The participant identifier already exists at another SMP", RegisteredElsewhere),
        (500, "disk full", SmpUnavailable),
        (503, "", SmpUnavailable),
        (401, "", SmpUnavailable),
        (403, "", SmpUnavailable),
        (404, "", SmpUnavailable),
        (302, "", SmpUnavailable),
        (400, "", RegistrationRefused),
        (422, "", RegistrationRefused),
    ],
)
async def test_answers_to_a_registration(status: int, text: str, meaning: type[Exception]):
    with pytest.raises(meaning):
        await _registry(lambda _: httpx2.Response(status, text=text)).publish("0106:12345678", TYPES)


async def test_no_answer_passes():
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("slow", request=request)

    for call in (_registry(refuse).publish("0106:12345678", TYPES), _registry(refuse).withdraw("0106:12345678")):
        with pytest.raises(SmpUnavailable):
            await call


async def test_withdrawing_what_is_not_there_is_done():
    await _registry(lambda _: httpx2.Response(404)).withdraw("0106:12345678")
