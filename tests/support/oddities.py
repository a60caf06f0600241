"""Values that programs stumble over, and what puts one of them into an object or a request that was right."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from support.access.operations import Operation, Request

ODD_VALUES: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 2**70, -(2**70), 1e308, 0.1, "", " ", "\x00", "a\x00b", "x" * 5000, "١٢٣",
    "2026-13-45T25:61:61Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999999+23:59", "not-a-uuid",
    "00000000-0000-0000-0000-000000000000", "\ud800", [], [None], {}, {"a": {"b": []}}, [[[[]]]], "NaN", "';--",
]  # fmt: skip
REMOVED = object()
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in items:
        yield (*path, name)
        yield from places_in(part, (*path, name))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy with something else at the path, or without it."""
    made = copy.deepcopy(value)
    inside = made
    for name in path[:-1]:
        inside = inside[name]
    if new is REMOVED:
        del inside[path[-1]]
    else:
        inside[path[-1]] = new
    return made


def slipped(request: Request, operation: Operation, turn: int, new: Any) -> Request:
    """Return the request with one parameter or field of it changed; which one depends on `turn`."""
    queried = [parameter["name"] for parameter in operation.parameters if parameter["in"] == "query"]
    body = _body_of(request)
    fields = list(places_in(body))
    place = turn % max(len(queried) + len(fields), 1)
    if place < len(queried):
        rest = {name: value for name, value in request.params.items() if name != queried[place]}
        return replace(request, params=rest if new is REMOVED else {**rest, queried[place]: _as_text(new)})
    if not fields:
        return request
    return replace(request, content=_written(replaced(body, fields[place - len(queried)], new), request.content_type))


def _body_of(request: Request) -> Any:
    if request.content is None:
        return None
    if request.content_type == _FORM:
        return dict(parse_qsl(request.content.decode()))
    return json.loads(request.content) if request.content_type == _JSON else None


def _written(body: Any, content_type: str | None) -> bytes:
    if content_type == _FORM:
        return urlencode({name: _as_text(value) for name, value in body.items()}).encode()
    return json.dumps(body).encode()


def _as_text(value: Any) -> str:
    """Return the value as it stands in an address or a form: half a surrogate pair cannot."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode()
