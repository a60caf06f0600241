"""E-mail addresses and the domains that decide about environments.

One spelling per address: lower case, the domain in its ASCII form (IDNA), so that comparing is equality. Sub-domains
are domains of their own. Whether a domain receives mail is not asked: the verification mail answers that.
"""

from dataclasses import dataclass
from typing import Self

from email_validator import EmailNotValidError, validate_email

from identity.domain.errors import InvalidDomain, InvalidEmailAddress

MAX_LENGTH = 254
ENCODED_WORD = "=?"
"""How an encoded word (RFC 2047) begins, out of which mail software reads another address than the one written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddress:
    """A canonical address; make one with `parse`."""

    local_part: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the canonical address; raises `InvalidEmailAddress`."""
        if len(text) > MAX_LENGTH:
            raise InvalidEmailAddress(f"An e-mail address has at most {MAX_LENGTH} characters.")
        try:
            checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True)
        except EmailNotValidError as error:
            raise InvalidEmailAddress from error
        if ENCODED_WORD in checked.local_part:
            raise InvalidEmailAddress
        return cls(local_part=checked.local_part.lower(), domain=checked.ascii_domain.lower())

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"


def canonical_domain(text: str) -> str:
    """Return the one spelling of a domain; raises `InvalidDomain`."""
    try:
        return EmailAddress.parse(f"postmaster@{text.strip()}").domain
    except InvalidEmailAddress as error:
        raise InvalidDomain from error
