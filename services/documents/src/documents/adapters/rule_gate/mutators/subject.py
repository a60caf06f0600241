"""What a mutator works on."""

from dataclasses import dataclass

from lxml import etree

from documents.adapters.rule_gate.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A document that may be changed in place, and what the change may draw from."""

    root: etree._Element
    material: Material
