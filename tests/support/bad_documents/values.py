"""Values: numbers, dates, codes and texts in spellings that look right to somebody."""

from documents.domain.findings import MalformedXml
from shared.errors import DomainError

from support.bad_documents.making import ALL, CII, UBL, Cases, Judged, each

_VALID, _SCHEMA, _RULES = Judged.VALID, Judged.BY_SCHEMA, Judged.BY_RULES
_INVOICE = {"invoice": UBL["invoice"]}
_PAYABLE = ((_INVOICE, "1210.00</cbc:PayableAmount>"), (CII, "1210.00</ram:DuePayableAmount>"))
_LONG, _SHOWN = 60, 30
# As the amount that is due, 1210.00 in all of them.
_NUMBERS: dict[str, Judged | type[DomainError]] = {
    "1210": _VALID,
    "+1210.00": _VALID,
    "01210.00": _VALID,
    "1210.": _VALID,
    " 1210 ": _VALID,
    "\n\t1210\r\n": _VALID,
    "1210&#13;": _VALID,
    "&#49;&#x32;10.00": _VALID,
    "0" * 41 + "1210.00": _VALID,
    "0" * 1_200 + "1210.00": _VALID,
    " 1210.00": _VALID,
    "1210.00 ": _RULES,
    "1210.000": _RULES,
    "1210." + "0" * 50: _RULES,
    "1210.0" + "0" * 1_200: _RULES,
    "1210.004": _RULES,
    "1210." + "0" * 39 + "1": _RULES,
    ".5": _RULES,
    "-1210.00": _RULES,
    "0": _RULES,
    "-0": _RULES,
    "9" * 41: _RULES,
    "9" * 1_200: _RULES,
    "1.21e3": _SCHEMA,
    "121E1": _SCHEMA,
    "NaN": _SCHEMA,
    "INF": _SCHEMA,
    "-INF": _SCHEMA,
    "1 210.00": _SCHEMA,
    "1,210.00": _SCHEMA,
    "1210,00": _SCHEMA,
    "1_210.00": _SCHEMA,
    "0x4ba": _SCHEMA,
    "+-1210.00": _SCHEMA,
    "- 1210.00": _SCHEMA,
    "--1210.00": _SCHEMA,
    "1210.0.0": _SCHEMA,
    ".": _SCHEMA,
    "+": _SCHEMA,
    "": _SCHEMA,
    " ": _SCHEMA,
    "€1210.00": _SCHEMA,
    "\u00a01210.00": _SCHEMA,
    "1210.00\u00a0": _SCHEMA,
    "1210.00\u2003": _SCHEMA,
    "1210.00&#x85;": _SCHEMA,
    "\uff11\uff12\uff11\uff10.00": _SCHEMA,
    "\u0661\u0662\u0661\u0660": _SCHEMA,
    "true": _SCHEMA,
    "1210.00&#0;": MalformedXml,
    "1210.00&#11;": MalformedXml,
    "1210.00&#xFFFE;": MalformedXml,
    "1210.00&#xD800;": MalformedXml,
    "1210.00&#1114112;": MalformedXml,
}
# As the date of an invoice, 2026-11-02.
_DATES = {
    "2026-11-02Z": _RULES,
    "2026-11-02+01:00": _RULES,
    " 2026-11-02 ": _SCHEMA,
    "2026-02-30": _SCHEMA,
    "2026-13-01": _SCHEMA,
    "2026-11-2": _SCHEMA,
    "02-11-2026": _SCHEMA,
    "20261102": _SCHEMA,
    "2026-11-02T00:00:00": _SCHEMA,
    "0000-01-01": _SCHEMA,
    "99999-01-01": _RULES,
    "-2026-11-02": _RULES,
    "": _SCHEMA,
}
_REFERENCES = {
    "": _RULES,
    " ": _RULES,
    "\u00a0": _VALID,
    "\u200b": _VALID,
    "x" * 100_000: _VALID,
    " PO-2026-114 ": _VALID,
    "\U0001f600": _VALID,
    "e\u0301\u202e": _VALID,
    "&lt;script&gt;": _VALID,
    "]]&gt;": _VALID,
    "&#xA0;&#x2028;&#x7f;&#x9f;": _VALID,
    "]]>": MalformedXml,
    "&#8;": MalformedXml,
    "&": MalformedXml,
}
_CURRENCIES = {" EUR ": _RULES, "eur": _RULES, "EUR\u00a0": _RULES, "": _RULES, "EUR USD": _RULES, "\u0415UR": _RULES}


def _cases() -> Cases:
    cases: Cases = {}
    for number, expected in _NUMBERS.items():
        for documents, place in _PAYABLE:
            cases |= each(documents, f"due: {_short(number)}", place, place.replace("1210.00", number), expected)
    for date, expected in _DATES.items():
        cases |= each(_INVOICE, f"date: {date!r}", ">2026-11-02<", f">{date}<", expected)
    for reference, expected in _REFERENCES.items():
        cases |= each(_INVOICE, f"reference: {_short(reference)}", ">PO-2026-114<", f">{reference}<", expected)
    for currency, expected in _CURRENCIES.items():
        cases |= each(_INVOICE, f"currency: {currency!r}", "Code>EUR<", f"Code>{currency}<", expected)
    for attribute in ("", " EUR", "eur", "EUR\u00a0", "&#10;EUR"):
        cases |= each(_INVOICE, f"currency of an amount: {attribute!r}", 'ID="EUR"', f'ID="{attribute}"', _RULES)
    cases |= each(ALL, "two numbers in one code", ">30<", ">30 58<", _RULES)
    cases |= each(ALL, "blanks around a code", ">30<", "> 30\n<", _VALID)
    return cases


def _short(text: str) -> str:
    return repr(text) if len(text) < _LONG else f"{text[:_SHOWN]!r} and so on"


CASES: Cases = _cases()
