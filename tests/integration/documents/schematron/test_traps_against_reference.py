"""The reference says of every trap what the unit tests expect of our run-time."""

import pytest
from support.xpath_calculations import expected_items
from support.xpath_regex_traps import REGEXES
from support.xpath_traps import ARITHMETIC, CASTS, DATES, STRINGS

TRAPS = CASTS | ARITHMETIC | STRINGS | DATES | REGEXES


@pytest.mark.parametrize("trap", TRAPS)
def test_the_reference_says_the_same_of_a_trap(reference, trap):
    for expression, *texts, expected in TRAPS[trap]:
        assert reference.worth(expression, *texts) == expected_items(expected), (expression, texts)
