"""Bugs that are planted in our engine on purpose: what proves that the gate can see.

A bug is a way to break the engine for as long as a block runs. Compile the rule sets and evaluate inside that block:
some bugs live in the compiler, some in what generated code calls. On failure: `StalePlant` when there is nothing to
break, because the engine was changed and the bug must be planted elsewhere.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_ENGINE = "documents.adapters.schematron"


class StalePlant(Exception):
    """The engine has no such place any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBug:
    """A named mistake; `kinds` are the kinds of documents that should expose it, tried first."""

    name: str
    plant: Callable[[], AbstractContextManager[None]]
    kinds: tuple[str, ...] = ()


@contextmanager
def wrapped(owner: Any, name: str, wrap: Callable[[Any], Any]) -> Iterator[None]:
    """Give an attribute of a module or class another value, made from its own."""
    if name not in vars(owner):
        raise StalePlant(f"{owner.__name__} has no {name}")
    kept = vars(owner)[name]
    setattr(owner, name, wrap(kept))
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def replaced_everywhere(original: object, replacement: object) -> Iterator[None]:
    """Put something in the place of a function in every module of the engine that has imported it, tables included."""
    places = [
        (owner, key) for module in _engine_modules() for owner in _owners(module) for key in _keys_of(owner, original)
    ]
    if not places:
        raise StalePlant(f"nothing uses {getattr(original, '__name__', original)}")
    for owner, key in places:
        owner[key] = replacement
    try:
        yield
    finally:
        for owner, key in places:
            owner[key] = original


def _engine_modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.startswith(_ENGINE) and module is not None]


def _owners(module: ModuleType) -> list[dict[Any, Any]]:
    """The names of a module, and its tables of functions."""
    tables = [value for name, value in vars(module).items() if isinstance(value, dict) and not name.startswith("__")]
    return [vars(module), *tables]


def _keys_of(owner: dict[Any, Any], wanted: object) -> list[Any]:
    return [key for key, value in owner.items() if value is wanted]
