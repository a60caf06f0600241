"""The committed contracts: which files there are, and what each must hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.contracts.catalogue import ALL_EVENTS

from koerier.contracts.asyncapi import asyncapi_of
from koerier.contracts.catalogue import catalogue
from koerier.contracts.explained_rules import explained_rules
from koerier.contracts.problems import problem_catalogue
from koerier.contracts.schemas import incompatibilities, schema_of
from koerier.contracts.sources import SERVICES, openapi_of

SCHEMAS = Path("shared/src/shared/contracts/schemas")
PROBLEMS = Path("services/identity/src/identity/entrypoints/http/problem_catalogue.json")


class IncompatibleEventError(Exception):
    """An event changed in a way that needs a new version; nothing was written."""


def generated() -> Iterator[tuple[Path, str]]:
    """Yield every generated file, relative to the repository, with its text."""
    for event in ALL_EVENTS:
        yield SCHEMAS / f"{event.type}.json", _json(schema_of(event))
    for service in SERVICES:
        yield Path("services") / service / "contracts/openapi.json", _json(openapi_of(service))
        yield Path("services") / service / "contracts/asyncapi.json", _json(asyncapi_of(service))
    yield PROBLEMS, _json(problem_catalogue())
    yield Path("docs/events.md"), catalogue()
    yield Path("docs/explained-rules.md"), explained_rules()


def write_contracts(root: Path) -> list[Path]:
    """Write what changed and return it; raises `IncompatibleEventError` before anything is written."""
    problems = broken_promises(root)
    if problems:
        raise IncompatibleEventError("\n".join(problems))
    changed = []
    for path, text in generated():
        target = root / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def broken_promises(root: Path) -> list[str]:
    """Return where the code's events break the committed schemas."""
    found = []
    for event in ALL_EVENTS:
        committed = root / SCHEMAS / f"{event.type}.json"
        if committed.exists():
            problems = incompatibilities(json.loads(committed.read_text(encoding="utf-8")), schema_of(event))
            found += [f"{event.type}: {problem}" for problem in problems]
    return found


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
