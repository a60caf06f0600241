"""The register's search: which parameters it takes, what matches, and how a page of results looks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from sandbox.kvk.errors import (
    invalid_parameters,
    malformed_establishment,
    malformed_kvk_number,
    malformed_rsin,
    no_criterion,
    nothing_found,
)
from sandbox.kvk.model import Address, Company, Establishment
from sandbox.kvk.register import CompanyRegister
from sandbox.kvk.views import Links, View

_MAIN, _BRANCH, _LEGAL = "hoofdvestiging", "nevenvestiging", "rechtspersoon"
_TYPES = frozenset({_MAIN, _BRANCH, _LEGAL})
_ADDRESS_CRITERIA = ("straatnaam", "huisnummer", "huisletter", "postcode", "postbusnummer", "plaats")
_CRITERIA = ("kvkNummer", "rsin", "vestigingsnummer", "naam", *_ADDRESS_CRITERIA)
_PAGING = ("type", "inclusiefInactieveRegistraties", "pagina", "resultatenPerPagina")
_FORMS = {
    "kvkNummer": (re.compile(r"[0-9]{8}"), malformed_kvk_number),
    "rsin": (re.compile(r"[0-9]{9}"), malformed_rsin),
    "vestigingsnummer": (re.compile(r"[0-9]{12}"), malformed_establishment),
}
_MAX_PAGE, _MAX_SIZE, _MAX_RESULTS = 1000, 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    criteria: Mapping[str, str]
    types: frozenset[str]
    page: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    company: Company
    establishment: Establishment | None
    type: str
    address_type: str
    address: Address | None


def read_query(parameters: QueryParams) -> Query:
    """Check the parameters as the register does; raises its IPD errors."""
    known = {name.lower(): name for name in (*_CRITERIA, *_PAGING)}
    unknown = sorted({name for name in parameters if name.lower() not in known})
    if unknown:
        raise invalid_parameters(unknown)
    given = {known[name.lower()]: value.strip() for name, value in parameters.multi_items()}
    criteria = {name: given[name] for name in _CRITERIA if given.get(name)}
    if not criteria:
        raise no_criterion()
    for name, (form, error) in _FORMS.items():
        if name in criteria and not form.fullmatch(criteria[name]):
            raise error(criteria[name])
    types = frozenset(value for name, value in parameters.multi_items() if name.lower() == "type")
    page, size = _number(given, "pagina", 1), _number(given, "resultatenPerPagina", 10)
    wrong = [
        *(["type"] if types - _TYPES else []),
        *(["pagina"] if not 1 <= page <= _MAX_PAGE else []),
        *(["resultatenPerPagina"] if not 1 <= size <= _MAX_SIZE else []),
    ]
    if wrong:
        raise invalid_parameters(wrong)
    return Query(criteria=criteria, types=types or _TYPES, page=page, size=size)


def find(register: CompanyRegister, query: Query, links: Links) -> View:
    hits = [hit for company in register.candidates(query.criteria) for hit in _hits(company) if _matches(hit, query)][
        :_MAX_RESULTS
    ]
    start = (query.page - 1) * query.size
    shown = hits[start : start + query.size]
    if not shown:
        raise nothing_found()
    view: View = {"pagina": query.page, "resultatenPerPagina": query.size, "totaal": len(hits)}
    if query.page > 1:
        view["vorige"] = _page_url(query, links, query.page - 1)
    if start + query.size < len(hits):
        view["volgende"] = _page_url(query, links, query.page + 1)
    view["resultaten"] = [_result(hit, query, links) for hit in shown]
    view["_links"] = {"self": {"href": _page_url(query, links, query.page)}}
    return view


def _hits(company: Company) -> Iterator[Hit]:
    """List a company as the register does: the legal person first, then its establishments by descending number."""
    if company.listed_as_legal_person:
        main = company.main_establishment
        address = main.visit if main is not None else company.owner_address
        yield Hit(company=company, establishment=None, type=_LEGAL, address_type="bezoekadres", address=address)
    for found in sorted(company.establishments, key=lambda item: item.number, reverse=True):
        address_type, address = found.shown_address
        kind = _MAIN if found.main else _BRANCH
        yield Hit(company=company, establishment=found, type=kind, address_type=address_type, address=address)


def _matches(hit: Hit, query: Query) -> bool:
    if hit.type not in query.types:
        return False
    return all(_criterion_holds(hit, name, value) for name, value in query.criteria.items())


def _criterion_holds(hit: Hit, name: str, value: str) -> bool:
    address = hit.address
    match name:
        case "kvkNummer":
            return hit.company.kvk == value
        case "rsin":
            return hit.company.rsin == value
        case "vestigingsnummer":
            return hit.establishment is not None and hit.establishment.number == value
        case "naam":
            return any(_name_matches(candidate, value) for candidate in _names(hit))
    if address is None:
        return False
    actual = {
        "straatnaam": address.street,
        "huisnummer": str(address.number or ""),
        "huisletter": address.letter,
        "postcode": address.postcode,
        "postbusnummer": str(address.po_box or ""),
        "plaats": address.city,
    }[name]
    return _folded(actual).replace(" ", "") == _folded(value).replace(" ", "")


def _names(hit: Hit) -> tuple[str, ...]:
    if hit.establishment is not None:
        return (hit.establishment.name, *hit.establishment.trade_names, *(_shared_names(hit)))
    return (hit.company.name, hit.company.statutory_name, *hit.company.trade_names)


def _shared_names(hit: Hit) -> tuple[str, ...]:
    """Trade names of the company belong to its main establishment, unless that lists its own."""
    if hit.establishment is None or not hit.establishment.main or hit.establishment.trade_names:
        return ()
    return (hit.company.name, hit.company.statutory_name, *hit.company.trade_names)


def _name_matches(candidate: str, wanted: str) -> bool:
    """Every word that is asked for must begin a word of the name."""
    words = _words(candidate)
    return all(any(word.startswith(part) for word in words) for part in _words(wanted)) and bool(_words(wanted))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded(text).replace(".", ""))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def _result(hit: Hit, query: Query, links: Links) -> View:
    view: View = {"kvkNummer": hit.company.kvk}
    if "rsin" in query.criteria:
        view["rsin"] = hit.company.rsin
    if hit.establishment is not None:
        view["vestigingsnummer"] = hit.establishment.number
    view["naam"] = hit.establishment.name if hit.establishment is not None else hit.company.name
    if hit.address is not None:
        view["adres"] = {"binnenlandsAdres": _result_address(hit, hit.address, query)}
    view["type"] = hit.type
    view["_links"] = {"basisprofiel": links.profile(hit.company.kvk)}
    if hit.establishment is not None:
        view["_links"]["vestigingsprofiel"] = links.establishment(hit.establishment.number)
    return view


def _result_address(hit: Hit, address: Address, query: Query) -> View:
    """Show street and place; house number and postcode only to who searched by them."""
    searched: dict[str, Any] = {
        "huisnummer": address.number,
        "huisletter": address.letter,
        "postcode": address.postcode,
        "postbusnummer": address.po_box,
    }
    view: View = {"type": hit.address_type}
    if address.street:
        view["straatnaam"] = address.street
    view.update({name: value for name, value in searched.items() if name in query.criteria and value})
    view["plaats"] = address.city
    return view


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _page_url(query: Query, links: Links, page: int) -> str:
    parameters = {name.lower(): value for name, value in query.criteria.items()}
    parameters |= {"pagina": str(page), "resultatenperpagina": str(query.size)}
    return f"{links.base}/v2/zoeken?{urlencode(parameters)}"
