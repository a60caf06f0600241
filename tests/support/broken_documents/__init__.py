"""Documents that break one rule each: `BROKEN`."""

from support.broken_documents import cii, codes, identifiers, netherlands, peppol, presence, structure, totals, vat

BROKEN = tuple(
    case
    for family in (totals, presence, vat, codes, identifiers, peppol, netherlands, structure, cii)
    for case in family.CASES
)
