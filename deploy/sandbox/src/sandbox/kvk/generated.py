"""Companies that the register makes up: every number from 96000000 to 96999999 is one, always with the same data.

They let a demo or a load test have as many companies as it wants; each name carries its number, so that a search by
name finds exactly one.
"""

import re

from sandbox.kvk.model import Address, Company, Establishment

FIRST, LAST = 96_000_000, 96_999_999
_NUMBER = re.compile(r"[0-9]{8}")

_TRADES = (
    ("Bouwbedrijf", "41201", "Algemene burgerlijke en utiliteitsbouw"),
    ("Drukkerij", "18129", "Overige drukkerijen"),
    ("Groothandel", "46901", "Groothandel in consumentenartikelen (niet gespecialiseerd)"),
    ("Hoveniersbedrijf", "81300", "Landschapsverzorging"),
    ("Installatiebedrijf", "43221", "Loodgieters- en fitterswerk"),
    ("Softwarehuis", "62010", "Ontwikkelen, produceren en uitgeven van software"),
    ("Transportbedrijf", "49410", "Goederenvervoer over de weg"),
)
_PLACES = (
    ("Almelo", "7607"), ("Breda", "4811"), ("Drachten", "9203"), ("Emmen", "7811"), ("Goes", "4461"), ("Gouda", "2801"),
    ("Helmond", "5701"), ("Hoorn", "1621"), ("Venlo", "5911"), ("Weert", "6001"), ("Zutphen", "7201"),
)  # fmt: skip
_STREETS = ("Ambachtstraat", "Havenweg", "Industrielaan", "Nijverheidsweg", "Stationsplein")


def generated_company(kvk_number: str) -> Company | None:
    """Return the made-up company with this number, if the number is one of theirs."""
    if not _NUMBER.fullmatch(kvk_number) or not FIRST <= int(kvk_number) <= LAST:
        return None
    number = int(kvk_number)
    trade, code, activity = _TRADES[number % len(_TRADES)]
    city, digits = _PLACES[number % len(_PLACES)]
    name = f"{trade} {kvk_number} B.V."
    letters = chr(ord("A") + number % 26) + chr(ord("A") + number // 26 % 26)
    address = Address(
        street=_STREETS[number % len(_STREETS)], number=1 + number % 250, postcode=f"{digits}{letters}", city=city
    )
    establishment = Establishment(
        number=_establishment_number(kvk_number), name=name, main=True, staff=number % 40, full_time=number % 40,
        part_time=0, visit=address,
    )  # fmt: skip
    return Company(
        kvk=kvk_number, name=name, statutory_name=name, rsin=_rsin(kvk_number), legal_form="BesloteVennootschap",
        extended_form="Besloten Vennootschap", registered="20240102", started="20240102", trade_names=(name,),
        activities=((code, activity, True),), establishments=(establishment,),
    )  # fmt: skip


def generated_number(criterion: str, value: str) -> str:
    """Find the made-up company that a search can mean: by any of its numbers, or by the number in its name."""
    match criterion:
        case "kvkNummer":
            return value
        case "rsin":
            return value.removeprefix("8")
        case "vestigingsnummer":
            return value.removeprefix("0000")
        case "naam":
            return next((word for word in value.split() if generated_company(word)), "")
        case _:
            return ""


def _rsin(kvk_number: str) -> str:
    return f"8{kvk_number}"


def _establishment_number(kvk_number: str) -> str:
    return f"0000{kvk_number}"
