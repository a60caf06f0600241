"""Documents without end, no two alike, for measuring memory: what a year of senders brings, and what an enemy would.

Guarantees: the same number always gives the same document.
"""

import copy
import random
from collections.abc import Callable, Iterator
from functools import cache

from documents.adapters.rule_gate.bases import own_bases
from documents.adapters.rules.document_types import PREFIXES
from lxml import etree

from bench.invoices import invoice

_COUNTRIES = ("NL", "BE", "DE", "FR", "DK", "SE", "NO", "IT", "GR", "IS", "FI", "PL", "XX")
_COUNTRY = ("IdentificationCode", "CountryID")
_SPECIFICATIONS = (
    "urn:cen.eu:en16931:2017",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0",
)
_MADE_UP_EVERY = 100
_MADE_UP = 25
_HOSTILE_NAMES = 300
_PARTY = "cac:AccountingSupplierParty/cac:Party"


def mixed(number: int) -> bytes:
    """Half are invoices of a wholesaler (5, 30 or 200 lines), half our samples of all types with some changes."""
    extension = _named(number, _MADE_UP) if number % _MADE_UP_EVERY == 1 else ""
    if number % 2:
        return invoice(_lines(number // 2), seed=number, extension=extension)
    return _changed(random.Random(number))  # noqa: S311 - varied, not secret


def hostile(number: int) -> bytes:
    """A small invoice that makes up names of elements, attributes and prefixes, some with a party's elements below."""
    chance = random.Random(number)  # noqa: S311
    root = etree.fromstring(invoice(1, seed=number, extension=_named(number, _HOSTILE_NAMES)))
    for country in root.iter(f"{{*}}{_COUNTRY[0]}"):
        country.text = chance.choice(_COUNTRIES)
    (named,) = root.iter("{urn:example:named}named")
    below = etree.SubElement(
        named, f"{{urn:example:{number}}}p{number}", {f"a{number}": "1"}, {f"q{number}": f"urn:example:{number}"}
    )
    below.extend(copy.deepcopy(root.findall(_PARTY, PREFIXES)))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def endless(make: Callable[[int], bytes]) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        yield make(number)


def _lines(number: int) -> int:
    """Of 20 documents 16 have 5 lines, 3 have 30 and one has 200."""
    place = number % 20
    if place == 0:
        return 200
    return 30 if place % 6 == 0 else 5


def _named(number: int, names: int) -> str:
    parts = "".join(f"<n{number}-{part}>{part}</n{number}-{part}>" for part in range(names))
    return f'<named xmlns="urn:example:named">{parts}</named>'


@cache
def _samples() -> list[etree._Element]:
    return [base.tree() for base in own_bases()]


def _changed(chance: random.Random) -> bytes:
    root = copy.deepcopy(chance.choice(_samples()))
    for _ in range(chance.randint(1, 3)):
        elements = list(root.iterdescendants(etree.Element))
        chance.choice((_delete, _repeat, _rename, _move_abroad, _respecify, _revalue))(chance.choice(elements), chance)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _delete(element: etree._Element, _: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _repeat(element: etree._Element, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 5)):
        element.addnext(copy.deepcopy(element))


def _rename(element: etree._Element, chance: random.Random) -> None:
    """Give the names of another element, or one that nobody uses."""
    others = [str(other.tag) for other in element.getroottree().iter(etree.Element)]
    element.tag = chance.choice([*others, f"{{urn:example:{chance.randint(1, 10**6)}}}none"])


def _move_abroad(element: etree._Element, chance: random.Random) -> None:
    for country in element.getroottree().iter(*(f"{{*}}{name}" for name in _COUNTRY)):
        country.text = chance.choice(_COUNTRIES)


def _respecify(element: etree._Element, chance: random.Random) -> None:
    for declared in element.getroottree().iter("{*}CustomizationID"):
        declared.text = chance.choice(_SPECIFICATIONS)


def _revalue(element: etree._Element, chance: random.Random) -> None:
    if not len(element):
        element.text = chance.choice(
            ("0", f"{chance.randint(-(10**6), 10**6) / 100}", "EUR", f"text {chance.random()}")
        )
