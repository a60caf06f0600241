"""What validation says about a document: its type, its findings, or the reason why there is no verdict.

A `Verdict` is complete: a document without a fatal finding satisfies the schema and every rule of its rule set.
Reasons that lie in the bytes (`MalformedXml`, `DoctypeForbidden`, `DocumentTooLarge`, `DocumentTooComplex`,
`UnknownDocumentType`) are final; the `Unavailable` ones say nothing about the document and may be tried again.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Invalid, Malformed, TooLarge, Unavailable

from documents.domain.explanations.wording import Explanation


class Severity(StrEnum):
    FATAL = "fatal"
    WARNING = "warning"


class Artifact(StrEnum):
    """Which kind of rule speaks; the words of the message-bus API's validate result."""

    SCHEMA = "schema"
    BUSINESS_RULES = "business-rules"


class DocumentFamily(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


class Syntax(StrEnum):
    UBL = "ubl"
    CII = "cii"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that the document breaks.

    `location` is an XPath with the usual prefixes (ubl, cn, cac, cbc, rsm, ram, …). `explanation` says in plain words
    what this document has and what is expected; it quotes the document and therefore never leaves in an event.
    `rule_set` names the one that speaks; empty for the schema.
    """

    rule_id: str
    severity: Severity
    location: str
    text: str
    artifact: Artifact
    explanation: Explanation | None = None
    rule_set: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentType:
    """What a document declares itself to be

    `document_type_id` and `process_id` are Peppol's, without their schemes.
    """

    family: DocumentFamily
    syntax: Syntax
    specification: str
    customization_id: str
    document_type_id: str
    process_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A rule set as it was applied: the publisher's version, the SHA-256 of the file, and the engine that ran it."""

    name: str
    version: str
    sha256: str
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of validation under one release of the rules, named by `release`

    `omitted` counts the findings beyond the limit that a verdict carries.
    """

    document_type: DocumentType
    rule_sets: tuple[RuleSet, ...]
    findings: tuple[Finding, ...]
    omitted: int = 0
    release: str = ""

    @property
    def valid(self) -> bool:
        """Fatal findings refuse a document, warnings do not."""
        return not self.fatal

    @property
    def fatal(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.FATAL)


class MalformedXml(Malformed):
    """The document is not well-formed XML."""


class DoctypeForbidden(Malformed):
    """The document has a DOCTYPE declaration, which is refused: invoices need none and entities are an attack."""


class DocumentTooLarge(TooLarge):
    """The document is larger than accepted."""


class DocumentTooComplex(Invalid):
    """The document is nested deeper, or has more elements or attributes, than any invoice needs."""


class UnknownDocumentType(Invalid):
    """The document is of a type that is not validated here."""


class ValidationTimedOut(Unavailable):
    """The rules did not finish on this document in time."""


class ValidationCrashed(Unavailable):
    """The rule process ended twice on this document."""


class ValidationBusy(Unavailable):
    """Too many documents wait for validation."""


class RulesUnavailable(Unavailable):
    """No rule process is ready."""
