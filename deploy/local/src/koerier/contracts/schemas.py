"""The JSON Schemas of the events, and the rule by which one may follow another within a version.

Within `.v1` only optional fields may be added. Removing, renaming or retyping a field breaks who reads it; a field that
is newly required breaks who reads the records that are already on the topic.
"""

from collections.abc import Iterator
from typing import Any

from shared.contracts.event import Event

RULE = "within a version only optional fields may be added (docs/adr/0006-versions-of-events.md)"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """Return the event's schema as it is committed."""
    schema = event.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://koerier.example/schemas/{event.type}.json",
        **schema,
    }


def incompatibilities(committed: dict[str, Any], current: dict[str, Any]) -> list[str]:
    """Return what makes `current` break readers of `committed`, or of what was written under it."""
    found = _compare("", committed, current, (committed.get("$defs", {}), current.get("$defs", {})))
    return [f"{problem}: {RULE}" for problem in found]


def _compare(
    path: str, old: dict[str, Any], new: dict[str, Any], definitions: tuple[dict[str, Any], dict[str, Any]]
) -> Iterator[str]:
    old, new = _resolved(old, definitions[0]), _resolved(new, definitions[1])
    if _shape(old) != _shape(new):
        yield f"{path or 'the data'} was {_shape(old)} and is {_shape(new)}"
        return
    if "items" in old:
        yield from _compare(f"{path}[]", old["items"], new["items"], definitions)
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, inner in before.items():
        where = f"{path}.{name}".lstrip(".")
        if name not in after:
            yield f"{where} was removed or renamed"
        else:
            yield from _compare(where, inner, after[name], definitions)
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name} is newly required".lstrip(".")


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = definitions[schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _shape(schema: dict[str, Any]) -> str:
    """Return the type in one word, with its format; a union is the set of its members' shapes."""
    if "anyOf" in schema:
        return " or ".join(sorted(_shape(inner) for inner in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    return ":".join(str(part) for part in (schema.get("type", "any"), schema.get("format")) if part)
