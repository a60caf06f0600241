"""The pieces that stand in for the world outside: the receiver of webhooks, the mix, the choice of scenarios."""

from collections import Counter
from importlib.util import find_spec

import pytest

from bench.__main__ import BY_NAME_ONLY, SCENARIOS, chosen
from bench.end_to_end.scenario import heard
from bench.load import Reply
from bench.mix import document, invoice_number, lines_of
from bench.receiver import split_request

REQUEST = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


def test_a_request_is_taken_from_the_buffer_once_it_is_complete() -> None:
    assert split_request(REQUEST + b"POST") == (b"hello", b"POST")
    assert split_request(REQUEST[:-1]) is None
    assert split_request(REQUEST[:30]) is None
    assert split_request(b"GET / HTTP/1.1\r\n\r\nrest") == (b"", b"rest")


def test_the_mix_is_what_it_says() -> None:
    assert Counter(map(lines_of, range(1, 2001))) == {5: 1600, 30: 300, 200: 100}


def test_an_invoice_carries_the_number_that_its_webhook_is_recognized_by() -> None:
    assert f"<cbc:ID>{invoice_number(42)}</cbc:ID>".encode() in document(42)


def test_a_webhook_belongs_to_the_document_of_its_number() -> None:
    reply = Reply(due=[0.0, 0.1], webhooks={invoice_number(8): 0.4})
    assert heard(reply, first_number=7) == [None, 0.4]


def test_scenarios_are_chosen_by_name_in_the_order_given_or_all_that_are_not_long() -> None:
    assert chosen("relay, ledger") == ["relay", "ledger"]
    assert set(chosen("")) == SCENARIOS.keys() - BY_NAME_ONLY


@pytest.mark.parametrize("module", sorted(SCENARIOS.values()))
def test_every_scenario_of_the_registry_can_be_found(module: str) -> None:
    assert find_spec(module) is not None
