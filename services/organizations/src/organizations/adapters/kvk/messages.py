"""What the KvK API answers (Zoeken v2, Basisprofiel v1), as far as it is read here. Field names are the API's."""

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DutchAddress(_Message):
    straatnaam: str | None = None
    plaats: str | None = None


class ForeignAddress(_Message):
    straatHuisnummer: str | None = None  # noqa: N815 - the API's name
    postcodeWoonplaats: str | None = None  # noqa: N815 - the API's name
    land: str | None = None


class SearchAddress(_Message):
    binnenlandsAdres: DutchAddress | None = None  # noqa: N815 - the API's name
    buitenlandsAdres: ForeignAddress | None = None  # noqa: N815 - the API's name


class SearchResult(_Message):
    kvkNummer: str = Field(pattern=r"^[0-9]{8}$")  # noqa: N815 - the API's name
    naam: str
    type: str
    vestigingsnummer: str | None = None
    adres: SearchAddress = SearchAddress()
    actief: str | None = None


class SearchPage(_Message):
    totaal: int = Field(ge=0)
    resultaten: tuple[SearchResult, ...]


class TradeName(_Message):
    naam: str
    volgorde: int = 0


class Address(_Message):
    type: str = ""
    indAfgeschermd: str = "Nee"  # noqa: N815 - the API's name
    straatnaam: str | None = None
    huisnummer: int | None = None
    huisletter: str | None = None
    huisnummerToevoeging: str | None = None  # noqa: N815 - the API's name
    postbusnummer: int | None = None
    postcode: str | None = None
    plaats: str | None = None
    straatHuisnummer: str | None = None  # noqa: N815 - the API's name
    postcodeWoonplaats: str | None = None  # noqa: N815 - the API's name
    land: str | None = None


class Owner(_Message):
    rsin: str | None = None
    rechtsvorm: str | None = None
    uitgebreideRechtsvorm: str | None = None  # noqa: N815 - the API's name
    adressen: tuple[Address, ...] = ()


class MainEstablishment(_Message):
    adressen: tuple[Address, ...] = ()


class Embedded(_Message):
    eigenaar: Owner = Owner()
    hoofdvestiging: MainEstablishment = MainEstablishment()


class Registration(_Message):
    datumEinde: str | None = None  # noqa: N815 - the API's name


class BasicProfile(_Message):
    kvkNummer: str = Field(pattern=r"^[0-9]{8}$")  # noqa: N815 - the API's name
    naam: str
    statutaireNaam: str | None = None  # noqa: N815 - the API's name
    handelsnamen: tuple[TradeName, ...] = ()
    materieleRegistratie: Registration = Registration()  # noqa: N815 - the API's name
    embedded: Embedded = Field(default=Embedded(), alias="_embedded")


class Fault(_Message):
    code: str


class Faults(_Message):
    fout: tuple[Fault, ...]
