"""The compatibility rule has no gaps: unions, maps, arrays and definitions are compared to their last field."""

import copy
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from koerier.contracts.schemas import RULE, incompatibilities
from pydantic import Field
from shared.contracts.event import Contract

Change = Callable[[dict[str, Any]], None]


class Inner(Contract):
    street: str
    country: str = "NL"


class Data(Contract):
    """One field of each kind that an event can have."""

    name: str
    amount_micros: int
    note: str | None = None
    address: Inner
    place: Inner | None = None
    places: tuple[Inner, ...] = ()
    prices: dict[str, int]
    limit: Annotated[int, Field(ge=0)] = 0


COMMITTED = Data.model_json_schema()


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = schema["properties"]
    return fields


def inner(schema: dict[str, Any]) -> dict[str, Any]:
    definition: dict[str, Any] = schema["$defs"]["Inner"]
    return definition


BREAKING: dict[str, tuple[Change, str]] = {
    "removed": (lambda it: properties(it).pop("name"), "name was removed or renamed"),
    "retyped": (lambda it: properties(it)["amount_micros"].update(type="string"), "amount_micros was integer"),
    "nullable": (
        lambda it: properties(it).update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "name was string and is null or string",
    ),
    "no longer nullable": (lambda it: properties(it).update(note={"type": "string"}), "note was null or string"),
    "another format": (lambda it: properties(it)["name"].update(format="uuid"), "name was string and is string:uuid"),
    "newly required": (lambda it: it["required"].append("limit"), "limit is newly required"),
    "no longer always there": (lambda it: it["required"].remove("name"), "name may be missing"),
    "values of a map retyped": (
        lambda it: properties(it)["prices"].update(additionalProperties={"type": "string"}),
        "prices{} was integer and is string",
    ),
    "a map that became an object": (
        lambda it: properties(it).update(prices={"type": "object", "properties": {}}),
        "prices was map and is object",
    ),
    "an array that became a value": (lambda it: properties(it).update(places={"$ref": "#/$defs/Inner"}), "places was"),
    "inside a field": (lambda it: inner(it)["properties"].pop("street"), "address.street was removed"),
    "inside an array": (lambda it: inner(it)["properties"].pop("street"), "places[].street was removed"),
    "inside a union": (lambda it: inner(it)["properties"].pop("street"), "place<object>.street was removed"),
    "newly required inside": (lambda it: inner(it)["required"].append("country"), "address.country is newly required"),
}


@pytest.mark.parametrize("what", BREAKING)
def test_a_breaking_change_is_found_where_it_is(what: str):
    change, problem = BREAKING[what]
    changed = copy.deepcopy(COMMITTED)
    change(changed)
    found = incompatibilities(COMMITTED, changed)
    assert any(line.startswith(problem) and line.endswith(RULE) for line in found), found


ALLOWED: dict[str, Change] = {
    "nothing": lambda _it: None,
    "an optional field": lambda it: properties(it).update(added={"type": "string", "default": ""}),
    "an optional field inside": lambda it: inner(it)["properties"].update(added={"type": "string", "default": ""}),
    "another description": lambda it: it.update(description="Said better.", title="Datum"),
    "another default": lambda it: properties(it)["limit"].update(default=5),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_an_additive_change_is_allowed(what: str):
    changed = copy.deepcopy(COMMITTED)
    ALLOWED[what](changed)
    assert incompatibilities(COMMITTED, changed) == []


def test_a_definition_may_be_renamed():
    changed = copy.deepcopy(COMMITTED)
    changed["$defs"]["Place"] = changed["$defs"].pop("Inner")
    text = repr(changed).replace("#/$defs/Inner", "#/$defs/Place")
    assert incompatibilities(COMMITTED, eval(text)) == []  # noqa: S307 - our own literal
