"""Who may call what: the callers that every operation meets, and what it must answer them.

`violations(stage)` calls every operation of a service as each of them and returns what is wrong, as sentences. The
rules need no list of endpoints. What is an exception to them (open to everybody, allowed to a basic user, about public
data) stands in the stage's `Policy`, with the reason, and an entry that fits no operation is itself a violation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from support.access.operations import Operation, Request, Samples, operations_of, request_for

REFUSED = frozenset({401, 403, 404})
KNOWN_BUT_OUT = frozenset({"revoked key", "a blocked user"})
"""Who is told that it is known and may not."""
GRANTED = frozenset({200, 201, 202, 204})
_FAULT = 500
Reasons = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The exceptions of one service, by operation (`GET /path`), each with its reason.

    `harmless`: samples that name nothing of the victim's own. `filters`: lists that show a stranger nothing of what is
    asked for: an empty list. `settled`: statuses that a rightful caller may get
    besides success, because of the state in which the calls before it left the object.
    """

    public: Reasons = field(default_factory=dict)
    basic_may: Reasons = field(default_factory=dict)
    operators_only: Reasons = field(default_factory=dict)
    harmless: Reasons = field(default_factory=dict)
    filters: Reasons = field(default_factory=dict)
    settled: Mapping[str, frozenset[int]] = field(default_factory=dict)
    unlisted: Reasons = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Request headers by caller. `strangers` and `odd` hold nothing that counts; `rightful` may do what it asks."""

    strangers: Mapping[str, dict[str, str]]
    odd: Mapping[str, dict[str, str]]
    foreigners: Mapping[str, dict[str, str]]
    basic: dict[str, str]
    rightful: dict[str, str]
    operator: dict[str, str]
    rightful_for: Mapping[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A running service with a victim's objects in it; `marks` are texts that only the victim may be shown."""

    service: str
    http: httpx2.AsyncClient
    app: Any
    samples: Samples
    callers: Callers
    policy: Policy
    marks: tuple[str, ...]

    def operations(self) -> list[Operation]:
        return list(operations_of(self.service, self.app.openapi()))


async def violations(stage: Stage, *, only: str = "") -> list[str]:
    """Call everything (or what has `only` in its path) as everybody; return what should not have happened."""
    found = stale_exceptions(stage) + unlisted_routes(stage)
    for turn, operation in enumerate(each for each in stage.operations() if only in each.path):
        request = request_for(operation, stage.samples)
        if operation.name not in stage.policy.public:
            found += await _strangers(stage, operation, request, turn)
        found += await _foreigners(stage, operation, request)
        found += await _basic(stage, operation, request)
    return found


async def unusable(stage: Stage) -> list[str]:
    """Call everything as who may: return what is refused, because then a refusal of others would say nothing."""
    found = []
    for operation in sorted(stage.operations(), key=ends_the_session):
        if operation.name in stage.policy.public:
            continue
        answer = await _send(stage, request_for(operation, stage.samples), _rightful(stage, operation))
        if answer.status_code not in GRANTED | stage.policy.settled.get(operation.name, frozenset()):
            found.append(f"{operation.name}: {answer.status_code} for who may: {answer.text[:300]}")
    return found


def ends_the_session(operation: Operation) -> int:
    """Return 1 for what ends the caller's other sessions, 2 for what ends this one: nothing works after that."""
    return {"DELETE /identity/v1/sessions/others": 1, "DELETE /identity/v1/sessions/current": 2}.get(operation.name, 0)


def stale_exceptions(stage: Stage) -> list[str]:
    """Return the exceptions that are about nothing."""
    names = {operation.name for operation in stage.operations()}
    policy = stage.policy
    listed = {*policy.public, *policy.basic_may, *policy.operators_only, *policy.settled, *policy.filters}
    return [f"{name}: an exception for an operation that does not exist" for name in sorted(listed - names)]


def unlisted_routes(stage: Stage) -> list[str]:
    """Return the routes that OpenAPI does not show and that nobody gave a reason for."""
    shown = {operation.name for operation in stage.operations()}
    return [
        f"{name}: a route that is not in OpenAPI and has no reason in the policy"
        for name in routes_of(stage.app)
        if name not in shown and name not in stage.policy.unlisted
    ]


def routes_of(app: Any) -> list[str]:
    """Return every route of the application as `GET /path`."""
    return sorted(
        f"{method} {route.path}"
        for route in app.routes
        for method in (getattr(route, "methods", None) or ())
        if method not in {"HEAD", "OPTIONS"}
    )


async def _strangers(stage: Stage, operation: Operation, request: Request, turn: int) -> list[str]:
    """Call with every kind of credentials that count nowhere; of the odd kinds a different one each turn."""
    found = []
    odd = list(stage.callers.odd.items())
    for name, headers in [*stage.callers.strangers.items(), odd[turn % len(odd)]]:
        answer = await _send(stage, request, headers)
        if answer.status_code not in ({401, 403} if name in KNOWN_BUT_OUT else {401}):
            found.append(f"{operation.name}: {answer.status_code} for {name}")
        found += _revealed(stage, operation, request, answer, name)
    return found


async def _foreigners(stage: Stage, operation: Operation, request: Request) -> list[str]:
    found = []
    for name, headers in stage.callers.foreigners.items():
        if headers == stage.callers.rightful_for.get(operation.name):
            continue
        answer = await _send(stage, request, headers)
        empty = operation.name in stage.policy.filters and answer.text and answer.json().get("items") == []
        if answer.status_code not in REFUSED and not empty and _is_refusable(stage, operation, request):
            found.append(f"{operation.name}: {answer.status_code} for {name}")
        if answer.status_code >= _FAULT:
            found.append(f"{operation.name}: {answer.status_code} for {name}: {answer.text[:200]}")
        found += _revealed(stage, operation, request, answer, name)
    return found


async def _basic(stage: Stage, operation: Operation, request: Request) -> list[str]:
    answer = await _send(stage, request, stage.callers.basic)
    name = "a basic user of the same environment"
    found = _revealed(stage, operation, request, answer, name)
    if operation.name not in {**stage.policy.public, **stage.policy.basic_may} and answer.status_code not in REFUSED:
        found.append(f"{operation.name}: {answer.status_code} for {name}")
    return found


def _is_refusable(stage: Stage, operation: Operation, request: Request) -> bool:
    """Tell whether the request is about something of the victim's, or for operators only."""
    if operation.name in stage.policy.public:
        return False
    return operation.name in stage.policy.operators_only or bool(request.names - stage.policy.harmless.keys())


def _revealed(stage: Stage, operation: Operation, request: Request, answer: httpx2.Response, name: str) -> list[str]:
    """Return what the answer tells the caller that the request did not already say."""
    if operation.name in stage.policy.public:
        return []
    said, known = answer.text + str(dict(answer.headers)), request.text
    return [
        f"{operation.name}: {name} is shown {mark!r} ({answer.status_code})"
        for mark in stage.marks
        if mark in said and mark not in known
    ]


def _rightful(stage: Stage, operation: Operation) -> dict[str, str]:
    callers = stage.callers
    if operation.name in stage.policy.operators_only:
        return callers.operator
    return callers.rightful_for.get(operation.name, callers.rightful)


async def _send(stage: Stage, request: Request, headers: Mapping[str, str]) -> httpx2.Response:
    kind = {"Content-Type": request.content_type} if request.content_type else {}
    return await stage.http.request(
        request.method,
        request.url,
        params=dict(request.params) or None,
        content=request.content,
        headers={**headers, **kind},
    )
