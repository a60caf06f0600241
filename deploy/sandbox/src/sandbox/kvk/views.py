"""JSON of the register's profiles, field for field as its test environment answers (with its odd runs of spaces)."""

from typing import Any

from sandbox.kvk.model import Address, Company, Establishment

View = dict[str, Any]
_PROFILE_WIDTH, _ESTABLISHMENT_WIDTH = 54, 46


class Links:
    """Addresses inside the simulated register."""

    def __init__(self, base_url: str) -> None:
        self.base = f"{base_url}/kvk/test/api"

    def profile(self, kvk_number: str, part: str = "") -> dict[str, str]:
        return {"href": f"{self.base}/v1/basisprofielen/{kvk_number}{part}"}

    def establishment(self, number: str) -> dict[str, str]:
        return {"href": f"{self.base}/v1/vestigingsprofielen/{number}"}


def company_view(company: Company, links: Links) -> View:
    view: View = {
        "kvkNummer": company.kvk,
        "indNonMailing": _yes_no(company.non_mailing),
        "naam": company.name,
        "formeleRegistratiedatum": company.registered,
        "materieleRegistratie": {"datumAanvang": company.started},
    }
    main = company.main_establishment
    if main is not None:
        view["totaalWerkzamePersonen"] = sum(found.staff for found in company.establishments)
    if company.statutory_name:
        view["statutaireNaam"] = company.statutory_name
    if company.trade_names:
        view["handelsnamen"] = _trade_names(company.trade_names)
    view["sbiActiviteiten"] = _activities(company)
    view["_embedded"] = {"eigenaar": owner_view(company, links)}
    if main is not None:
        view["_embedded"]["hoofdvestiging"] = main_establishment_view(company, main, links)
    view["_links"] = {"self": links.profile(company.kvk)}
    if main is not None:
        view["_links"]["vestigingen"] = links.profile(company.kvk, "/vestigingen")
    return view


def owner_view(company: Company, links: Links) -> View:
    view: View = {"rsin": company.rsin} if company.rsin else {}
    view["rechtsvorm"] = company.legal_form
    view["uitgebreideRechtsvorm"] = company.extended_form
    if company.owner_address is not None:
        view["adressen"] = [address_view("bezoekadres", company.owner_address)]
    view["_links"] = {
        "self": links.profile(company.kvk, "/eigenaar"),
        "basisprofiel": links.profile(company.kvk),
    }
    return view


def main_establishment_view(company: Company, main: Establishment, links: Links) -> View:
    view = _establishment_start(company, main)
    view["totaalWerkzamePersonen"] = main.staff
    view["adressen"] = _addresses(main, _PROFILE_WIDTH)
    if main.websites:
        view["websites"] = list(main.websites)
    view["_links"] = {
        "self": links.profile(company.kvk, "/hoofdvestiging"),
        "vestigingen": links.profile(company.kvk, "/vestigingen"),
        "basisprofiel": links.profile(company.kvk),
        "vestigingsprofiel": links.establishment(main.number),
    }
    return view


def establishment_view(company: Company, found: Establishment, links: Links) -> View:
    start = _establishment_start(company, found)
    view: View = {
        "vestigingsnummer": start.pop("vestigingsnummer"),
        "kvkNummer": start.pop("kvkNummer"),
        **({"rsin": start.pop("rsin")} if "rsin" in start else {}),
        "indNonMailing": _yes_no(company.non_mailing),
        **start,
    }
    if company.statutory_name:
        view["statutaireNaam"] = company.statutory_name
    view["voltijdWerkzamePersonen"] = found.full_time
    view["totaalWerkzamePersonen"] = found.staff
    view["deeltijdWerkzamePersonen"] = found.part_time
    view["handelsnamen"] = _trade_names(found.trade_names or (found.name,))
    view["adressen"] = _addresses(found, _ESTABLISHMENT_WIDTH)
    if found.websites:
        view["websites"] = list(found.websites)
    view["sbiActiviteiten"] = _activities(company)
    view["_links"] = {"self": links.establishment(found.number), "basisprofiel": links.profile(company.kvk)}
    return view


def establishments_view(company: Company, links: Links) -> View:
    commercial = sum(found.commercial for found in company.establishments)
    total = len(company.establishments)
    return {
        "kvkNummer": company.kvk,
        "aantalCommercieleVestigingen": commercial,
        "aantalNietCommercieleVestigingen": total - commercial,
        "totaalAantalVestigingen": total,
        "vestigingen": [_listed_establishment(company, found, links) for found in company.establishments],
        "_links": {
            "self": links.profile(company.kvk, "/vestigingen"),
            "basisprofiel": links.profile(company.kvk),
        },
    }


def address_view(kind: str, address: Address, *, width: int = 0, shielded: bool = False) -> View:
    first = address.first_line.ljust(width)
    view: View = {
        "type": kind,
        "indAfgeschermd": _yes_no(shielded),
        "volledigAdres": f"{first}{'' if width else ' '}{address.postcode} {address.city}",
    }
    optional = {
        "straatnaam": address.street,
        "huisnummer": address.number,
        "huisnummerToevoeging": address.addition,
        "huisletter": address.letter,
        "postcode": address.postcode,
        "postbusnummer": address.po_box,
        "plaats": address.city,
        "land": "Nederland",
    }
    view.update({name: value for name, value in optional.items() if value})
    return view


def plain_links(view: Any) -> Any:
    """Turn HAL `_links` into the `links` list that callers get who ask for plain JSON."""
    if isinstance(view, list):
        return [plain_links(item) for item in view]
    if not isinstance(view, dict):
        return view
    plain = {name: plain_links(value) for name, value in view.items() if name != "_links"}
    if "_links" in view:
        plain["links"] = [{"rel": rel, "href": target["href"]} for rel, target in view["_links"].items()]
    return plain


def _establishment_start(company: Company, found: Establishment) -> View:
    return {
        "vestigingsnummer": found.number,
        "kvkNummer": company.kvk,
        **({"rsin": company.rsin} if company.rsin else {}),
        "formeleRegistratiedatum": found.registered or company.registered,
        "materieleRegistratie": {"datumAanvang": found.started or company.started},
        "eersteHandelsnaam": found.name,
        "indHoofdvestiging": _yes_no(found.main),
        "indCommercieleVestiging": _yes_no(found.commercial),
    }


def _listed_establishment(company: Company, found: Establishment, links: Links) -> View:
    _, address = found.shown_address
    view: View = {
        "vestigingsnummer": found.number,
        "kvkNummer": company.kvk,
        "eersteHandelsnaam": found.name,
        "indHoofdvestiging": _yes_no(found.main),
        "indAdresAfgeschermd": _yes_no(found.shielded),
        "indCommercieleVestiging": _yes_no(found.commercial),
    }
    if address is not None:
        view["volledigAdres"] = address_view("bezoekadres", address, width=_PROFILE_WIDTH)["volledigAdres"]
    view["_links"] = {"self": links.establishment(found.number)}
    return view


def _addresses(found: Establishment, width: int) -> list[View]:
    given = (("bezoekadres", found.visit), ("correspondentieadres", found.post))
    return [
        address_view(kind, address, width=width, shielded=found.shielded)
        for kind, address in given
        if address is not None
    ]


def _trade_names(names: tuple[str, ...]) -> list[View]:
    return [{"naam": name, "volgorde": position} for position, name in enumerate(names)]


def _activities(company: Company) -> list[View]:
    return [
        {"sbiCode": code, "sbiOmschrijving": description, "indHoofdactiviteit": _yes_no(main)}
        for code, description, main in company.activities
    ]


def _yes_no(value: bool) -> str:  # noqa: FBT001 (one meaning, named by the caller)
    return "Ja" if value else "Nee"
