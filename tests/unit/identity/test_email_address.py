"""One spelling per address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.email_address import EmailAddress
from identity.domain.errors import InvalidEmailAddress


@pytest.mark.requirement("R3.5")
@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Jan@Acme.Example", "jan@acme.example"),
        ("  jan@acme.example ", "jan@acme.example"),
        ("jan@bücher.example", "jan@xn--bcher-kva.example"),
        ("jan@BÜCHER.example", "jan@xn--bcher-kva.example"),
        ("jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example"),
        ("jan@straße.example", "jan@xn--strae-oqa.example"),
        ("jan+test@sales.acme.example", "jan+test@sales.acme.example"),
    ],
)
def test_an_address_has_one_spelling(text: str, canonical: str) -> None:
    assert str(EmailAddress.parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "jan", "jan@acme", "jan@localhost", "j an@acme.example", "josé@acme.example", "jan@acme.example\r\nX: y"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        EmailAddress.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "=?utf-8?q?eve=40evil.example=3e?=@acme.example",
        "=?utf-8?q?eve=40evil.example=2c?=@acme.example",
        "jan=?utf-8?b?ZXZl?=@acme.example",
    ],
)
def test_an_address_that_mail_software_reads_as_another_one_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        EmailAddress.parse(text)


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused_and_reading_twice_changes_nothing(text: str) -> None:
    try:
        once = EmailAddress.parse(text)
    except InvalidEmailAddress:
        return
    assert EmailAddress.parse(str(once)) == once
    assert str(once) == str(once).lower()
    assert str(once).isascii()
