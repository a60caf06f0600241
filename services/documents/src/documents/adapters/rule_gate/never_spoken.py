"""Rules that no document of the gate makes speak, and why that is no gap.

A rule that is silent in a long run and has no reason here fails the gate: it needs a document of its own among the
samples, or a reason.
"""

from documents.adapters.schematron.model import Stylesheet
from documents.adapters.schematron.xpath.syntax import FN

_TRUE = ("call", FN, "true", ())
_SECOND_ONE = "a second one makes another rule of the set fail, so that neither engine has a verdict"
_TAKEN = "an earlier rule of its pattern takes every element that it is for"
_BESIDE = "it looks beside the tax for what stands inside it, and holds for nothing"
_REASONS = {
    **dict.fromkeys(("CII-DT-010", "CII-DT-011", "CII-DT-012", "BR-NL-32-2", "BR-NL-32-3"), _TAKEN),
    **dict.fromkeys(("BR-AF-08", "BR-AG-08"), _BESIDE),
    "UBL-CR-674": "in older releases it names an element that UBL does not have",
    "SI-INV-R000": "documents with another root element are refused before the rules",
    **dict.fromkeys(("BR-DEC-13", "BR-DEC-15"), "it asks for a child of an amount, which no valid document has"),
    **dict.fromkeys(("UBL-SR-09", "UBL-SR-15", "UBL-SR-22", "UBL-SR-27"), _SECOND_ONE),
    **dict.fromkeys((f"CII-SR-{number}" for number in (477, 478, 479, 480, 481, 482, 484, 487)), _SECOND_ONE),
}


def reasons_of(stylesheet: Stylesheet) -> dict[str, str]:
    """Why rules of a set cannot speak, as far as that is known; the test of some is simply true."""
    checks = [check for pattern in stylesheet.patterns for rule in pattern.rules for check in rule.checks]
    idle = {check.id for check in checks if check.test == _TRUE} - {check.id for check in checks if check.test != _TRUE}
    return {**_REASONS, **dict.fromkeys(idle, "its test is true()")}
