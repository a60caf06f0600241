"""Names that strangers make up are forgotten again, once there were many of them."""

import threading

import pytest
from documents.adapters.rules.parser_memory import ParserMemory
from lxml import etree

KNOWN = b"<a><b/></a>"


def made_up(number: int, names: int = 100) -> bytes:
    return b"<a>" + b"".join(b"<n%d-%d/>" % (number, part) for part in range(names)) + b"</a>"


def names_known() -> int:
    return int(etree.memory_debugger.dict_size())


def test_made_up_names_are_remembered_up_to_the_limit_and_then_no_more() -> None:
    memory = ParserMemory(most=10_000)
    sizes = []
    for number in range(50):
        root = memory.reading(etree.fromstring, made_up(number))
        assert [child.tag for child in root][-1] == f"n{number}-99"
        sizes.append(names_known())
    assert memory.is_spent
    assert sizes[20:] == sizes[20:21] * 30
    assert sizes[0] < sizes[5]


def test_names_that_are_known_cost_nothing() -> None:
    memory = ParserMemory(most=20 * len(KNOWN))
    for _ in range(100):
        memory.reading(etree.fromstring, KNOWN)
    assert not memory.is_spent


def test_an_attacked_process_reads_elsewhere_with_the_same_results_and_errors() -> None:
    memory = ParserMemory(most=0)
    threads = []

    def read(content: bytes) -> etree._Element:
        threads.append(threading.current_thread())
        return etree.fromstring(content)

    assert etree.tostring(memory.reading(read, KNOWN)) == KNOWN
    with pytest.raises(etree.XMLSyntaxError):
        memory.reading(read, b"<a>")
    assert threading.main_thread() not in threads
    assert not any(thread.is_alive() for thread in threads)


def test_a_document_that_cannot_be_read_counts_too() -> None:
    memory = ParserMemory(most=1_000)
    for number in range(100, 102):
        with pytest.raises(etree.XMLSyntaxError):
            memory.reading(etree.fromstring, made_up(number)[:-1])
    assert memory.is_spent
