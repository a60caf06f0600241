"""Makes one example of an event from its JSON Schema: the same at every run, and valid."""

from typing import Any

from shared.contracts.event import Event

_ID = "01a207c8-d56e-739a-8340-b989d3ab781b"
_TIME = "2026-11-23T09:42:12.079603Z"
_PRICES = {"send_einvoice": 171_000, "receive_einvoice": 341_000}
_NAMED = {
    "sender": "0106:68750110",
    "receiver": "0106:68727720",
    "identifier": "0106:68727720",
    "country": "NL",
    "currency": "EUR",
    "mode": "live",
    "direction": "outbound",
    "family": "invoice",
    "number": "2026-001",
    "channel": "platform",
    "plan": "basic",
    "name": "Test BV Donald",
    "domain": "supplier.example",
    "address": "donald@supplier.example",
    "first_name": "Donald",
    "last_name": "de Vries",
    "role": "administrator",
    "locale": "nl",
    "level": "member",
    "status": "active",
    "scheme": "0106",
    "value": "68750110",
    "source": "register",
    "service": "send_einvoice",
    "method": "ideal",
    "purpose": "top_up",
    "issue_date": "2026-11-02",
    "checkout_url": "https://pay.example/checkout/7UhSN1zuXS",
    "document_type_id": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice"
    "##urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1",
    "sha256": "39f9d282867f1a49e7708d9e29a53da89643e1ee56f10cec1ebcf1277595fcbd",
    "hook_topic": "InvoiceReceived",
    "verified_by": "payment",
    "register_name": "kvk",
    "account_holder": "Test BV Donald",
    "rule_id": "BR-CO-15",
    "severity": "fatal",
    "location": "/Invoice/cac:LegalMonetaryTotal",
}


def example_of(event: type[Event]) -> dict[str, Any]:
    """Return an example of the event's data that its class accepts."""
    schema = event.model_json_schema()
    made = _value("", schema, schema.get("$defs", {}))
    return event.model_validate(made).model_dump(mode="json")


def _value(name: str, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(name, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return _value(name, schema["anyOf"][0], definitions)
    match schema.get("type"):
        case "object":
            inner: dict[str, Any] = schema.get("properties", {})
            return {key: _value(key, value, definitions) for key, value in inner.items()} or _PRICES
        case "array":
            return [_value(name.removesuffix("s"), schema["items"], definitions)]
        case kind:
            return _simple(name, kind, schema)


def _simple(name: str, kind: str | None, schema: dict[str, Any]) -> Any:
    if kind == "integer":
        return 171_000 if name.endswith("_micros") else 1
    return False if kind == "boolean" else _text(name, schema)


def _text(name: str, schema: dict[str, Any]) -> str:
    formats = {"uuid": _ID, "date-time": _TIME}
    return _NAMED.get(name) or formats.get(schema.get("format", ""), name.replace("_", " "))
