"""Which rule sets are gated together: those that one document is shown to, for every document type of the service."""

from dataclasses import dataclass

from documents.adapters.rules.document_types import (
    CII_INVOICE,
    SPECIFICATIONS,
    UBL_CREDIT_NOTE,
    UBL_INVOICE,
    Specification,
)
from documents.domain.findings import Syntax

ROOTS = {
    Syntax.UBL: (f"{{{UBL_INVOICE}}}Invoice", f"{{{UBL_CREDIT_NOTE}}}CreditNote"),
    Syntax.CII: (f"{{{CII_INVOICE}}}CrossIndustryInvoice",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Rule sets over one tree, and the share of all mutants that they get.

    `customization_id` is what documents declare that are shown to these rules; some rules speak of those only.
    """

    syntax: Syntax
    rule_sets: tuple[str, ...]
    share: float
    customization_id: str = ""

    @property
    def name(self) -> str:
        return "+".join(self.rule_sets)


# What is sent most is looked at most; a suite that is not named here gets a little.
_SHARES = {
    ("cen-ubl", "peppol-ubl"): 0.4,
    ("cen-ubl", "peppol-self-billing-ubl"): 0.1,
    ("nlcius-ubl",): 0.15,
    ("gaccount-ubl",): 0.1,
    ("cen-cii",): 0.2,
    ("nlcius-cii",): 0.05,
}
_SMALL_SHARE = 0.05


def suites_of(specifications: tuple[Specification, ...] = SPECIFICATIONS) -> tuple[Suite, ...]:
    """The suites of all document types; one that another suite contains is not gated again."""
    rows = {(row.syntax, row.stylesheets): row for row in specifications}
    return tuple(
        Suite(
            syntax=syntax,
            rule_sets=names,
            share=_SHARES.get(names, _SMALL_SHARE),
            customization_id=row.customization_id,
        )
        for (syntax, names), row in rows.items()
        if not any(set(names) < set(others) for _, others in rows)
    )
