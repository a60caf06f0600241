"""Schemas that resources are held against: Kubernetes' own, Strimzi's own, and ours for what no package publishes.

All are strict: a field that the schema does not name is an error, as a misspelt one would otherwise be dropped in
silence.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from support.deployment.kustomize import Resource
from support.deployment.tools import packages, strimzi_schemas

OURS = Path(__file__).with_name("schemas")
KUBERNETES = ("1.34.0", "1.37.0")
"""The oldest one whose features are used (preStop's sleep is stable since), and the newest one of the package."""


def problems_of(resource: Resource, version: str) -> list[str]:
    """Return what is wrong with a resource; raises `LookupError` when there is no schema for it."""
    return [
        f"{'/'.join(map(str, each.path))}: {each.message[:200]}"
        for each in _validator(resource, version).iter_errors(resource)
    ]


def compose_problems(compose: Mapping[str, Any]) -> list[str]:
    """Return what the Compose Specification does not allow."""
    file = packages() / "check_jsonschema" / "builtin_schemas" / "vendor" / "compose-spec.json"
    return [each.message for each in Draft202012Validator(json.loads(file.read_text())).iter_errors(compose)]


def _validator(resource: Resource, version: str) -> Any:
    group, _, api_version = resource["apiVersion"].rpartition("/")
    kind = resource["kind"]
    if group == "kafka.strimzi.io" and kind in strimzi_schemas():
        return _strimzi(kind)
    ours = OURS / f"{kind.lower()}.{group}.json"
    if ours.exists():
        return _ours(ours)
    short = group.removesuffix(".k8s.io").removesuffix(".authorization")
    return _kubernetes("-".join(filter(None, (kind.lower(), short, api_version))), version)


@cache
def _strimzi(kind: str) -> Any:
    return Draft7Validator(closed(strimzi_schemas()[kind], top=True))


@cache
def _ours(file: Path) -> Any:
    return Draft202012Validator(json.loads(file.read_text(encoding="utf-8")))


@cache
def _kubernetes(name: str, version: str) -> Any:
    file = _folder(version) / f"{name}.json"
    if not file.exists():
        raise LookupError(f"no schema for {name}")
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")), registry=_definitions(version))


@cache
def _definitions(version: str) -> Registry[Any]:
    definitions = json.loads((_folder(version) / "_definitions.json").read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resource("_definitions.json", DRAFT7.create_resource(definitions))
    return registry


def _folder(version: str) -> Path:
    return packages() / "kubernetes_validate" / "kubernetes-json-schema" / f"v{version}-local-strict"


def closed(schema: Any, *, top: bool = False) -> Any:
    """Return a schema of a custom resource that refuses what it does not name; metadata is Kubernetes' own."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: closed(value) for name, value in schema.items()}
    names = strict.get("properties")
    if names and "additionalProperties" not in strict and not strict.get("x-kubernetes-preserve-unknown-fields"):
        strict["additionalProperties"] = False
    if top:
        strict["properties"]["metadata"] = {"type": "object"}
    return strict
