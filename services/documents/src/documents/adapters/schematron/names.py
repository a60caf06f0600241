"""Short Python-friendly keys for element names: the same for all rule sets and for documents.

A key is what children and path types are looked up by; it consists of identifier characters, so that Python interns
the constants of generated code and a look-up compares pointers. Two different names never share a key.
"""

import hashlib
import re
import sys
from typing import Final

_PREFIXES: Final = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "ubl",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "cn",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt",
}
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def key_of(uri: str, local: str) -> str:
    """The key of an expanded name; one whose namespace or spelling is unusual gets a hash of it instead."""
    prefix = _PREFIXES.get(uri)
    if prefix is not None and _PLAIN.fullmatch(local):
        return sys.intern(f"{prefix}_{local}")
    digest = hashlib.sha256(f"{{{uri}}}{local}".encode()).hexdigest()[:32]
    return sys.intern(f"x_{digest}")


def expanded(tag: str) -> tuple[str, str]:
    """Split a name as lxml writes it, `{uri}local` or `local`."""
    uri, _, local = tag.rpartition("}")
    return uri.removeprefix("{"), local
