"""Drives a running service from hypothesis: examples are made in a thread, sent in the loop in which the service runs.

How many is a setting: few in the suite, the same ones each time, many and new ones with `KOERIER_FUZZ=<examples>`
(`make fuzz`).
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.access.judging import Stage, ends_the_session
from support.access.operations import Operation, request_for
from support.oddities import ODD_VALUES, REMOVED, slipped
from support.tokens import ISSUER

EXAMPLES = int(os.environ.get("KOERIER_FUZZ", "0"))
SECONDS = 20.0
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
T = TypeVar("T")
_REFUSED_BEFORE = frozenset({400, 401, 403})
slips = st.tuples(st.integers(0, 40), st.sampled_from([*ODD_VALUES, REMOVED]) | st.text(max_size=40))
"""Which parameter or field of a request is wrong, and what stands there."""


def bounded(few: int, **changes: Any) -> settings:
    """Return settings for `few` repeatable examples, or for as many new ones as were asked for."""
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        **{"suppress_health_check": list(HealthCheck), **changes},
    )


async def explored(test: Callable[["Loop"], None]) -> None:
    """Run a test that draws examples in a thread; it reaches this loop through the `Loop` that it gets."""
    await asyncio.to_thread(test, Loop(asyncio.get_running_loop()))


@dataclass(frozen=True, slots=True)
class Loop:
    """Runs coroutines in another thread's loop; one that takes too long is an error, not a wait."""

    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T], *, seconds: float = SECONDS) -> T:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self.loop).result(seconds + 5)


@dataclass(slots=True, kw_only=True)
class Probe:
    """Calls every operation with what its OpenAPI allows, what it does not allow, and what is right but for one slip.

    `outcomes`: the statuses that each operation answered with.
    """

    stage: Stage
    few: int
    calls: int = 0
    found: list[str] = field(default_factory=list)
    outcomes: dict[str, set[int]] = field(default_factory=dict)

    @property
    def statuses(self) -> set[int]:
        return set().union(*self.outcomes.values())

    @property
    def not_reached(self) -> list[str]:
        """Return the operations whose own code never ran: whatever was sent, it was refused before."""
        return [name for name, statuses in self.outcomes.items() if statuses <= _REFUSED_BEFORE]

    def run(self, loop: Loop) -> None:
        document = self.stage.app.openapi()
        schema = schemathesis.openapi.from_dict(document)
        made = {operation.label: operation for operation in (result.ok() for result in schema.get_all_operations())}
        for operation in sorted(self.stage.operations(), key=ends_the_session):
            try:
                self._explore(operation, made[operation.name], loop)
            except (Exception, FailureGroup) as error:  # noqa: BLE001 - whatever is wrong with one, the others are called too
                self.found += [f"{operation.name}: {each}" for each in _reasons(error)]

    def _explore(self, operation: Operation, described: Any, loop: Loop) -> None:
        values = self.stage.samples.for_operation(operation)
        real = {name: str(values[name]) for name in operation.path_names if name in values}
        cases = st.one_of(
            described.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=real or None),
            described.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
        judged = described.Case(path_parameters=real).validate_response
        judged(loop.run(self._send_with_slip(operation, None)), checks=CHECKS)

        @bounded(self.few, phases=[Phase.generate])
        @given(case=cases)
        def call(case: Case) -> None:
            answer = loop.run(self._send(operation, case))
            if answer is not None:
                case.validate_response(answer, checks=CHECKS)

        @bounded(self.few, phases=[Phase.generate])
        @given(slip=slips)
        def call_with_slip(slip: tuple[int, Any]) -> None:
            judged(loop.run(self._send_with_slip(operation, slip)), checks=CHECKS)

        call()
        if operation.parameters or "requestBody" in operation.description:
            call_with_slip()

    async def _send(self, operation: Operation, case: Case) -> httpx2.Response | None:
        """Return the answer; None when the example is no request that HTTP can carry."""
        prepared = _prepared(case, self.stage.samples.bodies.get(operation.name))
        if prepared is None:
            return None
        headers = {**_plain(prepared), **self._credentials(operation)}
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        return await self._answer(operation, prepared.method, prepared.url, headers=headers, content=body)

    async def _send_with_slip(self, operation: Operation, slip: tuple[int, Any] | None) -> httpx2.Response:
        request = request_for(operation, self.stage.samples)
        if slip is not None:
            request = slipped(request, operation, *slip)
        headers = {
            **self._credentials(operation),
            **({"Content-Type": request.content_type} if request.content_type else {}),
        }
        return await self._answer(
            operation,
            request.method,
            ISSUER + request.url,
            params=request.params,
            headers=headers,
            content=request.content,
        )

    def _credentials(self, operation: Operation) -> dict[str, str]:
        callers = self.stage.callers
        rightful = callers.operator if operation.name in self.stage.policy.operators_only else callers.rightful
        return callers.rightful_for.get(operation.name, rightful)

    async def _answer(self, operation: Operation, method: str, url: str, **parts: Any) -> httpx2.Response:
        self.calls += 1
        answer = await self.stage.http.request(method, url, **parts)
        self.outcomes.setdefault(operation.name, set()).add(answer.status_code)
        return answer


def _prepared(case: Case, sample: tuple[str, bytes, frozenset[str]] | None) -> requests.PreparedRequest | None:
    try:
        parts = case.as_transport_kwargs(base_url=ISSUER)
        if sample is not None:
            parts = {name: value for name, value in parts.items() if name not in {"json", "data", "files"}}
            parts |= {"data": sample[1], "headers": {**parts.get("headers", {}), "Content-Type": sample[0]}}
        known = {"method", "url", "headers", "files", "data", "params", "auth", "cookies", "json"}
        return requests.Request(**{name: value for name, value in parts.items() if name in known}).prepare()
    except (requests.exceptions.RequestException, UnicodeError, ValueError):
        return None


def _plain(prepared: requests.PreparedRequest) -> dict[str, str]:
    """Return the headers without those that the client sets itself."""
    ours = {"content-length", "host", "authorization", "connection", "accept-encoding"}
    return {str(name): str(value) for name, value in prepared.headers.items() if name.lower() not in ours}


def _reasons(error: BaseException) -> Iterator[str]:
    """Yield what went wrong, one sentence for each of several."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _reasons(each)
    else:
        yield " ".join(str(error).split())[:600] or repr(error)
