"""The gateway's routes, limits and headers, on the real Caddy."""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest

from .conftest import RunningGateway

ROUTES = [
    ("identity", "/connect/token"),
    ("identity", "/.well-known/jwks.json"),
    ("identity", "/.well-known/openid-configuration"),
    ("identity", "/identity/v1/registrations"),
    ("identity", "/api/v1/me"),
    ("identity", "/api/v1/user"),
    ("identity", "/api/v1/user/jan"),
    ("identity", "/problems/not_found"),
    ("organizations", "/organizations/v1/companies?kvkNumber=12345678"),
    ("organizations", "/api/v1/me/party"),
    ("organizations", "/api/v1/user/jan/party"),
    ("organizations", "/api/v1/user/jan/party/NL%3AKVK%3A12345678"),
    ("organizations", "/api/v1/peppol/config"),
    ("organizations", "/api/v1/peppol/config/party/0106%3A12345678"),
    ("organizations", "/api/v1/peppol/0106%3A12345678/prepareToMigrate"),
    ("organizations", "/api/v1/0106:12345678/enroll"),
    ("billing", "/billing/v1/webhooks/mollie"),
    ("documents", "/documents/v1/documents?limit=5"),
    ("documents", "/api/v1/peppol/deliveryOption?partyIds=0106:12345678"),
    ("documents", "/api/v1/hook"),
    ("documents", "/api/v1/0106%3A12345678/hook/ping"),
    ("documents", "/api/v1/0106%3A12345678/salesInvoice/send"),
    ("documents", "/api/v1/generic/validate"),
]


@pytest.mark.parametrize(("service", "path"), ROUTES)
async def test_path_reaches_the_service_that_owns_it_unchanged(
    running: RunningGateway, service: str, path: str
) -> None:
    answered, request = await running.service_of("POST", path, content=b"x")
    assert (answered, request["target"], request["method"], request["size"]) == (service, path, "POST", 1)


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("documents", "/0106%3A12345678/salesInvoice/send?x=/api/v1-beta/"),
        ("organizations", "/peppol/config"),
        ("identity", "/me"),
    ],
)
async def test_beta_address_is_an_alias_of_version_one(running: RunningGateway, service: str, path: str) -> None:
    answered, request = await running.service_of("GET", f"/api/v1-beta{path}")
    assert (answered, request["target"]) == (service, f"/api/v1{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/health/ready",
        "/health/live",
        "/documents/v1/access-point/inbound",
        "/documents/v1/access-point",
        "/documents//v1/access-point/inbound",
        "/documents/v1/./access-point/inbound",
        "/documents/v1/x/../access-point/inbound",
        "/documents/v1/%61ccess-point/inbound",
        "/documents/v1/access-point%2Finbound",
        "/documents/v1/access-point/%2e%2e/access-point/inbound",
        "/documents/v1/ACCESS-POINT/inbound",
        "/identity/v1/key-exchange",
        "/docs",
        "/openapi.json",
        "/admin",
        "/api",
        "/api/v2/me",
    ],
)
async def test_internal_and_unknown_addresses_are_not_found(running: RunningGateway, path: str) -> None:
    before = {name: len(service.requests) for name, service in running.services.items()}
    response = await _raw(running, path)
    assert response.startswith(b"HTTP/1.1 404"), response
    assert b"application/problem+json" in response
    assert {name: len(service.requests) for name, service in running.services.items()} == before


async def test_the_address_alone_says_what_is_here(running: RunningGateway) -> None:
    response = await _raw(running, "/")
    assert response.startswith(b"HTTP/1.1 200"), response
    assert b"text/plain; charset=utf-8" in response
    for line in response.partition(b"\r\n\r\n")[2].splitlines()[2:]:
        assert not line.startswith((b"\t", b" ")), line
    assert b"/identity/v1/" in response


async def _raw(running: RunningGateway, path: str) -> bytes:
    """Send a path as it stands: clients tidy theirs up."""
    trust = ssl.create_default_context(cafile=str(running.gateway.root_certificate))
    reader, writer = await asyncio.open_connection("localhost", running.gateway.port, ssl=trust)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{running.gateway.port}\r\nConnection: close\r\n\r\n".encode())
    response = await reader.read()
    writer.close()
    await writer.wait_closed()
    return response


async def test_metrics_and_health_of_the_gateway_are_on_its_internal_port(running: RunningGateway) -> None:
    async with httpx2.AsyncClient() as client:
        assert (await client.get(running.gateway.health_url)).status_code == 200
        metrics = await client.get(running.gateway.health_url.replace("/health/ready", "/metrics"))
    assert "caddy_http_requests_in_flight" in metrics.text


async def test_request_without_id_gets_one_that_the_service_and_the_caller_see(running: RunningGateway) -> None:
    response = await running.client.get("/api/v1/me")
    request_id = response.json()["headers"]["x-request-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", request_id)
    assert response.headers["X-Request-Id"] == request_id


async def test_plain_request_id_of_the_caller_is_kept(running: RunningGateway) -> None:
    _, request = await running.service_of("GET", "/api/v1/me", headers={"X-Request-Id": "order-42"})
    assert request["headers"]["x-request-id"] == "order-42"  # type: ignore[index]


@pytest.mark.parametrize("request_id", ['a"b', "{{now}}", "x" * 65, "a b"])
async def test_request_id_that_is_no_plain_word_is_replaced(running: RunningGateway, request_id: str) -> None:
    _, request = await running.service_of("GET", "/api/v1/me", headers={"X-Request-Id": request_id})
    assert re.fullmatch(r"[0-9a-f-]{36}", request["headers"]["x-request-id"])  # type: ignore[index]


async def test_trace_context_from_outside_is_dropped(running: RunningGateway) -> None:
    headers = {
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": "a=b",
        "baggage": "user=1",
    }
    _, request = await running.service_of("GET", "/api/v1/me", headers=headers)
    assert not {"traceparent", "tracestate", "baggage"} & set(request["headers"])  # type: ignore[call-overload]


async def test_answer_names_no_server_software(running: RunningGateway) -> None:
    for path in ("/api/v1/me", "/nothing"):
        response = await running.client.get(path)
        assert not {"server", "via"} & set(response.headers)
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_body_of_twenty_three_megabytes_passes(running: RunningGateway) -> None:
    _, request = await running.service_of("POST", "/documents/v1/documents", content=b"x" * 23_000_000)
    assert request["size"] == 23_000_000


async def _unannounced(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100_000):
        yield b"x" * 100_000


@pytest.mark.parametrize("announced", [True, False])
async def test_larger_body_is_refused_with_a_problem(running: RunningGateway, *, announced: bool) -> None:
    content = b"x" * 25_000_000 if announced else _unannounced(24_100_000)
    response = await running.client.post("/documents/v1/documents", content=content)
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"{running.gateway.base_url}/problems/request_too_large"
    assert (problem["status"], problem["code"]) == (413, "request_too_large")
    assert problem["requestId"] == response.headers["X-Request-Id"]


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("version", ["v1", "v1-beta"])
async def test_larger_body_on_the_message_bus_is_refused_in_its_own_words(
    running: RunningGateway, version: str, *, announced: bool
) -> None:
    content = b"x" * 25_000_000 if announced else _unannounced(24_100_000)
    response = await running.client.post(f"/api/{version}/0106:12345678/salesInvoice/send", content=content)
    assert response.status_code == 413
    error = response.json()
    assert set(error) == {"code", "message", "helpLink", "requestId", "dateTime"}
    assert error["code"] == "API413"
    assert re.fullmatch(r"[0-9a-f]{32}", error["requestId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", error["dateTime"])
    assert abs((datetime.fromisoformat(error["dateTime"]) - datetime.now().astimezone()).total_seconds()) < 60


async def test_connection_key_reaches_the_service_as_an_exchanged_token(running: RunningGateway) -> None:
    before = len(running.services["identity"].requests)
    service, request = await running.service_of(
        "POST",
        "/api/v1/0106:12345678/salesInvoice/send",
        content=b"<Invoice/>",
        headers={"Authorization": "bearer koe_ck_live_known", "X-Request-Id": "key-1"},
    )
    assert (service, request["size"]) == ("documents", 10)
    assert request["headers"]["authorization"] == "Bearer exchanged-token"  # type: ignore[index]
    assert running.services["identity"].requests[before:] == ["/identity/v1/key-exchange"]


async def test_unknown_connection_key_gets_identitys_refusal_and_reaches_no_service(running: RunningGateway) -> None:
    before = len(running.services["documents"].requests)
    response = await running.client.post(
        "/api/v1/0106:12345678/salesInvoice/send",
        content=b"<Invoice/>",
        headers={"Authorization": "Bearer koe_ck_live_other"},
    )
    assert (response.status_code, response.json()) == (401, {"code": "unauthenticated", "size": 0})
    assert len(running.services["documents"].requests) == before


async def test_other_tokens_pass_without_asking_identity(running: RunningGateway) -> None:
    before = len(running.services["identity"].requests)
    _, request = await running.service_of("GET", "/documents/v1/documents", headers={"Authorization": "Bearer ey.a.b"})
    assert request["headers"]["authorization"] == "Bearer ey.a.b"  # type: ignore[index]
    assert len(running.services["identity"].requests) == before


async def test_caller_cannot_claim_to_come_from_another_address(running: RunningGateway) -> None:
    _, request = await running.service_of("GET", "/api/v1/me", headers={"X-Forwarded-For": "198.51.100.7"})
    assert request["headers"]["x-forwarded-for"] == "127.0.0.1"  # type: ignore[index]


async def test_service_that_is_down_is_a_problem_to_try_again(running: RunningGateway) -> None:
    await running.services["billing"].stop()
    try:
        response = await running.client.get("/billing/v1/balance")
    finally:
        await running.services["billing"].start()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "service_unavailable"


async def test_service_that_is_down_is_told_in_the_message_bus_model(running: RunningGateway) -> None:
    await running.services["documents"].stop()
    try:
        response = await running.client.get("/api/v1/hook")
    finally:
        await running.services["documents"].start()
    assert (response.status_code, response.json()["code"]) == (503, "API503")
    assert response.headers["Retry-After"] == "1"


async def test_request_waits_for_a_service_that_comes_back_at_once(running: RunningGateway) -> None:
    billing = running.services["billing"]
    await billing.stop()
    waiting = asyncio.create_task(running.client.post("/billing/v1/top-ups", content=b'{"amount":"50.00"}'))
    await asyncio.sleep(0.1)
    await billing.start()
    response = await waiting
    assert (response.status_code, response.json()["size"]) == (200, 18)


async def test_identity_down_makes_a_connection_key_a_problem_to_try_again(running: RunningGateway) -> None:
    await running.services["identity"].stop()
    try:
        response = await running.client.get(
            "/documents/v1/documents", headers={"Authorization": "Bearer koe_ck_live_known"}
        )
    finally:
        await running.services["identity"].start()
    assert (response.status_code, response.json()["code"]) == (503, "service_unavailable")


async def test_gateways_own_certificate_is_checked_by_its_root(running: RunningGateway) -> None:
    async with httpx2.AsyncClient() as strangers:
        with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await strangers.get(f"{running.gateway.base_url}/api/v1/me")


async def test_access_log_holds_no_secrets(running: RunningGateway) -> None:
    await running.client.get(
        "/identity/v1/registrations/completion?token=geheim-in-link",
        headers={"Authorization": "Bearer geheim-in-header", "Cookie": "geheim=koek"},
    )
    await asyncio.sleep(0.2)
    log = (running.gateway.storage.parent / "gateway.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if '"handled request"' in line]
    assert any("registrations/completion" in line["request"]["uri"] for line in lines)
    assert "geheim" not in log
