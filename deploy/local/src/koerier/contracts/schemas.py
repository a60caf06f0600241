"""The JSON Schemas of the events, and the rule by which one may follow another within a version.

Within `.v1` only optional fields may be added. Removing, renaming or retyping a field breaks who reads it, and so does
leaving out what was always there; a field that is newly required breaks who reads what is already on the topic.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.event import Event

RULE = "within a version only optional fields may be added (docs/adr/0006-versions-of-events.md)"
Definitions = tuple[Mapping[str, Any], Mapping[str, Any]]


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


def _compare(path: str, old: Mapping[str, Any], new: Mapping[str, Any], definitions: Definitions) -> Iterator[str]:
    old, new = _resolved(old, definitions[0]), _resolved(new, definitions[1])
    if _shape(old, definitions[0]) != _shape(new, definitions[1]):
        yield f"{path or 'the data'} was {_shape(old, definitions[0])} and is {_shape(new, definitions[1])}"
        return
    for part, inner in _parts(old, definitions[0]).items():
        yield from _compare(path + part, inner, _parts(new, definitions[1])[part], definitions)
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, inner in before.items():
        where = f"{path}.{name}".lstrip(".")
        if name not in after:
            yield f"{where} was removed or renamed"
        else:
            yield from _compare(where, inner, after[name], definitions)
    yield from _compare_required(path, set(old.get("required", ())), set(new.get("required", ())), set(after))


def _compare_required(path: str, old: set[str], new: set[str], present: set[str]) -> Iterator[str]:
    for name in sorted(new - old):
        yield f"{path}.{name} is newly required".lstrip(".")
    for name in sorted((old - new) & present):
        yield f"{path}.{name} may be missing, and was always there".lstrip(".")


def _parts(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the schemas inside one that are no fields: of items, of a map's values, of a union's members."""
    parts: dict[str, Mapping[str, Any]] = {}
    if isinstance(schema.get("items"), Mapping):
        parts["[]"] = schema["items"]
    if isinstance(schema.get("additionalProperties"), Mapping):
        parts["{}"] = schema["additionalProperties"]
    for member in schema.get("anyOf", ()):
        resolved = _resolved(member, definitions)
        parts[f"<{_shape(resolved, definitions)}>"] = resolved
    return parts


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = definitions[schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _shape(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return the type in one word, with its format; a union is the set of its members' shapes."""
    schema = _resolved(schema, definitions)
    if "anyOf" in schema:
        return " or ".join(sorted(_shape(inner, definitions) for inner in schema["anyOf"]))
    kind = "map" if isinstance(schema.get("additionalProperties"), Mapping) else schema.get("type", "any")
    return ":".join(str(part) for part in (kind, schema.get("format")) if part)
