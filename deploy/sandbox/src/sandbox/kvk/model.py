"""A company of the register as its data file describes it."""

import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(_Entry):
    street: str = ""
    number: int | None = None
    letter: str = ""
    addition: str = ""
    po_box: int | None = None
    postcode: str
    city: str

    @property
    def first_line(self) -> str:
        if self.po_box is not None:
            return f"Postbus {self.po_box}"
        parts = (self.street, str(self.number or ""), self.letter, self.addition)
        return " ".join(part for part in parts if part)


class Establishment(_Entry):
    number: str
    name: str
    main: bool
    commercial: bool = True
    shielded: bool = False
    staff: int
    full_time: int
    part_time: int
    registered: str = ""
    started: str = ""
    trade_names: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    visit: Address | None = None
    post: Address | None = None

    @property
    def shown_address(self) -> tuple[str, Address | None]:
        """Return what the search shows: the visiting address, or else the postal one."""
        return ("bezoekadres", self.visit) if self.visit is not None else ("postadres", self.post)


class Company(_Entry):
    kvk: str
    name: str
    statutory_name: str = ""
    rsin: str = ""
    legal_form: str
    extended_form: str
    registered: str
    started: str
    non_mailing: bool = False
    trade_names: tuple[str, ...] = ()
    activities: tuple[tuple[str, str, bool], ...] = ()
    establishments: tuple[Establishment, ...] = ()
    owner_address: Address | None = None
    listed_as_legal_person: bool = False
    profile_error: str = ""

    @property
    def main_establishment(self) -> Establishment | None:
        return next((found for found in self.establishments if found.main), None)


def read_companies() -> tuple[Company, ...]:
    content = files("sandbox.kvk").joinpath("companies.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Company, ...]).validate_python(tomllib.loads(content)["company"])
