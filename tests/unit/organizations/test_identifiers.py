"""Which identifiers an organization of a country may have, and what they look like."""

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organizations.domain.countries import COUNTRIES
from organizations.domain.errors import InvalidCountry, InvalidIdentifier, InvalidKvkNumber, SchemeNotAllowed
from organizations.domain.identifiers import KvkNumber, allowed_schemes, check_identifier


@pytest.mark.parametrize(
    ("country", "scheme", "value"),
    [
        ("NL", "0106", "68750110"),
        ("NL", "0190", "00000001820029336000"),
        ("NL", "9944", "NL857587973B01"),
        ("NL", "0088", "8719999000015"),
        ("NL", "0060", "123456789"),
        ("NL", "0199", "529900T8BM49AURSDO55"),
        ("BE", "0208", "0999000129"),
        ("BE", "9925", "BE0999000129"),
        ("DE", "9930", "DE123456789"),
        ("DE", "0204", "991-12345-67"),
        ("FR", "9957", "FR12123456789"),
        ("US", "0088", "8719999000015"),
        ("XI", "0088", "8719999000015"),
        ("1A", "0088", "8719999000015"),
    ],
)
def test_well_formed_identifiers_of_the_country_pass(country: str, scheme: str, value: str):
    check_identifier(scheme, value, country=country)


@pytest.mark.parametrize(
    ("country", "scheme", "value"),
    [
        ("NL", "0106", "6875011"),
        ("NL", "0106", "687501100"),
        ("NL", "0106", "6875011a"),
        ("NL", "0106", "68750110\n"),
        ("NL", "0106", "٦٨٧٥٠١١٠"),
        ("NL", "0190", "0000000182002933600"),
        ("NL", "9944", "nl857587973B01"),
        ("NL", "9944", "NL857587973B1"),
        ("NL", "0088", "8719999000016"),
        ("NL", "0088", "871999900001"),
        ("NL", "0199", "529900T8BM49AURSDO56"),
        ("BE", "0208", "0999000128"),
        ("BE", "0208", "2999000129"),
        ("BE", "9925", "0999000129"),
        ("DE", "0204", "with space"),
        ("DE", "0204", ""),
    ],
)
def test_malformed_identifiers_are_refused(country: str, scheme: str, value: str):
    with pytest.raises(InvalidIdentifier):
        check_identifier(scheme, value, country=country)


@pytest.mark.requirement("R5.6")
@pytest.mark.parametrize(("country", "scheme"), [("BE", "0106"), ("NL", "0208"), ("DE", "9944"), ("US", "0106")])
def test_the_country_decides_which_schemes_there_are(country: str, scheme: str):
    with pytest.raises(SchemeNotAllowed) as refused:
        check_identifier(scheme, "12345678", country=country)

    assert scheme not in refused.value.extra["allowed_schemes"]


@pytest.mark.requirement("R5.6")
def test_every_country_has_the_schemes_that_are_valid_worldwide():
    assert allowed_schemes("NZ") == {"0088", "0060", "0199"}
    assert allowed_schemes("NL") == {"0088", "0060", "0199", "0106", "0190", "9944"}


@pytest.mark.requirement("R5.6")
@pytest.mark.parametrize("country", ["nl", "NLD", "", "N1", "N\n", "XX", "ZZ", "XK", "EU", "UK", "AN"])
def test_a_code_that_is_not_a_countrys_is_refused(country: str):
    with pytest.raises(InvalidCountry):
        allowed_schemes(country)


def test_the_countries_are_those_of_iso_and_the_two_that_invoices_add():
    published = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    assigned = {line[:2] for line in published.splitlines() if not line.startswith("#")}

    assert len(assigned) == 249
    assert assigned | {"1A", "XI"} == COUNTRIES


@given(st.text(max_size=12))
def test_a_kvk_number_is_eight_digits_and_nothing_else(text: str):
    is_number = len(text) == 8 and all(character in "0123456789" for character in text)
    try:
        KvkNumber(text)
    except InvalidKvkNumber:
        assert not is_number
    else:
        assert is_number
