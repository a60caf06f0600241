"""A company as a register knows it: one line of a search, and the profile that an organization is made from."""

from dataclasses import dataclass

from .identifiers import KvkNumber
from .organization import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySummary:
    """One result of a search. `kind` is `legal_entity`, `main_establishment` or `establishment`."""

    kvk_number: str
    name: str
    kind: str
    street: str | None = None
    place: str | None = None
    establishment_number: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPage:
    """A page of results; `total` counts all of them, also those that the register will not show."""

    items: tuple[CompanySummary, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyProfile:
    """What the register says of one company. A shielded address is reduced to place and country."""

    kvk_number: KvkNumber
    name: str
    trade_names: tuple[str, ...]
    legal_form: str | None
    rsin: str | None
    address: Address
    address_shielded: bool
    dissolved: bool
