"""The documents that engines are measured on: our own of four lengths, and the official examples when they are here.

The official examples are no part of this project. They are looked for in `KOERIER_TEST_DATA`, else in `shared/data`
beside the clone; without them their row is missing and a note says so.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

from bench.invoices import invoice
from bench.machine import ROOT

LENGTHS = (1, 10, 100)
LONG = 1000
_EXAMPLES = ("en16931/examples", "peppol-bis-3/examples", "peppol-bis-3/national-examples", "nl")
_UBL = frozenset(
    f"{{urn:oasis:names:specification:ubl:schema:xsd:{root}-2}}{root}" for root in ("Invoice", "CreditNote")
)


class Kind(StrEnum):
    LENGTH = "length"
    LONG = "long"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    name: str
    kind: Kind
    content: bytes


def generated() -> list[Document]:
    """Our own invoices, the longest last."""
    return [*(_invoice(lines, Kind.LENGTH) for lines in LENGTHS), _invoice(LONG, Kind.LONG)]


def _invoice(lines: int, kind: Kind) -> Document:
    content = invoice(lines)
    return Document(name=f"{lines} line{'s' if lines > 1 else ''}", kind=kind, content=content)


def official_examples() -> list[Document]:
    """The official UBL invoices and credit notes, of all publishers; empty when the data is not here."""
    chosen = os.environ.get("KOERIER_TEST_DATA")
    folder = Path(chosen) if chosen else ROOT.parent / "shared" / "data"
    return [
        Document(name=str(path.relative_to(folder)), kind=Kind.EXAMPLE, content=path.read_bytes())
        for path in _xml_files(folder)
        if _is_ubl(path)
    ]


def _xml_files(folder: Path) -> Iterator[Path]:
    for part in _EXAMPLES:
        yield from sorted(path for path in (folder / part).rglob("*") if path.suffix.lower() == ".xml")


def _is_ubl(path: Path) -> bool:
    return etree.parse(path).getroot().tag in _UBL
