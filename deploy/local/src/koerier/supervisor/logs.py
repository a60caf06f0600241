"""What processes print: into one bounded file each, and onto the console in the foreground.

A file grows to `MAX_BYTES`, then moves aside once (`<name>.log.1`), so a process that floods its output cannot fill the
disk.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 10_000_000
COLOURS = ("36", "32", "33", "35", "34", "96", "92", "93", "95", "94")
Echo = Callable[[str, bytes], None]


@dataclass(slots=True)
class LogFile:
    """An append-only file that rotates."""

    path: Path
    max_bytes: int = MAX_BYTES
    _file: BinaryIO | None = None
    _size: int = 0

    def write(self, data: bytes) -> None:
        if self._file is None or self._size >= self.max_bytes:
            self._reopen()
        if self._file is not None:
            self._file.write(data)
            self._file.flush()
            self._size += len(data)

    def _reopen(self) -> None:
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size >= self.max_bytes:
            self.path.replace(previous(self.path))
        self._file = self.path.open("ab")
        self._size = self.path.stat().st_size

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def previous(path: Path) -> Path:
    """Return where a full log file moves to."""
    return path.with_name(f"{path.name}.1")


def tail(path: Path, lines: int) -> list[str]:
    """Return the last lines of a log, reaching back into the rotated file when the current one is short."""
    found: list[str] = []
    for part in (path, previous(path)):
        if part.exists() and len(found) < lines:
            found = part.read_text(encoding="utf-8", errors="replace").splitlines() + found
    return found[-lines:]


@dataclass(slots=True)
class Console:
    """Prints lines with the coloured name of their process in front."""

    colour: bool
    width: int = 20
    _codes: Iterator[str] = field(default_factory=lambda: cycle(COLOURS))
    _by_name: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, line: bytes) -> None:
        prefix = f"{name:<{self.width}} │"
        if self.colour:
            code = self._by_name.setdefault(name, next(self._codes) if name not in self._by_name else "")
            prefix = f"\x1b[{code}m{prefix}\x1b[0m"
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        sys.stdout.write(f"{prefix} {text}\n")
        sys.stdout.flush()


def no_echo(_name: str, _line: bytes) -> None:
    """Print nothing: the background mode."""
