"""One form for every notation of a participant."""

import pytest
from documents.domain.parties import InvalidParty, canonical_party, scheme_and_value
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0106:12345678", "0106:12345678"),
        ("NL:KVK:12345678", "0106:12345678"),
        ("nl:kvk:12345678", "0106:12345678"),
        ("iso6523-actorid-upis::0106:12345678", "0106:12345678"),
        ("iso6523-actorid-upis::NL:KVK:12345678", "0106:12345678"),
        ("ISO6523-ACTORID-UPIS::0106:12345678", "0106:12345678"),
        ("  0106:12345678\n", "0106:12345678"),
        ("NL:OINO:00000001820029336000", "0190:00000001820029336000"),
        ("NL:VAT:NL857587973B01", "9944:nl857587973b01"),
        ("9944:NL857587973B01", "9944:nl857587973b01"),
        ("BE:EN:0999000129", "0208:0999000129"),
        ("GLN:8719999000015", "0088:8719999000015"),
    ],
)
def test_every_notation_has_one_canonical_form(text: str, canonical: str) -> None:
    assert canonical_party(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "", ":", "0106", "0106:", ":1", "106:1", "01066:1", "0106:1 2", "0106:1/2", "0106:1?x", "NL:KVK:", "XX:YY:1",
        "0106::1", "iso6523-actorid-upis::", "0106:" + "1" * 51, "0106:1\n2", "0106:1\x002",
        "0106:1\x7f", "0106:1\u200b", "0106:é", "0106:\N{KELVIN SIGN}1",
    ],
)  # fmt: skip
def test_what_is_no_participant_is_refused(text: str) -> None:
    with pytest.raises(InvalidParty):
        canonical_party(text)


@given(st.text(max_size=60))
def test_whatever_the_text_the_answer_is_canonical_or_a_refusal(text: str) -> None:
    try:
        canonical = canonical_party(text)
    except InvalidParty:
        return
    assert canonical_party(canonical) == canonical
    scheme, value = scheme_and_value(canonical)
    assert f"{scheme}:{value}" == canonical
    assert len(scheme) == 4
