"""Whether the engines agree: figures of engines that decide differently are not compared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The rules that refuse a document, one entry per finding; `failure` says why there is no verdict."""

    fatal: tuple[str, ...] = ()
    failure: str = ""


Verdicts = Mapping[str, Verdict]
"""By the name of the document."""


def without_verdict(by_engine: Mapping[str, Verdicts]) -> dict[str, list[str]]:
    """The documents that an engine cannot decide, and which engines those are."""
    found: dict[str, list[str]] = {}
    for engine, verdicts in by_engine.items():
        for document, verdict in verdicts.items():
            if verdict.failure:
                found.setdefault(document, []).append(engine)
    return found


def differences(by_engine: Mapping[str, Verdicts], reference: str, *, leaving_out: Collection[str]) -> list[str]:
    """What any engine says otherwise than the reference."""
    return [
        f"{document}: {engine} finds {_shown(verdict.fatal)}, {reference} finds {_shown(wanted.fatal)}"
        for document, wanted in by_engine[reference].items()
        if document not in leaving_out
        for engine, verdicts in by_engine.items()
        for verdict in [verdicts[document]]
        if verdict.fatal != wanted.fatal
    ]


def _shown(rules: tuple[str, ...]) -> str:
    return ", ".join(rules) or "nothing"
