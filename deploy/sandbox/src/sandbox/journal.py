"""What the sandbox still knows after a restart: a file of JSON lines that only grows while it runs.

A line is `{"kind": "payment", "key": "tr_…", "value": {…}}`. The last line of a key wins; the value `null` forgets it.
`put`, `save` and `remove` return when the operating system has the line, so what was answered survives the end of this
process, however it ends; the end of the machine may take the latest lines along. At start the file is read and written
anew without what was replaced. A line that cannot be read is left out: the last one is torn when the process was killed
while it wrote. Without a file nothing is kept.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from pydantic import TypeAdapter, ValidationError

from sandbox.bounded import Bounded

Value = TypeVar("Value")
_Found = dict[str, dict[str, Any]]
log = logging.getLogger("sandbox")


class Journal:
    """The file; one process at a time writes it."""

    def __init__(self, path: Path | None) -> None:
        self._found: _Found = {}
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._found = _read(path)
            _replace(path, self._found)
            self._file = path.open("a", encoding="utf-8")

    def take(self, kind: str) -> dict[str, Any]:
        """Give out, once, what an earlier run kept: values by key, the oldest key first."""
        return self._found.pop(kind, {})

    def write(self, kind: str, key: str, value: Any) -> None:
        if self._file is not None:
            self._file.write(_line(kind, key, value))
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Kept(Generic[Value]):
    """A bounded map that is still there after a restart; what it forgets, the journal forgets."""

    def __init__(self, journal: Journal, kind: str, shape: type[Value], limit: int) -> None:
        self._journal = journal
        self._kind = kind
        self._shape = TypeAdapter(shape)
        self._entries: Bounded[str, Value] = Bounded(limit, dropped=self._forget)
        for key, value in journal.take(kind).items():
            self._restore(key, value)

    def put(self, key: str, value: Value) -> None:
        self._entries.put(key, value)
        self.save(key)

    def save(self, key: str) -> None:
        """Write down a value that was changed in place, unless it was forgotten meanwhile."""
        value = self._entries.get(key)
        if value is not None:
            self._journal.write(self._kind, key, self._shape.dump_python(value, mode="json"))

    def get(self, key: str) -> Value | None:
        return self._entries.get(key)

    def remove(self, key: str) -> Value | None:
        removed = self._entries.remove(key)
        if removed is not None:
            self._forget(key)
        return removed

    def newest_first(self) -> Iterator[Value]:
        return self._entries.newest_first()

    def __len__(self) -> int:
        return len(self._entries)

    def _forget(self, key: str) -> None:
        self._journal.write(self._kind, key, None)

    def _restore(self, key: str, value: Any) -> None:
        try:
            self._entries.put(key, self._shape.validate_python(value))
        except ValidationError as error:  # an older version wrote it
            log.warning("journal_value_left_out: %s %s: %s", self._kind, key, error)


def _line(kind: str, key: str, value: Any) -> str:
    return json.dumps({"kind": kind, "key": key, "value": value}) + "\n"


def _read(path: Path) -> _Found:
    found: _Found = {}
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            kind, key, value = entry["kind"], entry["key"], entry["value"]
        except (ValueError, TypeError, KeyError):
            log.warning("journal_line_left_out: line %d of %d in %s", number, len(lines), path)
            continue
        if value is None:
            found.get(kind, {}).pop(key, None)
        else:
            found.setdefault(kind, {})[key] = value
    return found


def _replace(path: Path, found: _Found) -> None:
    """Write the file anew; it is never there in part."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        for kind, values in found.items():
            file.writelines(_line(kind, key, value) for key, value in values.items())
    unfinished.replace(path)
