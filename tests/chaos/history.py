"""The history of a run: every request and what came of it, as JSON lines; the checkers read nothing else of the load.

A line is written when a request leaves and another one when its answer is there, so that the history of a run that was
cut off still says what was asked. A request whose connection ended without an answer has the status None: the platform
may or may not have done it.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any, TextIO

import httpx2

NOTE, PROBE = "note", "probe"
MAX_KEPT = 2_000
UNCERTAIN = frozenset({500, 502, 503, 504})
"""Statuses after which the request may have been carried out all the same: the answer broke, not the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer. `facts` is what the load knows of it: what is expected, whose it is, what it sent."""

    number: int
    kind: str
    method: str
    path: str
    facts: dict[str, Any]
    sent_at: float
    done_at: float = inf
    status: int | None = None
    answer: Any = None

    @property
    def acknowledged(self) -> bool:
        return self.status is not None and self.status < 300

    @property
    def uncertain(self) -> bool:
        return self.status is None or self.status in UNCERTAIN

    @property
    def refused(self) -> bool:
        return not self.acknowledged and not self.uncertain


def note(kind: str, **facts: Any) -> dict[str, Any]:
    """Return the `extensions` of a request that tell the history what it is."""
    return {NOTE: {"kind": kind, **facts}}


@dataclass(slots=True)
class History:
    """Writes lines; one process, one event loop."""

    file: TextIO
    number: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Answers by kind, without those to the checkers' own questions."""

    def sent(self, request: httpx2.Request) -> int:
        self.number += 1
        facts = dict(request.extensions.get(NOTE, {"kind": "other"}))
        kind = facts.pop("kind")
        self._write(
            {
                "number": self.number,
                "kind": kind,
                "method": request.method,
                "path": request.url.raw_path.decode(),
                "facts": facts,
                "sent_at": time.monotonic(),
            }
        )
        return self.number

    def answered(self, number: int, status: int | None, answer: Any) -> None:
        self._write({"number": number, "done_at": time.monotonic(), "status": status, "answer": answer})

    def count(self, status: int | None) -> None:
        word = "unknown" if status is None else f"{status // 100}xx" if status not in UNCERTAIN else str(status)
        self.counts[word] += 1

    def _write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")

    def flush(self) -> None:
        self.file.flush()


@contextmanager
def writing(path: Path) -> Iterator[History]:
    with path.open("a", encoding="utf-8") as file:
        yield History(file)


def read_history(path: Path) -> list[Exchange]:
    """Return every exchange in the order of sending."""
    found: dict[int, dict[str, Any]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            found.setdefault(entry["number"], {}).update(entry)
    return [_exchange(entry) for entry in found.values()]


def _exchange(entry: dict[str, Any]) -> Exchange:
    if entry.get("status") is None:
        entry.pop("done_at", None)  # nobody knows when, or whether, it took effect
    return Exchange(**entry)


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Passes requests on and writes them into the history, apart from those to the outside world."""

    def __init__(self, way: httpx2.AsyncBaseTransport, history: History, *, apart_from: str = "") -> None:
        self._way = way
        self._history = history
        self._apart_from = apart_from

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._apart_from and str(request.url).startswith(self._apart_from):
            return await self._way.handle_async_request(request)
        kind = request.extensions.get(NOTE, {}).get("kind")
        number = self._history.sent(request)
        status: int | None = None
        answer: Any = None
        try:
            response = await self._way.handle_async_request(request)
            await response.aread()
            status, answer = response.status_code, _answer(response)
        except httpx2.TransportError as error:
            answer = repr(error)
            raise
        else:
            return response
        finally:
            self._history.answered(number, status, answer)
            if kind != PROBE:
                self._history.count(status)

    async def aclose(self) -> None:
        await self._way.aclose()


def _answer(response: httpx2.Response) -> Any:
    """Return what the answer says; of a document its hash."""
    if "xml" in response.headers.get("content-type", ""):
        return {"sha256": hashlib.sha256(response.content).hexdigest()}
    try:
        return response.json()
    except ValueError:
        return response.text[:MAX_KEPT]
