"""Finds out what the demo needs to know of the platform that runs in this clone."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from koerier.environment import Environment
from koerier.paths import Layout
from koerier.secrets_file import load_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The running platform: where it is reached, where its events pass, and where the demo remembers its runs."""

    base_url: str
    ca_file: str
    sandbox_url: str
    bootstrap_servers: str
    examples: Path
    memory: Path
    identity_environment: Mapping[str, str]

    async def create_operator(self, email: str) -> dict[str, str]:
        """Run identity's command, as whoever operates the platform does; return what it prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "identity",
            "create-operator",
            "--email",
            email,
            env=dict(self.identity_environment),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        last_line = output.decode().strip().splitlines()[-1]
        created: dict[str, str] = json.loads(last_line)
        return created


def stage_of(layout: Layout, ports: Mapping[str, int]) -> Stage:
    """Return the stage of the platform that runs with `ports`."""
    environment = Environment(layout=layout, ports=ports, secrets=load_secrets(layout.secrets_file))
    return Stage(
        base_url=environment.base_url,
        ca_file=str(environment.gateway.root_certificate),
        sandbox_url=environment.sandbox_url,
        bootstrap_servers=environment.bootstrap_servers,
        examples=layout.root / "examples",
        memory=layout.data / "demo" / "runs.json",
        identity_environment=environment.of_service("identity"),
    )
