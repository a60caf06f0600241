"""Looking for documents that let silent rules speak."""

from collections.abc import Iterator

from documents.adapters.rule_gate.engines import EngineFailed, RawFinding
from documents.adapters.rule_gate.seeking import first_speeches
from documents.adapters.rule_gate.tally import GateDocument
from lxml import etree


class Named:
    """Finds the rule that the root element is called after; in `broken` nothing."""

    def findings(self, root: etree._Element) -> list[RawFinding]:
        if root.tag == "broken":
            raise EngineFailed("an expression")
        return [RawFinding(rule_id=root.tag, flag="fatal", location="/", text="", rule_set="set")]


def documents(*names: str) -> Iterator[GateDocument]:
    for number, name in enumerate(names):
        yield GateDocument(
            label="x", key=f"{name} {number}", base="", steps=(), content=f"<{name}/>".encode(), valid=True
        )


def found(offered: Iterator[GateDocument], *silent: tuple[str, str]) -> list[str]:
    return [document.key for document in first_speeches(Named(), offered, silent)]


def test_the_first_document_of_each_silent_rule_is_found() -> None:
    offered = documents("a", "broken", "b", "b", "c", "a")
    assert found(offered, ("set", "b"), ("set", "c")) == ["b 2", "c 4"]


def test_nothing_is_made_once_no_rule_is_silent() -> None:
    offered = documents("a", "b", "c")
    assert found(offered, ("set", "a")) == ["a 0"]
    assert [document.key for document in offered] == ["c 2"]


def test_a_rule_of_another_set_with_the_same_id_is_still_silent() -> None:
    assert found(documents("a"), ("other", "a")) == []
