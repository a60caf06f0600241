"""Whatever bytes a record holds, reading it ends in an event or in `UnreadableRecordError`."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared.contracts.billing import PaymentFailed
from shared.messaging.dead_letters import readable
from shared.messaging.parsing import (
    UnreadableRecordError,
    read_attributes,
    read_data,
    refuse_unknown_version,
)
from support.events import Record, envelope_of, payment_failed, record_of

ATTRIBUTES = ("ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_environment", "ce_sequence", "traceparent")
SENT = dict(record_of(payment_failed()).headers)
some_bytes = st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass"))
some_headers = st.dictionaries(st.sampled_from(ATTRIBUTES), some_bytes)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine that is busy with other things
@given(changes=some_headers, left_out=st.sets(st.sampled_from(ATTRIBUTES)), value=some_bytes | st.none())
def test_any_record_is_read_or_refused_with_a_code(changes: dict[str, bytes], left_out: set[str], value: bytes | None):
    headers = {**SENT, **changes}
    record = Record(
        topic="t", key=None, value=value, headers=[pair for pair in headers.items() if pair[0] not in left_out]
    )
    assert outcome(record) in {"read", "missing_attribute", "malformed_attribute", "unknown_version", "malformed_data"}


def outcome(record: Record) -> str:
    try:
        attributes = read_attributes(record)
        refuse_unknown_version(attributes)
        read_data(record, attributes, PaymentFailed)
    except UnreadableRecordError as error:
        return error.code
    return "read" if attributes.time.tzinfo else "naive"


@given(st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=20))))
def test_headers_become_text_without_nul(headers: list[tuple[str, bytes]]):
    for name, value in readable(headers).items():
        assert "\x00" not in name + value


def test_an_event_survives_the_journey():
    event = payment_failed()
    envelope = envelope_of(event, subject=UUID(int=7), environment=UUID(int=8), sequence=9)
    assert envelope.data == event
    assert (envelope.subject, envelope.key) == (str(UUID(int=7)), str(UUID(int=7)))
    assert (envelope.environment, envelope.sequence, envelope.source) == (UUID(int=8), 9, "/billing")


def test_the_reason_names_the_field_and_not_the_value():
    record = record_of(payment_failed(), value=b'{"payment_id": "a secret"}')
    with pytest.raises(UnreadableRecordError, match=r"^payment_id: ") as caught:
        read_data(record, read_attributes(record), PaymentFailed)
    assert "secret" not in str(caught.value)


def test_fields_that_we_do_not_know_yet_are_ignored():
    sent = payment_failed().model_dump_json()[:-1].encode()
    record = record_of(payment_failed(), value=sent + b', "added_later": {"x": 1}}')
    assert read_data(record, read_attributes(record), PaymentFailed).data.purpose == "top_up"
