"""What the gate compares: two engines that read one tree and say which rules it breaks.

A finding is kept as the official stylesheets write it, with their own location, because a location that merely leads to
the same node would hide an engine that counts siblings differently.
"""

from dataclasses import dataclass
from typing import Protocol

from lxml import etree


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """One failed assertion, before anything is made readable; `flag` is empty when the rule has none.

    `rule_set` says whose it is, where an engine evaluates several.
    """

    rule_id: str
    flag: str
    location: str
    text: str
    rule_set: str = ""


class EngineFailed(Exception):
    """An expression cannot be evaluated on this document, so that there is no finding list."""


class Engine(Protocol):
    """A rule set, or several of them, ready to be evaluated.

    Everything but `EngineFailed` that comes out of `findings` is a defect of the engine.
    """

    def findings(self, root: etree._Element) -> list[RawFinding]: ...
