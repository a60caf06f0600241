"""A directed document: not found by chance but made on purpose, under a name that tells what was done."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Directed:
    """A document to be made: a base and what happens to it.

    Its bytes are well-formed; whether they satisfy the schema is seen when they are made.
    """

    kind: str
    name: str
    base: BaseDocument
    change: Callable[[etree._Element], None]

    @property
    def key(self) -> str:
        """What names this document among all directed ones."""
        return f"{self.kind}/{self.base.name}/{self.name}"

    def content(self) -> bytes:
        root = self.base.tree()
        self.change(root)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
