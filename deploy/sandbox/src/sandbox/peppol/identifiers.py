"""Peppol identifiers: reading both notations, the published document types and process, the name in the SML."""

import base64
import hashlib
import re
from dataclasses import dataclass

PARTICIPANT_SCHEME = "iso6523-actorid-upis"
DOCUMENT_SCHEME = "busdox-docid-qns"
PROCESS_SCHEME = "cenbii-procid-ubl"
TRANSPORT_PROFILE = "peppol-transport-as4-v2_0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

BIS_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def document_type(root: str, customization: str) -> str:
    """Return the value of a UBL 2.1 document type, e.g. `urn:…:Invoice-2::Invoice##<customization>::2.1`."""
    return f"{_UBL}:{root}-2::{root}##{customization}::2.1"


BILLING_TYPES = tuple(
    document_type(root, customization) for customization in (BIS_BILLING, NLCIUS) for root in ("Invoice", "CreditNote")
)

_VALUE = re.compile(r"[0-9]{4}:[A-Za-z0-9._~:-]{1,50}")
_INSTANCE = re.compile(r"[\x21-\x7e]{1,200}")


class MalformedIdentifierError(ValueError):
    """Not `scheme::value`, or a value that no participant can have."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant by its value, `0106:12345678`; the meta scheme is always the one that Peppol uses."""

    value: str

    @property
    def uri(self) -> str:
        return f"{PARTICIPANT_SCHEME}::{self.value}"

    def __str__(self) -> str:
        return self.value


def participant(text: str) -> Participant:
    """Read `iso6523-actorid-upis::0106:12345678` or `0106:12345678`; case does not matter (policy 5)."""
    scheme, separator, value = text.strip().partition("::")
    if not separator:
        scheme, value = PARTICIPANT_SCHEME, text.strip()
    if scheme.lower() != PARTICIPANT_SCHEME or not _VALUE.fullmatch(value):
        raise MalformedIdentifierError(f"not a participant identifier: {text!r}")
    return Participant(value.lower())


def instance_identifier(text: str) -> str:
    """Check an SBDH instance identifier: printable, without spaces, not endless."""
    if not _INSTANCE.fullmatch(text):
        raise MalformedIdentifierError(f"not an instance identifier: {text!r}")
    return text


def scheme_and_value(text: str, default_scheme: str) -> tuple[str, str]:
    """Split a document type or process identifier; without a scheme, the default one is meant."""
    scheme, separator, value = text.strip().partition("::")
    if not separator or scheme.startswith("urn:"):
        scheme, value = default_scheme, text.strip()
    if not value or not f"{scheme}{value}".isprintable() or " " in value:
        raise MalformedIdentifierError(f"not an identifier: {text!r}")
    return scheme, value


def sml_label(who: Participant) -> str:
    """Return the first label of the participant's name in the SML: Base32 of SHA-256, without padding."""
    digest = hashlib.sha256(who.value.lower().encode()).digest()
    return base64.b32encode(digest).decode().rstrip("=")
