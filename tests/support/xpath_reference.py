"""The reference engine as a calculator: what SaxonC says an expression of XPath 2.0 is worth, beside what we say."""

import itertools
from collections.abc import Iterable

from documents.adapters.schematron.runtime.numbers import to_double
from saxonche import PySaxonApiError, PySaxonProcessor

from support.xpath_calculations import DOUBLES, FAILED, ours


def words(text: str) -> list[str]:
    """Arguments written in one text, between blanks."""
    return text.split()


class XPathReference:
    """Evaluates expressions in which `$a`, `$b` and `$c` are strings."""

    def __init__(self) -> None:
        self._saxon = PySaxonProcessor(license=False)
        self._xpath = self._saxon.new_xpath_processor()
        self._xpath.set_language_version("2.0")
        for name in "abc":
            self._xpath.declare_variable(name)

    def worth(self, expression: str, *texts: str) -> list[str] | str:
        """The items as strings, or FAILED."""
        for name, text in itertools.zip_longest("abc", texts, fillvalue=""):
            self._xpath.set_parameter(name, self._saxon.make_string_value(text))
        try:
            value = self._xpath.evaluate(expression)
        except PySaxonApiError:
            return FAILED
        return [] if value is None else [value.item_at(place).string_value for place in range(value.size)]


def differences(reference: XPathReference, expression: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The rows of arguments for which we and the reference disagree; doubles are compared as values."""
    found = []
    for row in rows:
        result, expected = ours(expression, *row), reference.worth(expression, *row)
        if expression in DOUBLES and expected != FAILED:
            expected = [repr(to_double(text)) for text in expected]
        if result != expected:
            found.append(f"{expression} of {row}: {result}, the reference {expected}")
    return found
