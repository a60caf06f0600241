"""The people and companies of one demo run, and what they learn about themselves as it goes."""

from dataclasses import dataclass, field
from pathlib import Path

from koerier.demo.invoices import make_invoice

PASSWORD = "Correct-Horse-Battery-2026"  # noqa: S105 - of made-up people in a local sandbox


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody who registers. `token` is the access token of the session in use."""

    email: str
    first_name: str
    last_name: str
    user_id: str = ""
    environment_id: str = ""
    role: str = ""
    token: str = ""


@dataclass(slots=True, kw_only=True)
class Company:
    """A company on the platform, with its administrator."""

    kvk_number: str
    administrator: Person
    name: str = ""
    organization_id: str = ""

    @property
    def party(self) -> str:
        return f"0106:{self.kvk_number}"


@dataclass(slots=True, kw_only=True)
class Story:
    """Everything that later steps need from earlier ones."""

    run: int
    examples: Path
    supplier: Company
    buyer: Company
    colleague: Person
    newcomer: Person
    freelancer: Person
    operator: Person
    key: str = ""
    key_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    api_token: str = ""
    documents: dict[str, str] = field(default_factory=dict)

    def invoice(self, receiver: str, *, number: str, example: str = "invoice-bis3.xml", sender: str = "") -> bytes:
        """Return an example invoice from the supplier (or `sender`) to `receiver`, with the invoice number."""
        return make_invoice(
            self.examples / example, sender=sender or self.supplier.party, receiver=receiver, number=number
        )


FIRST = ("68750110", "68727720")
"""Test companies that the Chamber of Commerce publishes: Test BV Donald sells to Test NV Katrien."""

GENERATED = 96_000_000
"""From here on the sandbox's register makes companies up, so that the demo can run again on the same platform."""


def new_story(run: int, *, examples: Path) -> Story:
    """Return the cast of the `run`-th demo on this platform, counted from 0; nobody appears twice."""
    supplier, buyer = FIRST if run == 0 else (str(GENERATED + 2 * run), str(GENERATED + 2 * run + 1))
    suffix = "" if run == 0 else f"-{run}"
    return Story(
        run=run,
        examples=examples,
        supplier=Company(
            kvk_number=supplier,
            administrator=Person(email=f"donald@supplier{suffix}.example", first_name="Donald", last_name="de Vries"),
        ),
        buyer=Company(
            kvk_number=buyer,
            administrator=Person(email=f"katrien@buyer{suffix}.example", first_name="Katrien", last_name="Jansen"),
        ),
        colleague=Person(email=f"kwik@buyer{suffix}.example", first_name="Kwik", last_name="Bakker"),
        newcomer=Person(email=f"kwek@buyer{suffix}.example", first_name="Kwek", last_name="Smeets"),
        freelancer=Person(email=f"willie{suffix}@gmail.com", first_name="Willie", last_name="Visser"),
        operator=Person(email=f"operator{suffix}@koerier.example", first_name="Olga", last_name="Smit"),
    )
