"""Strings: the traps of blanks, places and characters (items 11 and 14 of the semantics)."""

import pytest
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.strings import codepoints, from_codepoints, normalize_space, substring
from hypothesis import given
from hypothesis import strategies as st
from support.xpath_calculations import expected_items, ours
from support.xpath_traps import STRINGS

CHARACTERS = st.text(st.sampled_from(" \t\r\nab\u00a0\u0085\u2003\u3000\u00e9\U0001f600"))


@pytest.mark.parametrize("trap", STRINGS)
def test_a_function_of_strings_is_right(trap):
    for expression, *texts, expected in STRINGS[trap]:
        assert ours(expression, *texts) == expected_items(expected), (expression, texts)


@given(CHARACTERS)
def test_normalized_space_is_single_spaces_between_words_that_stay_as_they_were(text):
    normalized = normalize_space(text)
    assert not set(normalized) & set("\t\r\n")
    assert "  " not in normalized
    assert normalized == normalized.strip(" ")
    assert [c for c in normalized if c != " "] == [c for c in text if c not in " \t\r\n"]
    assert normalize_space(normalized) == normalized


@given(CHARACTERS)
def test_a_text_is_the_same_after_its_code_points(text):
    assert from_codepoints(codepoints(text)) == text


@given(CHARACTERS, st.integers(-5, 15), st.integers(-5, 15))
def test_a_substring_is_what_the_recommendation_counts(text, start, length):
    counted = [c for place, c in enumerate(text, 1) if start <= place < start + length]
    assert substring(text, start, length) == "".join(counted)
    assert substring(text, start) == "".join(c for place, c in enumerate(text, 1) if start <= place)


@pytest.mark.parametrize("places", [(1e18,), (1.0, 1e300), (1.0, float("inf")), (float("-inf"), 2.0)])
def test_a_place_where_the_reference_loses_count_is_an_error(places):
    with pytest.raises(EvaluationError):
        substring("12345", *places)
