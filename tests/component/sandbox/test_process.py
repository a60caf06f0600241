"""The sandbox as its own process: settings from the environment, all ports open when ready, a clean end."""

import asyncio
import base64
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from sandbox.peppol.certificates import self_signed
from sandbox.trust import trust_when_there

from .conftest import Running, free_port
from .test_mollie import KEY, PAYMENTS, request


def start(port: int, **environment: str) -> subprocess.Popen[bytes]:
    settings = {"SANDBOX_HTTP__PORT": str(port), "SANDBOX_SMTP__PORT": "0", "SANDBOX_DNS__PORT": "0"} | environment
    command = [sys.executable, "-m", "sandbox"]
    return subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def wait_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the process ended while it started"
        try:
            if httpx2.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx2.ConnectError:
            time.sleep(0.05)
    pytest.fail("not ready in time")


def test_the_process_reads_its_settings_and_ends_cleanly_on_a_signal() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = start(port, SANDBOX_KVK__API_KEY="other-key", SANDBOX_HTTP__PUBLIC_URL="http://sandbox.example:80/")
    try:
        wait_ready(process, url)
        assert httpx2.get(f"{url}/health/live").json() == {"status": "ok"}
        found = httpx2.get(f"{url}/kvk/test/api/v1/basisprofielen/68750110", headers={"apikey": "other-key"})
        assert found.json()["_links"]["self"]["href"].startswith("http://sandbox.example:80/kvk/test/api/v1/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()


def test_a_killed_process_comes_back_with_what_it_had_answered(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    for known in range(3):
        process = start(port, SANDBOX_STATE__FILE=str(tmp_path / "journal.jsonl"))
        try:
            wait_ready(process, url)
            assert httpx2.get(f"{url}/control/mollie").json()["payments"] == known
            assert httpx2.post(f"{url}{PAYMENTS}", json=request(), headers=KEY).status_code == 201
        finally:
            process.kill()
            process.communicate()


async def test_an_authority_that_appears_after_the_start_is_trusted_then(tmp_path: Path) -> None:
    ca_file = tmp_path / "root.crt"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    waiting = asyncio.create_task(trust_when_there(context, ca_file))
    ca_file.write_text("half a certif")
    await asyncio.sleep(0.1)
    assert (waiting.done(), context.cert_store_stats()["x509"]) == (False, 0)
    ca_file.write_text(ssl.DER_cert_to_PEM_cert(base64.b64decode(self_signed("Gateway", "Test").certificate)))
    await asyncio.wait_for(waiting, timeout=5)
    assert context.cert_store_stats()["x509"] == 1


async def test_the_first_page_and_the_overview_say_where_everything_is(
    http: httpx2.AsyncClient, sandbox: Running
) -> None:
    overview = (await http.get("/control")).json()
    assert overview["smtp"] == {"host": "127.0.0.1", "port": sandbox.smtp_port}
    assert overview["dns"]["zone"] == sandbox.zone
    page = await http.get("/")
    assert (page.status_code, str(sandbox.dns_port) in page.text) == (200, True)
    assert (await http.get("/openapi.json")).status_code == 200


def test_a_taken_port_ends_the_process_with_the_reason() -> None:
    process = start(free_port(), SANDBOX_SMTP__HOST="203.0.113.1")
    output, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert b"203.0.113.1" in output
