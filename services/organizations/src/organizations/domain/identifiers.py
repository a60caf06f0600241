"""Identifiers of organizations: which schemes a country has, and what a value of each looks like.

Schemes are the four-digit codes of the Peppol participant identifier list (ISO 6523 and EAS).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .countries import COUNTRIES
from .errors import InvalidCountry, InvalidIdentifier, InvalidKvkNumber, SchemeNotAllowed

KVK = "0106"
OIN = "0190"
NL_VAT = "9944"
KBO = "0208"
BE_VAT = "9925"
GLN = "0088"
DUNS = "0060"
LEI = "0199"

_WORLDWIDE = frozenset({GLN, DUNS, LEI})
_NATIONAL = {
    "NL": frozenset({KVK, OIN, NL_VAT}),
    "BE": frozenset({KBO, BE_VAT}),
    "AT": frozenset({"9914", "9915"}),
    "DE": frozenset({"9930", "0204"}),
    "DK": frozenset({"0184", "0198"}),
    "ES": frozenset({"9920"}),
    "FI": frozenset({"0037", "0216"}),
    "FR": frozenset({"0002", "0009", "0225", "9957"}),
    "GB": frozenset({"9932"}),
    "IE": frozenset({"9935"}),
    "IT": frozenset({"0211", "0210"}),
    "LU": frozenset({"9938"}),
    "NO": frozenset({"0192"}),
    "PL": frozenset({"9945"}),
    "PT": frozenset({"9946"}),
    "SE": frozenset({"0007"}),
}
_KVK_NUMBER = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class KvkNumber:
    """A number of the Dutch trade register: eight digits, no check digit."""

    value: str

    def __post_init__(self) -> None:
        if not _KVK_NUMBER.fullmatch(self.value):
            raise InvalidKvkNumber


def allowed_schemes(country: str) -> frozenset[str]:
    """Return the schemes that an organization of this country may have; the country decides (R5.6)."""
    if country not in COUNTRIES:
        raise InvalidCountry
    return _NATIONAL.get(country, frozenset()) | _WORLDWIDE


def check_identifier(scheme: str, value: str, *, country: str) -> None:
    """Raise unless `country` has `scheme` and `value` has the form of it."""
    allowed = allowed_schemes(country)
    if scheme not in allowed:
        raise SchemeNotAllowed(
            f"An organization of {country} has no identifier of scheme {scheme}.", allowed_schemes=sorted(allowed)
        )
    is_valid = _FORMS.get(scheme, _matches(r"[0-9A-Za-z.\-]{1,50}"))
    if not is_valid(value):
        raise InvalidIdentifier(f"This is not an identifier of scheme {scheme}.", scheme=scheme)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _is_gln(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{13}", value):
        return False
    weighted = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(value[:12]))
    return (10 - weighted % 10) % 10 == int(value[12])


def _is_kbo(value: str) -> bool:
    return re.fullmatch(r"[01][0-9]{9}", value) is not None and 97 - int(value[:8]) % 97 == int(value[8:])


def _is_belgian_vat(value: str) -> bool:
    return value.startswith("BE") and _is_kbo(value[2:])


def _is_lei(value: str) -> bool:
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value):
        return False
    return int("".join(str(int(character, 36)) for character in value)) % 97 == 1


_FORMS: dict[str, Callable[[str], bool]] = {
    KVK: _matches(r"[0-9]{8}"),
    OIN: _matches(r"[0-9]{20}"),
    NL_VAT: _matches(r"NL[0-9]{9}B[0-9]{2}"),
    KBO: _is_kbo,
    BE_VAT: _is_belgian_vat,
    GLN: _is_gln,
    DUNS: _matches(r"[0-9]{9}"),
    LEI: _is_lei,
    "9930": _matches(r"DE[0-9]{9}"),
    "9957": _matches(r"FR[0-9A-Z]{2}[0-9]{9}"),
}
