"""The demo is the acceptance test: what it promises, it must show on a fresh platform, and again on a warm one."""

import json
import re
import shlex
import subprocess

import pytest

from .conftest import Clone

CHECKS = re.compile(r"(\d+) of (\d+) held")
STEPS = (
    "1 Register",
    "2 Add an organization",
    "3 Activate",
    "4 Members",
    "5 Credit",
    "6 Receiving",
    "7 Send and receive",
    "8 Announce",
    "9 Revoke",
    "10 People and keys",
)


@pytest.mark.requirement(
    "R1.1", "R1.2", "R1.3", "R2.3", "R2.5", "R3.1", "R3.2", "R3.3", "R5.3", "R5.10", "R5.11", "R5.12", "R5.13", "R5.17",
    "R5.21", "R7.1", "R7.2", "R7.5", "R8.1", "R8.3", "R10.1", "R10.2", "R10.3", "R10.4", "R10.8", "RA1.2", "RA6.2",
)  # fmt: skip
def test_the_demo_plays_every_step_and_every_check_holds(clone: Clone) -> None:
    played = clone.run("demo")

    assert played.returncode == 0, _failed_checks(played.stdout) + played.stderr
    held, made = _score(played.stdout)
    assert held == made >= 60
    for step in STEPS:
        assert step in played.stdout
    for event in ("UserRegistered", "OrganizationActivated", "ReceiveEnabled", "DocumentReceived", "ChargeBooked"):
        assert _type_of(event) in played.stdout


def test_the_demo_plays_again_on_the_platform_that_is_up(clone: Clone) -> None:
    before = clone.process("documents-worker")["pid"]

    played = clone.run("demo")

    assert played.returncode == 0, _failed_checks(played.stdout) + played.stderr
    assert clone.process("documents-worker")["pid"] == before


def test_the_printed_curl_line_sends_an_invoice(clone: Clone) -> None:
    played = clone.run("demo")
    line = next(line for line in played.stdout.splitlines() if line.startswith("curl "))

    sent = subprocess.run(
        [*shlex.split(line), "--silent"], cwd=clone.layout.root, capture_output=True, text=True, check=True, timeout=30
    )

    assert set(json.loads(sent.stdout)) == {"id"}, sent.stdout


def _score(output: str) -> tuple[int, int]:
    found = CHECKS.search(output)
    assert found, output[-2000:]
    return int(found.group(1)), int(found.group(2))


def _failed_checks(output: str) -> str:
    return "\n".join(line for line in output.splitlines() if "✗" in line) or output[-3000:]


def _type_of(event: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", event).lower() + ".v1"
