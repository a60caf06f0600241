"""The adapters against the sandbox's register and Peppol network, as the demo uses them."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from organizations.adapters.kvk.registry import KvkRegistry
from organizations.adapters.smp.documents import AccessPoint
from organizations.adapters.smp.registry import SmpRegistry
from organizations.bootstrap import _kvk_client, _smp_client
from organizations.domain.document_types import RECEIVED_BY_DEFAULT
from organizations.domain.errors import RegisteredElsewhere, RegistryUnavailable, SmpUnavailable
from organizations.domain.identifiers import KvkNumber
from organizations.settings import KvkSettings, SmpSettings
from pydantic import SecretStr
from sandbox.app import create_app
from sandbox.settings import DnsSettings, Settings, SmtpSettings
from shared.clock import SystemClock

BASE = "http://sandbox.example"
EXTERNAL = "0106:99100001"
PASSWORD = SecretStr("sandbox-smp-password")
POINT = AccessPoint(endpoint_url=f"{BASE}/peppol/ap/as4", certificate="", description="Koerier", contact_url=BASE)


@pytest.fixture(scope="module")
async def transport() -> AsyncIterator[httpx2.ASGITransport]:
    settings = Settings(smtp=SmtpSettings(port=0), dns=DnsSettings(port=0))
    async with LifespanManager(create_app(settings)) as running:
        yield httpx2.ASGITransport(running.app)


def _onto(client: httpx2.AsyncClient, transport: Any) -> httpx2.AsyncClient:
    """Let the client that bootstrap makes talk to the sandbox in this process."""
    client._transport = transport
    return client


@pytest.fixture
def register(transport: httpx2.ASGITransport) -> KvkRegistry:
    settings = KvkSettings(base_url=f"{BASE}/kvk/test/api", api_key=SecretStr("sandbox-kvk-key"))
    return KvkRegistry(_onto(_kvk_client(settings), transport), SystemClock())


def _smp(transport: httpx2.ASGITransport, password: SecretStr = PASSWORD) -> SmpRegistry:
    settings = SmpSettings(base_url=f"{BASE}/peppol/smp", username="koerier", password=password)
    return SmpRegistry(_onto(_smp_client(settings), transport), POINT)


async def _published(transport: httpx2.ASGITransport, identifier: str, suffix: str = "") -> httpx2.Response:
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        return await client.get(f"/peppol/smp/iso6523-actorid-upis%3A%3A{quote(identifier, safe='')}{suffix}")


@pytest.mark.requirement("R5.3")
async def test_companies_are_found_by_number_and_by_name(register: KvkRegistry):
    by_number = await register.find_by_number(KvkNumber("68750110"))
    by_name = await register.find_by_name("Test BV Donald", place=None, page=1, limit=10)

    assert "68750110" in {item.kvk_number for item in by_number.items}
    assert "68750110" in {item.kvk_number for item in by_name.items}


async def test_profiles_of_all_kinds_are_read(register: KvkRegistry):
    company = await register.find_profile(KvkNumber("68750110"))
    owners = await register.find_profile(KvkNumber("90000749"))

    assert company is not None
    assert (company.name, company.address.street, company.address.city) == (
        "Test BV Donald",
        "Hizzaarderlaan 3 A",
        "Lollum",
    )
    assert company.legal_form == "Besloten Vennootschap"
    assert owners is not None
    assert owners.address.city == "Dordrecht"


@pytest.mark.requirement("R5.4")
async def test_nobody_is_an_answer(register: KvkRegistry):
    assert (await register.find_by_number(KvkNumber("12345678"))).total == 0
    assert (await register.find_by_name("Bestaat Zeker Niet", place=None, page=1, limit=10)).total == 0
    assert await register.find_profile(KvkNumber("12345678")) is None


@pytest.mark.requirement("R5.3")
async def test_a_company_that_is_being_processed_and_a_wrong_key_are_unavailable(
    register: KvkRegistry, transport: httpx2.ASGITransport
):
    wrong = KvkSettings(base_url=f"{BASE}/kvk/test/api", api_key=SecretStr("wrong"))

    with pytest.raises(RegistryUnavailable):
        await register.find_profile(KvkNumber("90004973"))
    with pytest.raises(RegistryUnavailable):
        await KvkRegistry(_onto(_kvk_client(wrong), transport), SystemClock()).find_by_number(KvkNumber("68750110"))


@pytest.mark.requirement("R10.4", "R10.7")
async def test_a_participant_is_published_twice_and_withdrawn_twice(transport: httpx2.ASGITransport):
    smp = _smp(transport)

    for _ in range(2):
        await smp.publish("0106:68750110", RECEIVED_BY_DEFAULT)

    group = await _published(transport, "0106:68750110")
    assert group.text.count("ServiceMetadataReference ") == len(RECEIVED_BY_DEFAULT)
    for document_type in RECEIVED_BY_DEFAULT:
        suffix = f"/services/{quote(f'busdox-docid-qns::{document_type}', safe='')}"
        metadata = await _published(transport, "0106:68750110", suffix)
        assert POINT.endpoint_url in metadata.text
    for _ in range(2):
        await smp.withdraw("0106:68750110")
    assert (await _published(transport, "0106:68750110")).status_code == 404


async def test_a_participant_of_another_access_point_is_registered_elsewhere(transport: httpx2.ASGITransport):
    with pytest.raises(RegisteredElsewhere):
        await _smp(transport).publish(EXTERNAL, RECEIVED_BY_DEFAULT)


async def test_a_wrong_password_is_tried_again_later(transport: httpx2.ASGITransport):
    with pytest.raises(SmpUnavailable):
        await _smp(transport, SecretStr("wrong")).publish("0106:68750110", RECEIVED_BY_DEFAULT)
