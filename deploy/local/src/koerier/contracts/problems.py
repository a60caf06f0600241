"""The codes that the platform answers with: every deliberate error of every service, for the pages behind `type`."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from shared.errors import DomainError

from koerier.contracts.sources import SERVICES

_PACKAGES = ("shared", *SERVICES)


def problem_catalogue() -> dict[str, dict[str, Any]]:
    """Return status, sentence and origin of every error, by code; a code that two services have keeps each sentence."""
    for package in _PACKAGES:
        _import_all(package)
    found: dict[str, dict[str, Any]] = {}
    for kind in _kinds(DomainError):
        origin = kind.__module__.partition(".")[0]
        if origin not in _PACKAGES:
            continue
        entry = found.setdefault(kind.__new__(kind).code, {"status": kind.status, "sentences": {}})
        entry["sentences"][origin] = (kind.__doc__ or "").strip().splitlines()[0]
    return found


def _import_all(package: str) -> None:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _kinds(root: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)
