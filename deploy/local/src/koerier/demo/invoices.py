"""Makes the demo's invoices from the ones in `examples/`: other parties, other numbers, or with a mistake in it."""

import re
from pathlib import Path

from koerier.demo.story import Company

EXAMPLES = Path("examples")


def invoice(supplier: Company, receiver: str, *, number: str, example: str = "invoice-bis3.xml") -> bytes:
    """Return an example with the supplier's and receiver's identifiers (`scheme:value`) and an invoice number."""
    text = (EXAMPLES / example).read_text(encoding="utf-8")
    scheme, _, value = receiver.partition(":")
    endpoints = iter([("0106", supplier.kvk_number), (scheme, value)])

    def put(_: re.Match[str]) -> str:
        scheme_id, identifier = next(endpoints)
        return f'<cbc:EndpointID schemeID="{scheme_id}">{identifier}</cbc:EndpointID>'

    text = re.sub(r'<cbc:EndpointID schemeID="[^"]*">[^<]*</cbc:EndpointID>', put, text, count=2)
    return re.sub(r"<cbc:ID>[^<]*</cbc:ID>", f"<cbc:ID>{number}</cbc:ID>", text, count=1).encode()
