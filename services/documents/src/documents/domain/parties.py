"""Participant identifiers in the one form that this service compares and stores: `0106:12345678`, in lower case.

Everything that the message-bus API treats as equal becomes the same text: `NL:KVK:12345678`, `0106:12345678` and both
with `iso6523-actorid-upis::` before them. Peppol compares participant identifiers without regard to case, hence lower
case.
"""

import re

from shared.errors import Malformed

META_SCHEME = "iso6523-actorid-upis"

# The textual schemes that existing integrations use, with their ISO 6523 codes.
_TEXT_SCHEMES = {
    "fr:sirene": "0002",
    "se:orgnr": "0007",
    "fi:ovt": "0037",
    "duns": "0060",
    "gln": "0088",
    "nl:kvk": "0106",
    "eu:nal": "0130",
    "it:fti": "0097",
    "au:abn": "0151",
    "ch:uidb": "0183",
    "nl:oino": "0190",
    "nl:oin": "0190",
    "ee:cc": "0191",
    "no:org": "0192",
    "be:ublbe": "0193",
    "sg:uen": "0195",
    "is:ktnr": "0196",
    "dk:digst": "0184",
    "dk:erst": "0198",
    "lei": "0199",
    "de:lwid": "0204",
    "be:en": "0208",
    "be:cbe": "0208",
    "be:vat": "9925",
    "de:vat": "9930",
    "nl:vat": "9944",
    "pt:vat": "9946",
    "fr:vat": "9957",
}
# Of visible ASCII: what else looks like it would become the name of somebody else, or of nobody.
_NUMERIC = re.compile(r"[0-9]{4}:(?:(?![:/?#])[!-~]){1,50}")
_SHOWN = 80


class InvalidParty(Malformed):
    """This is not a participant identifier such as 0106:12345678."""


def canonical_party(text: str) -> str:
    """Return the canonical form of any notation; raises `InvalidParty`."""
    bare = text.strip().lower().removeprefix(f"{META_SCHEME}::")
    if text.isascii() and _NUMERIC.fullmatch(bare):
        return bare
    scheme, separator, value = bare.rpartition(":")
    code = _TEXT_SCHEMES.get(scheme)
    if not text.isascii() or not separator or code is None or not _NUMERIC.fullmatch(f"{code}:{value}"):
        raise InvalidParty(f"{text[:_SHOWN]!r} is not a participant identifier such as 0106:12345678.")
    return f"{code}:{value}"


def scheme_and_value(party: str) -> tuple[str, str]:
    """Split a canonical identifier as documents write it: `schemeID` and text."""
    scheme, _, value = party.partition(":")
    return scheme, value
