"""The engines that are compared, behind one interface.

What is timed is `run`: from the document as the engine likes it best to its findings, with every library's own parser.
`prepare` and `fatal` are not timed. Each engine is imported only in the process that measures it.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

STYLESHEETS = ("cen-ubl", "peppol-ubl")
"""What a Peppol BIS Billing 3 document must pass: EN 16931 and Peppol's own rules."""

OURS, SAXONCHE, PHIVE = "ours", "saxonche", "phive"
_MODULES: Mapping[str, str] = {
    SAXONCHE: "bench.validation.saxon",
    PHIVE: "bench.validation.phive",
    OURS: "bench.validation.ours",
}
NAMES = tuple(_MODULES)

NOT_FATAL = frozenset({"warning", "info", "information"})
"""Flags of findings that do not refuse a document; no flag at all does."""

# Some assertions have no id of their own: it stands in brackets before the text.
BRACKETED = re.compile(r"^\s*\[([^\]\s]+)\]")


class Engine(Protocol):
    """Rule sets, ready to be evaluated."""

    def prepare(self, content: bytes) -> Any:
        """Turn a document into what the engine takes: text, bytes or an array of the JVM."""

    def run(self, document: Any) -> Any:
        """Evaluate all rules and return the findings in the engine's own form."""

    def fatal(self, result: Any) -> list[str]:
        """Return the ids of the rules that refuse the document, once per finding, sorted."""


class NoVerdict(Exception):
    """The engine cannot evaluate the rules on this document."""


def lacking(name: str) -> str:
    """Bring what this engine needs, and tell what cannot be brought; empty when it can be measured."""
    return str(_module(name).lacking())


def warm_up_seconds(name: str) -> float:
    """Tell how long this engine must work before it is as quick as it gets."""
    return float(_module(name).WARM_UP_SECONDS)


def create(name: str, stylesheets: Mapping[str, Path]) -> Engine:
    """Make an engine ready, with the official stylesheets by name."""
    engine: Engine = _module(name).create(stylesheets)
    return engine


def description(name: str) -> str:
    return str(_module(name).DESCRIPTION)


def _module(name: str) -> ModuleType:
    return import_module(_MODULES[name])
