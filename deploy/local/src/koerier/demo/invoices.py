"""Makes the demo's invoices from the ones in `examples/`: other parties, other numbers."""

import re
from pathlib import Path

_ENDPOINT = re.compile(r'<cbc:EndpointID schemeID="[^"]*">[^<]*</cbc:EndpointID>')
_NUMBER = re.compile(r"<cbc:ID>[^<]*</cbc:ID>")


def make_invoice(example: Path, *, sender: str, receiver: str, number: str) -> bytes:
    """Return the example with other participant identifiers (`scheme:value`) and another invoice number."""
    endpoints = iter([sender, receiver])

    def put(_found: re.Match[str]) -> str:
        scheme, _, value = next(endpoints).partition(":")
        return f'<cbc:EndpointID schemeID="{scheme}">{value}</cbc:EndpointID>'

    text = _ENDPOINT.sub(put, example.read_text(encoding="utf-8"), count=2)
    return _NUMBER.sub(f"<cbc:ID>{number}</cbc:ID>", text, count=1).encode()
