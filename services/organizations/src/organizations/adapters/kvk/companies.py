"""Turns the register's answers into companies: names in their order, the visiting address, nothing that is shielded."""

from collections.abc import Iterable
from datetime import date

from organizations.domain.company import CompanyProfile, CompanySummary
from organizations.domain.identifiers import KvkNumber
from organizations.domain.organization import Address

from . import messages
from .countries import country_code

_KINDS = {"rechtspersoon": "legal_entity", "hoofdvestiging": "main_establishment", "nevenvestiging": "establishment"}


def summary(result: messages.SearchResult) -> CompanySummary:
    domestic, foreign = result.adres.binnenlandsAdres, result.adres.buitenlandsAdres
    return CompanySummary(
        kvk_number=result.kvkNummer,
        name=result.naam,
        kind=_KINDS.get(result.type, result.type),
        street=domestic.straatnaam if domestic else foreign.straatHuisnummer if foreign else None,
        place=domestic.plaats if domestic else foreign.postcodeWoonplaats if foreign else None,
        establishment_number=result.vestigingsnummer,
        active=result.actief != "Nee",
    )


def profile(found: messages.BasicProfile, *, today: date) -> CompanyProfile:
    name = _clean(found.statutaireNaam or found.naam)
    owner, main = found.embedded.eigenaar, found.embedded.hoofdvestiging
    address = _preferred((*main.adressen, *owner.adressen))
    ended = found.materieleRegistratie.datumEinde
    return CompanyProfile(
        kvk_number=KvkNumber(found.kvkNummer),
        name=name,
        trade_names=_trade_names(found, name),
        legal_form=owner.uitgebreideRechtsvorm or owner.rechtsvorm,
        rsin=owner.rsin,
        address=_address(address),
        address_shielded=address is not None and _is_shielded(address),
        dissolved=bool(ended) and str(ended) <= today.strftime("%Y%m%d"),
    )


def _trade_names(found: messages.BasicProfile, name: str) -> tuple[str, ...]:
    in_order = [item.naam for item in sorted(found.handelsnamen, key=lambda item: item.volgorde)]
    different = dict.fromkeys(_clean(each) for each in (found.naam, *in_order))
    return tuple(each for each in different if each and each != name)


def _preferred(addresses: Iterable[messages.Address]) -> messages.Address | None:
    """Return the visiting address, else whatever there is; the main establishment's come before the owner's."""
    known = list(addresses)
    return next((address for address in known if address.type == "bezoekadres"), known[0] if known else None)


def _is_shielded(address: messages.Address) -> bool:
    return address.indAfgeschermd == "Ja"


def _address(address: messages.Address | None) -> Address:
    if address is None:
        return Address(country="NL")
    country = country_code(address.land)
    if _is_shielded(address):
        return Address(country=country, city=address.plaats)
    if address.straatHuisnummer and not address.straatnaam:
        return Address(country=country, street=_clean(address.straatHuisnummer), city=_clean_or_none(address))
    return Address(country=country, street=_street(address), postal_code=address.postcode, city=address.plaats)


def _clean_or_none(address: messages.Address) -> str | None:
    return _clean(address.postcodeWoonplaats) if address.postcodeWoonplaats else address.plaats


def _street(address: messages.Address) -> str | None:
    if address.straatnaam is None:
        return f"Postbus {address.postbusnummer}" if address.postbusnummer else None
    parts = (address.straatnaam, address.huisnummer, address.huisletter, address.huisnummerToevoeging)
    return _clean(" ".join(str(part) for part in parts if part))


def _clean(text: str) -> str:
    """Collapse the runs of spaces that the register pads with, and drop what cannot be stored."""
    return " ".join(text.replace("\x00", " ").split())
