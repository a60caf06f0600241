"""Logs of processes: bounded, and readable across a rotation."""

from pathlib import Path

import pytest
from koerier.supervisor.logs import Console, LogFile, previous, tail


def test_log_file_never_grows_beyond_its_bound_and_keeps_one_predecessor(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs" / "one.log", max_bytes=100)
    for number in range(100):
        log.write(f"line {number:03}\n".encode())
    log.close()
    assert {path.name for path in log.path.parent.iterdir()} == {"one.log", "one.log.1"}
    assert all(path.stat().st_size <= 100 + 9 for path in log.path.parent.iterdir())
    assert log.path.read_text().endswith("line 099\n")


def test_tail_reaches_into_the_rotated_file(tmp_path: Path) -> None:
    path = tmp_path / "one.log"
    previous(path).write_text("a\nb\n")
    path.write_text("c\n")
    assert tail(path, 2) == ["b", "c"]
    assert tail(path, 1) == ["c"]
    assert tail(tmp_path / "none.log", 5) == []


def test_log_goes_on_where_a_former_run_ended(tmp_path: Path) -> None:
    path = tmp_path / "one.log"
    for text in (b"first\n", b"second\n"):
        log = LogFile(path)
        log.write(text)
        log.close()
    assert path.read_text() == "first\nsecond\n"


def test_console_prefixes_each_line_and_gives_each_process_a_colour(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(colour=True, width=5)
    for name in ("one", "two", "one"):
        console(name, b"hello \xff\r\n")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[2] != lines[1]
    assert lines[0] == "\x1b[36mone   │\x1b[0m hello �"
