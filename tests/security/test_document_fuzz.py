"""Documents that somebody damaged on purpose: each is taken or refused, in time, and nothing of it stays in memory."""

import ctypes
import gc
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from support.documents import INBOUND_TOKEN
from support.documents import World as Documents
from support.documents_facts import Company, invoice
from support.documents_messages import envelope
from support.fuzzing import Loop, bounded, explored

ANSWERS = frozenset({200, 400, 409, 413, 415, 422})
XML = "application/xml"
MEGABYTE = 1024
_STATM = Path("/proc/self/statm")
_ROUNDS, _LARGE = 3, 20
_ROUND = 6
_TIMES_THE_FLOOR = 20
"""What a bomb may cost at the most; the dearest one takes about three times the floor."""
_KEPT_AT_MOST = 6 * MEGABYTE
"""After rounds in which twice as much comes in, which is several times as much again when it is parsed."""
_PEAK_AT_MOST = 96 * MEGABYTE
on_linux = pytest.mark.skipif(not _STATM.exists(), reason="how much memory is held is read from Linux's /proc")
XINCLUDE = "http://www.w3.org/2001/XInclude"
NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"&#0;", b"&#x1F600;", b"&undefined;", b"&#xFFFFFFFF;",
    b"]]>", b"<![CDATA[", b"<!--", b"<?xml version='1.0'?>", b"<?php x ?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
    b"<a xmlns='urn:x' xmlns:x='urn:x'/>", b"xmlns:cbc='urn:other' ", b"<cbc:ID>", b"</cbc:ID>", b"</Invoice>",
    b"\xe2\x80\xae", b"99999999999999999999999999999999", b"-0", b"NaN", b"1e400", b"0106:", b"::::", b"%00", b"'\"",
    b"<" * 300, b"<a>" * 400, b"a" * 3000,
]  # fmt: skip
DECLARATIONS = [
    b"<?xml version='1.0' encoding='UTF-16'?>", b"<?xml version='1.0' encoding='UTF-7'?>",
    b"<?xml version='1.1'?>", b"<?xml version='1.0' encoding='EBCDIC-CP-US'?>",
    b"<?xml version='1.0' encoding='none such'?>", b"<?xml version='1.0' standalone='yes'?>",
]  # fmt: skip
BOMBS = {
    "billion laughs": b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9))
    + b"]><l>&a8;</l>",
    "external entity": b"<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><l>&a;</l>",
    "parameter entity": b"<!DOCTYPE l [<!ENTITY % a SYSTEM 'http://127.0.0.1:1/x'>%a;]><l/>",
    "deep": b"<a>" * 20_000 + b"</a>" * 20_000,
    "wide": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "attributes": b"<a " + b" ".join(b"b%d='1'" % n for n in range(20_000)) + b"/>",
    "namespaces": b"<a " + b" ".join(b"xmlns:n%d='urn:%d'" % (n, n) for n in range(5_000)) + b"/>",
    "a long name": b"<" + b"a" * 1_000_000 + b"/>",
    "a long text": b"<a>" + b"x" * 12_000_000 + b"</a>",
    "nothing": b" ",
    "zip": b"PK\x03\x04" + bytes(1000),
    "gzip": b"\x1f\x8b\x08" + bytes(1000),
}

places = st.integers(min_value=0, max_value=10_000)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), places, places),
        st.tuples(st.just("drop"), places, st.integers(1, 200)),
        st.tuples(st.just("repeat"), places, st.integers(1, 400)),
        st.tuples(st.just("flip"), places, st.integers(1, 255)),
        st.tuples(st.just("insert"), places, st.sampled_from(NASTY)),
        st.tuples(st.just("declare"), places, st.sampled_from(DECLARATIONS)),
        st.tuples(st.just("encode"), places, st.sampled_from(["utf-16", "utf-32", "utf-8-sig", "latin-1"])),
        st.tuples(st.just("swap"), places, places),
    ),
    min_size=1,
    max_size=5,
)


def changed(document: bytes, steps: list[tuple[str, int, object]]) -> bytes:
    """Return the document with the changes made one after the other; places are taken modulo its length."""
    for kind, place, what in steps:
        at = place % (len(document) + 1)
        match kind, what:
            case "cut", int():
                document = document[:at]
            case "drop", int(count):
                document = document[:at] + document[at + count :]
            case "repeat", int(count):
                document = document[: at + count] + document[at:]
            case "flip", int(bits) if at < len(document):
                document = document[:at] + bytes([document[at] ^ bits]) + document[at + 1 :]
            case "insert", bytes(text):
                document = document[:at] + text + document[at:]
            case "declare", bytes(text):
                document = text + document
            case "encode", str(encoding):
                document = document.decode("utf-8", "replace").encode(encoding, "replace")
            case "swap", int(other):
                document = document[at:] + document[:at] if other % 2 else document[::-1]
    return document


@pytest.fixture(scope="module")
async def companies(documents: Documents) -> tuple[Company, Company]:
    documents.rules.here = True
    return await documents.company(), await documents.company(receiving=True)


async def sent(documents: Documents, sender: Company, content: bytes) -> int:
    answer = await documents.send(sender, content)
    assert answer.status_code in ANSWERS, (answer.status_code, answer.text[:300], content[:500])
    return answer.status_code


async def arrived(documents: Documents, content: bytes) -> int:
    headers = {"Authorization": f"Bearer {INBOUND_TOKEN}", "Content-Type": XML}
    answer = await documents.http.post("/documents/v1/access-point/inbound", content=content, headers=headers)
    assert answer.status_code in ANSWERS, (answer.status_code, answer.text[:300], content[:500])
    assert answer.status_code == 200 or answer.json().get("retry") == "none"
    return answer.status_code


async def test_a_damaged_document_is_taken_or_refused(documents: Documents, companies: tuple[Company, Company]) -> None:
    sender, receiver = companies
    seen: set[int] = set()

    def damage(loop: Loop) -> None:
        @bounded(120)
        @given(steps=changes, by_network=st.booleans())
        def one(steps: list[tuple[str, int, object]], by_network: bool) -> None:  # noqa: FBT001 - drawn
            whole = invoice(sender, receiver)
            if by_network:
                wrapped = changed(envelope(whole, receiver.party), steps)
                seen.add(loop.run(arrived(documents, wrapped), seconds=5))
            else:
                seen.add(loop.run(sent(documents, sender, changed(whole, steps)), seconds=5))

        one()

    await explored(damage)
    assert {200, 400} <= seen


def held() -> int:
    """Return how many kilobytes this process has in memory, after it gave back what it can."""
    gc.collect()
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return int(_STATM.read_text().split()[1]) * resource.getpagesize() // 1024


def count_the_peak_from_here() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """Return how many kilobytes this process had at the most."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


@pytest.fixture(scope="module")
def floor() -> float:
    """Return the processor seconds of reading the widest bomb, without any limit, as often as it is sent."""
    started = time.process_time()
    for _ in range(2 * _ROUND):
        etree.fromstring(BOMBS["wide"])
    return time.process_time() - started


@on_linux
@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
async def test_a_bomb_is_refused_quickly_and_leaves_no_memory(
    documents: Documents, companies: tuple[Company, Company], content: bytes, floor: float
) -> None:
    at_rest = held()
    count_the_peak_from_here()
    started = time.process_time()
    statuses = {await sent(documents, companies[0], content) for _ in range(_ROUND)}
    settled = held()  # the first ones fill what each thread keeps for its next one
    statuses |= {await sent(documents, companies[0], content) for _ in range(_ROUND)}
    assert statuses <= ANSWERS - {200}
    assert time.process_time() - started < _TIMES_THE_FLOOR * floor
    assert peak() - at_rest < _PEAK_AT_MOST, f"{(peak() - at_rest) // MEGABYTE} MB at the most"
    kept_at_most = _KEPT_AT_MOST + 2 * len(content) // 1024
    assert held() - settled < kept_at_most, f"{(held() - settled) // MEGABYTE} MB more"


def large_and_damaged(sender: Company, receiver: Company) -> list[bytes]:
    """Return large documents, the same ones each time, most of them with something wrong about them."""
    chance = random.Random(5)  # noqa: S311 - the same documents each time, nothing is guarded
    whole = invoice(sender, receiver)
    large = whole.replace(b"<cbc:IssueDate>", b"<cbc:Note>text</cbc:Note>" * 12_000 + b"<cbc:IssueDate>", 1)
    made = [large, whole.replace(b"<cbc:ID>", b"<cbc:ID>" + b"1" * 300_000, 1)]
    while len(made) < _LARGE:
        at = chance.randrange(len(large))
        steps: list[tuple[str, int, object]] = [
            ("insert", at, chance.choice(NASTY)),
            ("flip", at // 2, chance.randrange(1, 256)),
            ("cut", at, 0),
            ("drop", at, chance.randrange(1, 200)),
            ("repeat", at, chance.randrange(1, 400)),
        ]
        made.append(changed(large, chance.sample(steps, 1)))
    return made


async def growth(documents: Documents, sender: Company, contents: list[bytes], after: Callable[[bytes], object]) -> int:
    """Return how many kilobytes more are held after rounds of documents, of which the first only fills the caches."""
    before = 0
    for number in range(_ROUNDS + 1):
        if number == 1:
            before = held()
        for content in contents:
            await sent(documents, sender, content)
            after(content)
    return held() - before


@on_linux
async def test_damaged_documents_leave_no_memory(documents: Documents, companies: tuple[Company, Company]) -> None:
    contents = large_and_damaged(*companies)
    assert sum(map(len, contents)) * _ROUNDS > 1.5 * _KEPT_AT_MOST * 1024
    grown = await growth(documents, companies[0], contents, after=len)
    assert grown < _KEPT_AT_MOST, f"{grown // MEGABYTE} MB more"
    kept: list[bytearray] = []
    leaked = await growth(documents, companies[0], contents, after=lambda content: kept.append(bytearray(content)))
    assert leaked > _KEPT_AT_MOST, f"a leak of each document's text was not seen: {leaked // MEGABYTE} MB more"


async def test_what_is_named_outside_a_document_is_never_opened(
    documents: Documents, companies: tuple[Company, Company], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The content of a local file must not come back by any of the ways that XML has for it."""
    path = tmp_path_factory.mktemp("files") / "secret.txt"
    path.write_text("the content of a file")
    sender, receiver = companies
    whole = invoice(sender, receiver)
    head, _, tail = whole.partition(b"<cbc:ID>")
    ways = [
        head + f"<xi:include xmlns:xi='{XINCLUDE}' href='{path.as_uri()}'/>".encode() + b"<cbc:ID>" + tail,
        f"<!DOCTYPE a [<!ENTITY e SYSTEM '{path.as_uri()}'>]>".encode() + whole.replace(b"<cbc:ID>", b"<cbc:ID>&e;", 1),
        f"<?xml-stylesheet href='{path.as_uri()}'?>".encode() + whole.partition(b"?>")[2],
        whole.replace(b"<cbc:ID>", f"<cbc:ID schemaLocation='{path.as_uri()}'>".encode(), 1),
    ]
    for way in ways:
        answer = await documents.send(sender, way)
        assert "the content of a file" not in answer.text
        if answer.status_code == 200:
            shown = await documents.http.get(f"/documents/v1/documents/{answer.json()['id']}", headers=sender.by_person)
            assert "the content of a file" not in shown.text
