"""docker-compose.yml as processes, with its variables replaced by their defaults, as `docker compose` does."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from koerier.paths import find_layout

from support.deployment.process import Process, image_word

FILE = find_layout().root / "docker-compose.yml"


def load_compose() -> dict[str, Any]:
    """Return the file; a variable without a default is refused, as nobody says what it would be."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", FILE.read_text(encoding="utf-8"))
    assert "${" not in text
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def compose_processes(compose: Mapping[str, Any]) -> Mapping[str, Process]:
    """Return every service of the file."""
    return {name: _process(service) for name, service in compose["services"].items()}


def _process(service: Mapping[str, Any]) -> Process:
    environment = {name: str(value) for name, value in service.get("environment", {}).items()}
    return Process(
        image=image_word(service["image"]),
        arguments=tuple(service.get("command", ())),
        environment=environment,
        ready=_ready(service.get("healthcheck", {}), environment),
        stop_seconds=float(service["stop_grace_period"].removesuffix("s")),
        after=frozenset(service.get("depends_on", ())),
    )


def _ready(healthcheck: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[int, str] | None:
    """Return where the image's own health check asks: at HEALTH_URL."""
    if "/app/healthcheck.py" not in healthcheck.get("test", ()):
        return None
    address = urlsplit(environment["HEALTH_URL"])
    return (address.port or 80, address.path)
