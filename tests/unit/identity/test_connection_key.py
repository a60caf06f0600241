"""The text of a connection key, and the life of the key."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.connection_key import PATTERN, ConnectionKey, KeyOrder, KeyStatus, KeyText
from identity.domain.environment import Mode
from identity.domain.errors import ConnectionKeyNotActive, ConnectionKeyStillActive, InvalidConnectionKey
from shared.ids import new_id

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE62 = string.digits + string.ascii_letters


def _issue() -> tuple[ConnectionKey, KeyText]:
    order = KeyOrder(
        environment_id=new_id(),
        organization_id=new_id(),
        created_by=new_id(),
        label="software",
        scopes=("ap",),
        mode=Mode.LIVE,
    )
    return ConnectionKey.issue(order, now=NOW)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_keys_text_can_be_read_back(mode: Mode) -> None:
    text = KeyText.generate(mode)
    assert PATTERN.fullmatch(str(text))
    assert len(str(text)) == 61
    assert KeyText.parse(str(text)) == text


@given(place=st.integers(min_value=12, max_value=60), other=st.sampled_from(BASE62))
def test_every_mistyped_character_is_noticed(place: int, other: str) -> None:
    text = str(KeyText(mode=Mode.LIVE, client_id="0A1b2C3d4E5", secret="abcdefghijklmnopqrstuvwxyz012345"))
    typo = text[:place] + other + text[place + 1 :]
    if typo == text:
        assert str(KeyText.parse(typo)) == text
        return
    with pytest.raises(InvalidConnectionKey):
        KeyText.parse(typo)


def test_the_checksum_of_a_known_key_stays_what_it_is() -> None:
    """Keys that were issued must be readable for ever."""
    known = KeyText(mode=Mode.LIVE, client_id="0A1b2C3d4E5", secret="abcdefghijklmnopqrstuvwxyz012345")
    assert str(known) == "koe_ck_live_0A1b2C3d4E5abcdefghijklmnopqrstuvwxyz0123453KuZR1"


@pytest.mark.parametrize(
    "text",
    ["", "koe_ck_live_", "koe_ck_prod_" + "a" * 49, "koe_ck_live_" + "a" * 48, "koe_ck_live_" + "é" * 49, "x" * 1000],
)
def test_what_has_not_the_form_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidConnectionKey):
        KeyText.parse(text)


def test_a_keys_text_never_shows_in_a_log() -> None:
    _, text = _issue()
    assert text.secret not in repr(text)


@pytest.mark.requirement("R7.1")
def test_a_key_knows_its_secret_only_by_hash() -> None:
    key, text = _issue()
    assert key.accepts(text.secret)
    assert not key.accepts(text.secret[:-1])
    assert not key.accepts("")
    assert text.secret.encode() not in key.secret_hash


def test_keys_are_all_different() -> None:
    texts = [KeyText.generate(Mode.LIVE) for _ in range(200)]
    assert len({text.client_id for text in texts}) == len({text.secret for text in texts}) == 200


@pytest.mark.requirement("R7.4")
def test_a_key_goes_from_active_to_revoked_to_deleted() -> None:
    key, _ = _issue()
    with pytest.raises(ConnectionKeyStillActive):
        key.delete()
    revoked = key.revoke(now=NOW)
    assert (revoked.status, revoked.revoked_at, revoked.version) == (KeyStatus.REVOKED, NOW, 2)
    with pytest.raises(ConnectionKeyNotActive):
        revoked.revoke(now=NOW)
    assert revoked.delete().status is KeyStatus.DELETED
