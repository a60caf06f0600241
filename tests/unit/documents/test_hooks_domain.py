"""Actions, topics and signatures of hooks."""

import base64
import hashlib
import hmac

import pytest
from documents.domain.errors import InvalidHook
from documents.domain.hooks import (
    Action,
    check_standard_secret,
    check_topics,
    econnect_signature,
    new_standard_secret,
    parse_action,
    standard_signature,
)
from hypothesis import given
from hypothesis import strategies as st


def test_the_fragment_is_the_secret_and_no_part_of_the_address() -> None:
    action = parse_action("https://example.test:8443/in?x=1#geheim&=/?", plain_http=False)
    assert action == Action(url="https://example.test:8443/in?x=1", secret="geheim&=/?")
    assert parse_action("https://example.test/", plain_http=False).secret is None


def test_plain_http_is_for_laptops() -> None:
    assert parse_action("http://127.0.0.1:8190/hook#s", plain_http=True).url == "http://127.0.0.1:8190/hook"
    with pytest.raises(InvalidHook, match="use https"):
        parse_action("http://127.0.0.1:8190/hook#s", plain_http=False)


@given(st.text(max_size=80))
def test_whatever_the_address_it_is_parsed_or_refused(text: str) -> None:
    try:
        action = parse_action(text, plain_http=False)
    except InvalidHook:
        return
    assert action.url.startswith("https://")
    assert "#" not in action.url


@pytest.mark.parametrize("topics", [(), ("",), ("A B",), ("**",), ("Inv*",), ("x" * 62,), ("_",), ("a" * 5,) * 0])
def test_topics_that_are_none_are_refused(topics: tuple[str, ...]) -> None:
    with pytest.raises(InvalidHook):
        check_topics(topics)


def test_topics_count_once() -> None:
    assert check_topics(("*Sent", "InvoiceSent", "*Sent")) == ("*Sent", "InvoiceSent")


@pytest.mark.requirement("RA6.6")
def test_the_econnect_signature_is_over_the_raw_bytes() -> None:
    body = b'{\r\n  "topic": "InvoiceReceived"\r\n}'
    expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert econnect_signature(body, "s3cret") == f"sha256={expected}"
    assert econnect_signature(body, "s3cret") != econnect_signature(body.replace(b"\r", b""), "s3cret")


@pytest.mark.requirement("RA6.6")
def test_the_standard_signature_covers_id_time_and_body() -> None:
    secret = new_standard_secret()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32
    made = standard_signature(message_id="msg_1", timestamp=1700000000, body=b"{}", secret=secret)
    digest = hmac.new(key, b"msg_1.1700000000.{}", hashlib.sha256).digest()
    assert made == "v1," + base64.b64encode(digest).decode()


def test_a_made_secret_is_one_that_would_be_accepted_and_never_the_same() -> None:
    made = {new_standard_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(check_standard_secret(secret) == secret for secret in made)
