"""The generated secrets of one clone: made once, kept in `.local/secrets.json` (mode 600), never shown or logged.

A file of an older version is completed with what it lacks, so that data encrypted with its keys stays readable.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from koerier.servers.databases import SERVICES, ServiceRoles, service_roles


def _token() -> str:
    return secrets.token_urlsafe(24)


def _fernet_key() -> str:
    return Fernet.generate_key().decode()


def _payment_key() -> str:
    return f"test_{secrets.token_hex(15)}"  # the provider's test keys look like this, and clients check it


MAKERS: Mapping[str, Callable[[], str]] = {
    "postgres_superuser": _token,
    **{f"{service}_{role}": _token for service in SERVICES for role in ("owner", "app")},
    "identity_key": _fernet_key,
    "documents_key": _fernet_key,
    "billing_fingerprint_key": _token,
    "company_register_key": _token,
    "payment_provider_key": _payment_key,
    "access_point_token": _token,
    "access_point_inbound_token": _token,
    "smp_password": _token,
}

Secrets = Mapping[str, str]


def load_secrets(path: Path) -> Secrets:
    """Return the clone's secrets, making those that do not exist yet."""
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = {name: make() for name, make in MAKERS.items() if name not in known}
    if missing:
        known |= missing
        _write(path, json.dumps(known, indent=2) + "\n")
    return known


def _write(path: Path, text: str) -> None:
    """Replace the file as a whole; it never exists with other people's rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.rename(path)


def roles_of(service: str, known: Secrets) -> ServiceRoles:
    """Return a service's two database roles with their passwords."""
    return service_roles(service, owner_password=known[f"{service}_owner"], app_password=known[f"{service}_app"])
