"""On the message bus, also what identity refuses is told in the bus's own error model."""

import pytest
from support.identity import Identity


async def test_a_refused_key_is_told_in_the_words_of_the_path_that_was_called(identity: Identity) -> None:
    headers = {"Authorization": "Bearer koe_ck_live_zzz", "X-Forwarded-Uri": "/api/v1/0106:12345678/salesInvoice/send"}
    answer = await identity.http.get("/identity/v1/key-exchange", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "API401")
    assert "instance" not in answer.json()


@pytest.mark.parametrize("code", ["API400", "API409.HASH"])
async def test_the_help_link_of_a_message_bus_error_is_a_page(identity: Identity, code: str) -> None:
    assert (await identity.http.get(f"/problems/{code}")).status_code == 200
