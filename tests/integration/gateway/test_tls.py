"""The platform is reached by TLS alone, and by no version of it that has been broken."""

import socket
import ssl
import warnings

import httpx2
import pytest

from .conftest import RunningGateway

TOO_OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


def address_of(running: RunningGateway) -> tuple[str, int]:
    url = httpx2.URL(running.gateway.base_url)
    return url.host, int(url.port or 443)


@pytest.mark.requirement("R7.9")
async def test_what_comes_without_tls_reaches_no_service(running: RunningGateway) -> None:
    host, port = address_of(running)
    async with httpx2.AsyncClient() as plain:
        answer = await plain.get(f"http://{host}:{port}/api/v1/me", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 400
    assert "HTTPS" in answer.text
    assert "service" not in answer.text


@pytest.mark.requirement("R7.9")
@pytest.mark.parametrize("version", TOO_OLD, ids=lambda version: version.name)
async def test_broken_versions_of_tls_are_refused(running: RunningGateway, version: ssl.TLSVersion) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    host, port = address_of(running)
    with (
        socket.create_connection((host, port), timeout=5) as connection,
        pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"),
    ):
        context.wrap_socket(connection, server_hostname=host)
