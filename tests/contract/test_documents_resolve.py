"""OpenAPI and AsyncAPI documents hold together: every reference leads somewhere, every example fits its schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from koerier.contracts.sources import SERVICES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [f"services/{service}/contracts/{kind}.json" for service in SERVICES for kind in ("openapi", "asyncapi")]


def load(path: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return document


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def resolves(document: dict[str, Any], reference: str) -> bool:
    node: Any = document
    head, *parts = reference.split("/")
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return head == "#"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_reference_leads_somewhere(path: str):
    document = load(path)
    found = list(references(document))
    assert found
    assert [reference for reference in found if not resolves(document, reference)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_examples_of_messages_fit_their_payload(service: str):
    document = load(f"services/{service}/contracts/asyncapi.json")
    for name, message in document["components"]["messages"].items():
        validator = Draft202012Validator(
            {"$ref": f"#/components/messages/{name}/payload", "components": document["components"]}
        )
        for example in message["examples"]:
            validator.validate(example["payload"])


@pytest.mark.parametrize("service", SERVICES)
def test_operations_point_to_channels_and_channels_to_messages(service: str):
    document = load(f"services/{service}/contracts/asyncapi.json")
    assert {operation["action"] for operation in document["operations"].values()} <= {"send", "receive"}
    for channel in document["channels"].values():
        assert channel["messages"], f"nobody says what is on {channel['address']}"
        assert channel["bindings"]["kafka"]["partitions"] in {6, 12}


def test_a_broken_reference_would_be_found():
    document = load(DOCUMENTS[0])
    assert not resolves(document, "#/components/schemas/Nothing")
    assert not resolves(document, "elsewhere.json#/components")
