"""What goes over the wire of documents: network envelopes, and errors of the message bus."""

import re
from typing import Any
from uuid import uuid4

import httpx2

from support.documents_facts import BILLING, TYPES

SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_ERROR_KEYS = {"code", "message", "helpLink", "requestId", "dateTime"}


def envelope(
    document: bytes,
    receiver: str,
    *,
    sender: str = "0106:99100001",
    message_id: str | None = None,
    kind: str = TYPES[0],
    process: str = BILLING,
) -> bytes:
    """Return a Standard Business Document as the network delivers it."""
    payload = document.split(b"?>", 1)[-1].decode()
    scopes = "".join(
        f"<Scope><Type>{name}</Type><InstanceIdentifier>{value}</InstanceIdentifier></Scope>"
        for name, value in (("DOCUMENTID", kind), ("PROCESSID", process), ("COUNTRY_C1", "NL"))
    )
    who = "".join(
        f'<{role}><Identifier Authority="iso6523-actorid-upis">{party}</Identifier></{role}>'
        for role, party in (("Sender", sender), ("Receiver", receiver))
    )
    instance = f"<InstanceIdentifier>{message_id or uuid4()}</InstanceIdentifier>"
    return (
        f'<StandardBusinessDocument xmlns="{SBDH}">'
        f"<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion>{who}"
        f"<DocumentIdentification>{instance}</DocumentIdentification><BusinessScope>{scopes}</BusinessScope>"
        f"</StandardBusinessDocumentHeader>{payload}</StandardBusinessDocument>"
    ).encode()


def bus_error(answer: httpx2.Response) -> tuple[int, str]:
    """Return status and code of an error, after checking that it has the message bus' shape."""
    body: dict[str, Any] = answer.json()
    assert set(body) >= _ERROR_KEYS, body
    assert re.fullmatch(r"[0-9a-f]{32}", body["requestId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", body["dateTime"])
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["code"]
