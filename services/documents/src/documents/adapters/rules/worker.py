"""A rule process: `python -m documents.adapters.rules.worker CONFIGURATION PARENT CHOICE`; `worker_process` starts it.

Guarantees: it answers every document with a verdict or a named error and survives it; it never outlives its parent;
it ends on nothing but the parent's word (signals to the process group are the parent's business, it decides when work
is finished). It is a fresh interpreter that imports neither the service nor its settings, and only the engine that it
runs: start and memory stay small, and there is no password in a process that reads what strangers wrote.
"""

import ctypes
import gc
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from shared.errors import DomainError

from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.frames import encode_error, encode_ready, encode_verdict, read_frame, write_frame
from documents.adapters.rules.lock import RuleFiles, fetched
from documents.adapters.rules.parsing import ParsingLimits
from documents.adapters.rules.release_choice import Choice
from documents.adapters.rules.released import OpenEngine, ReleasedRules
from documents.adapters.rules.rule_engine import REFERENCE, RuleEngine
from documents.domain.findings import ValidationCrashed

_STDOUT, _STDERR = 1, 2
_PR_SET_PDEATHSIG = 1
_MEGABYTE = 1_000_000
_COLLECT_DOCUMENTS = 500
_COLLECT_MB = 16


def main() -> None:
    configuration = RuleProcessesConfiguration.from_json(sys.argv[1])
    _die_with_parent(int(sys.argv[2]))
    os.nice(configuration.nice)
    answers = os.fdopen(os.dup(_STDOUT), "wb")
    os.dup2(_STDERR, _STDOUT)  # whatever a library prints must not end up between the answers
    complaints = ErrorStream()
    try:
        rules = _open(configuration, complaints, Choice.from_json(sys.argv[3]))
    except DomainError as error:
        write_frame(answers, encode_error(error, rss_mb=rss_mb()))
        return
    complaints.redirect()
    memory = Memory()
    write_frame(answers, encode_ready(rss_mb=rss_mb()))
    while (choice := read_frame(sys.stdin.buffer)) and (document := read_frame(sys.stdin.buffer)) is not None:
        write_frame(answers, _answer(rules, document, Choice.from_json(choice)))
        complaints.take()
        memory.after_document()


def _open(configuration: RuleProcessesConfiguration, complaints: "ErrorStream", first: Choice) -> ReleasedRules:
    """Open the release that the first documents will ask for, which also warms the engine up."""
    files = fetched(configuration.directory)
    limits = ParsingLimits(size=configuration.max_bytes)
    rules = ReleasedRules(files, _engines(configuration, complaints), limits=limits)
    rules.prepare(first)
    return rules


def _engines(configuration: RuleProcessesConfiguration, complaints: "ErrorStream") -> OpenEngine:
    if configuration.engine == REFERENCE:
        from documents.adapters.rules.saxon import Saxon, SaxonEngine  # noqa: PLC0415 - a library of 100 MB

        saxon = Saxon()

        def open_reference(files: RuleFiles) -> RuleEngine:
            return SaxonEngine(files, complaints=complaints.take, saxon=saxon)

        return open_reference
    from documents.adapters.rules.compiled import compiled_engines  # noqa: PLC0415 - the reference does not need it

    left = frozenset(configuration.left_to_reference)
    return compiled_engines(left_to_reference=lambda rule_set: rule_set.name in left)


def _answer(rules: ReleasedRules, document: bytes, choice: Choice) -> bytes:
    try:
        verdict = rules.validate(document, choice)
    except DomainError as error:
        return encode_error(error, rss_mb=rss_mb())
    except Exception as error:  # noqa: BLE001 - one document must not end the process; the name of the error reaches the log
        crash = ValidationCrashed(f"validation failed with {type(error).__name__}")
        return encode_error(crash, rss_mb=rss_mb())
    return encode_verdict(verdict, rss_mb=rss_mb())


class Memory:
    """The collector is off: trees are taken apart by their owners, and what is left is collected between documents."""

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        self._documents = 0
        self._collected_at = rss_mb()

    def after_document(self) -> None:
        """Collect every so many documents, and earlier when they leave much behind."""
        self._documents += 1
        if self._documents < _COLLECT_DOCUMENTS and rss_mb() < self._collected_at + _COLLECT_MB:
            return
        gc.collect()
        self._documents, self._collected_at = 0, rss_mb()


def _die_with_parent(parent: int) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above; elsewhere the end of our input tells
        os._exit(1)


def rss_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


class ErrorStream:
    """What libraries write to the error stream, kept from the logs because SaxonC quotes documents in it."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process

    def redirect(self) -> None:
        os.dup2(self._file.fileno(), _STDERR)

    def take(self) -> str:
        self._file.seek(0)
        text = self._file.read().decode(errors="replace")
        self._file.seek(0)
        self._file.truncate()
        return text


if __name__ == "__main__":
    main()
