"""What is committed is what the code says, and what the code says keeps what was promised."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from koerier.contracts.examples import example_of
from koerier.contracts.files import SCHEMAS, broken_promises, generated, write_contracts
from koerier.contracts.schemas import RULE, incompatibilities, schema_of
from koerier.contracts.sources import SERVICES, consumers_of
from shared.contracts.catalogue import ALL_EVENTS
from shared.contracts.event import Event
from shared.contracts.organizations import OrganizationActivated

ROOT = Path(__file__).parents[2]


def test_committed_contracts_are_what_the_code_says() -> None:
    drifted = [
        str(path) for path, text in generated() if not (ROOT / path).exists() or (ROOT / path).read_text() != text
    ]

    assert drifted == [], "run `make contracts` and commit what changed"


def test_no_schema_is_committed_for_an_event_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / SCHEMAS).glob("*.json")} == {event.type for event in ALL_EVENTS}


def test_the_events_keep_what_their_committed_schemas_promise() -> None:
    assert broken_promises(ROOT) == []


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: event.type)
def test_the_example_fits_the_committed_schema_and_the_class(event: type[Event]) -> None:
    example = example_of(event)

    Draft202012Validator(json.loads((ROOT / SCHEMAS / f"{event.type}.json").read_text())).validate(example)
    event.model_validate(example)


def _committed() -> dict[str, Any]:
    return schema_of(OrganizationActivated)


def _without_field(schema: dict[str, Any]) -> None:
    del schema["properties"]["verified_by"]


def _renamed_field(schema: dict[str, Any]) -> None:
    schema["properties"]["checked_by"] = schema["properties"].pop("verified_by")


def _retyped_field(schema: dict[str, Any]) -> None:
    schema["properties"]["verified_by"] = {"type": "integer"}


def _newly_required_field(schema: dict[str, Any]) -> None:
    schema["properties"]["reviewer"] = {"type": "string"}
    schema["required"].append("reviewer")


def _retyped_inside_the_state(schema: dict[str, Any]) -> None:
    schema["$defs"]["OrganizationState"]["properties"]["name"] = {"type": "null"}


def _removed_inside_an_array(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Identifier"]["properties"]["scheme"]


@pytest.mark.parametrize(
    "break_it",
    [
        _without_field,
        _renamed_field,
        _retyped_field,
        _newly_required_field,
        _retyped_inside_the_state,
        _removed_inside_an_array,
    ],
)
def test_a_change_that_breaks_readers_is_refused_with_the_rule(break_it: Any) -> None:
    changed = copy.deepcopy(_committed())
    break_it(changed)

    problems = incompatibilities(_committed(), changed)

    assert problems
    assert all(RULE in problem for problem in problems)


def test_a_new_optional_field_is_allowed() -> None:
    changed = copy.deepcopy(_committed())
    changed["properties"]["note"] = {"type": "string", "default": ""}

    assert incompatibilities(_committed(), changed) == []


def test_a_breaking_change_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / SCHEMAS / f"{OrganizationActivated.type}.json"
    target.parent.mkdir(parents=True)
    promised = _committed()
    promised["properties"]["gone"] = {"type": "string"}
    target.write_text(json.dumps(promised))

    with pytest.raises(Exception, match="gone was removed"):
        write_contracts(tmp_path)

    assert json.loads(target.read_text()) == promised


@pytest.mark.parametrize("service", SERVICES)
def test_openapi_is_3_1_and_says_how_to_call(service: str) -> None:
    document = json.loads((ROOT / "services" / service / "contracts/openapi.json").read_text())
    operations = [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]

    assert document["openapi"].startswith("3.1")
    assert document["info"]["contact"]["name"] == "Koerier"
    names = [operation["operationId"] for _, operation in operations]
    assert len(names) == len(set(names))
    assert [name for name, operation in operations if not operation.get("tags")] == []
    assert [
        name for name, operation in operations if "422" in operation["responses"] and _is_schema_error(operation)
    ] == []


def _is_schema_error(operation: dict[str, Any]) -> bool:
    return "HTTPValidationError" in json.dumps(operation["responses"]["422"])


@pytest.mark.parametrize("service", SERVICES)
def test_asyncapi_names_every_event_that_is_published_or_read(service: str) -> None:
    document = json.loads((ROOT / "services" / service / "contracts/asyncapi.json").read_text())
    published = {event.type for event in ALL_EVENTS if event.topic.owner == service}

    assert document["asyncapi"] == "3.0.0"
    assert published <= set(document["components"]["messages"])
    for operation in document["operations"].values():
        name = operation["channel"]["$ref"].rpartition("/")[2]
        assert name in document["channels"]


@pytest.mark.parametrize("service", SERVICES)
def test_consumer_groups_are_named_after_service_and_topic(service: str) -> None:
    for consumer in consumers_of(service):
        head, _, topic = consumer.group.partition(".")
        assert topic == consumer.topic.name
        assert head == service or head.startswith(f"{service}-")
