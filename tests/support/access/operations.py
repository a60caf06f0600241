"""The operations of a service as its OpenAPI has them, and a request for each that a rightful caller would send.

Everything is read from the document that the application generates, so that an endpoint made tomorrow is in the list
tomorrow. A value is found by the name of its parameter or field: a test says what `organizationId` is, once.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


class NoSampleError(Exception):
    """A required value has no sample: name one for the operation's parameter or field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    service: str
    method: str
    path: str
    description: Mapping[str, Any] = field(repr=False)
    components: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        return list(self.description.get("parameters", []))

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent. `names` are the samples that it addresses: path, query and body."""

    method: str
    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str | None = None
    names: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Everything that the caller already knows, because it is in the request."""
        body = (self.content or b"").decode(errors="replace")
        return " ".join((self.url, json.dumps(self.params), body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Values by name; an entry `"<METHOD> <path>"` in `bodies` is the whole body of that operation."""

    values: Mapping[str, Any]
    bodies: Mapping[str, tuple[str, bytes, frozenset[str]]] = field(default_factory=dict)
    special: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def for_operation(self, operation: Operation) -> Mapping[str, Any]:
        """Return the values, with those that are different for this operation only."""
        return {**self.values, **self.special.get(operation.name, {})}


def operations_of(service: str, document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI document: what reads first, what deletes last."""
    found = [
        Operation(
            service=service,
            method=method,
            path=path,
            description=description,
            components=document.get("components", {}).get("schemas", {}),
        )
        for path, methods in document["paths"].items()
        for method, description in methods.items()
        if method in METHODS
    ]
    yield from sorted(found, key=lambda operation: METHODS.index(operation.method))


def request_for(operation: Operation, samples: Samples) -> Request:
    """Fill in the operation; raises `NoSampleError` when something required cannot be."""
    values = samples.for_operation(operation)
    used: set[str] = set()
    url = operation.path
    for name in operation.path_names:
        url = url.replace(f"{{{name}}}", str(_known(values, name, operation, used)))
    params = {
        parameter["name"]: _known(values, parameter["name"], operation, used)
        for parameter in operation.parameters
        if parameter["in"] == "query" and (parameter.get("required") or parameter["name"] in values)
    }
    content_type, content = _body(operation, samples, values, used)
    return Request(
        method=operation.method.upper(),
        url=url,
        params=params,
        content=content,
        content_type=content_type,
        names=frozenset(used),
    )


def _known(values: Mapping[str, Any], name: str, operation: Operation, used: set[str]) -> Any:
    if name not in values:
        raise NoSampleError(f"{operation.name}: no sample for the parameter {name}")
    used.add(name)
    return values[name]


def _body(
    operation: Operation, samples: Samples, values: Mapping[str, Any], used: set[str]
) -> tuple[str | None, bytes | None]:
    given = samples.bodies.get(operation.name)
    if given is not None:
        used |= given[2]
        return given[0], given[1]
    offered = operation.description.get("requestBody", {}).get("content", {})
    if not offered:
        return None, None
    if "application/json" not in offered:
        raise NoSampleError(f"{operation.name}: no sample body of {', '.join(offered)}")
    body = _sample(offered["application/json"]["schema"], operation, values, used)
    return "application/json", json.dumps(body).encode()


def _sample(schema: Mapping[str, Any], operation: Operation, values: Mapping[str, Any], used: set[str]) -> Any:
    """Return an object with its required fields, and those that have a sample."""
    schema = _resolved(schema, operation)
    if schema.get("type") != "object":
        return _scalar("", schema, operation, values, used)
    required = set(schema.get("required", ()))
    return {
        name: _scalar(name, _resolved(part, operation), operation, values, used)
        for name, part in schema.get("properties", {}).items()
        if name in required or name in values
    }


def _scalar(
    name: str, schema: Mapping[str, Any], operation: Operation, values: Mapping[str, Any], used: set[str]
) -> Any:
    if name in values:
        used.add(name)
        return values[name]
    for source in ("const", "default"):
        if source in schema:
            return schema[source]
    for source in ("examples", "enum"):
        if schema.get(source):
            return schema[source][0]
    match schema.get("type"):
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "object":
            return _sample(schema, operation, values, used)
    raise NoSampleError(f"{operation.name}: no sample for the field {name or '(the body itself)'}")


def _resolved(schema: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    return operation.components[reference.rpartition("/")[2]] if reference else schema
