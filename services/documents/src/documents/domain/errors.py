"""What documents refuses, by name. `bus_code` is the message bus' code where that is not `API<status>`."""

from typing import ClassVar

from shared.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PaymentRequired,
    Unauthenticated,
    Unavailable,
)


class PartyNotAllowed(Forbidden):
    """This party is not one that the caller may act for."""


class PartyNotVisible(NotFound):
    """There is no such party among yours."""


class KeyRevoked(Unauthenticated):
    """This connection key is revoked."""


class OrganizationNotActive(Conflict):
    """The organization must be activated first."""

    bus_code: ClassVar[str] = "API409.NOT_ACTIVE"


class InsufficientBalance(PaymentRequired):
    """The prepaid credit of the environment is used up."""


class DocumentNotFound(NotFound):
    """There is no such document."""


class HookNotFound(NotFound):
    """There is no such hook."""


class DocumentIdUsed(Conflict):
    """A document with this id was accepted before; treat this as success."""


class DocumentIdReused(Conflict):
    """This document id belongs to another document with different content."""

    bus_code: ClassVar[str] = "API409.HASH"


class InvalidDocumentId(Malformed):
    """The document id must be a UUID."""


class SenderMismatch(Malformed):
    """The sender in the document is not the party that sends it."""

    bus_code: ClassVar[str] = "API400.USRMS1"


class SenderMissing(Malformed):
    """The document names no sender."""

    bus_code: ClassVar[str] = "API400.USRMS2"


class ReceiverMissing(Malformed):
    """The document names no receiver, and none was given."""


class DocumentIncomplete(Malformed):
    """The document lacks a number or a date."""


class InvalidEnvelope(Malformed):
    """This is not a Standard Business Document with one payload."""


class UploadUnreadable(Malformed):
    """The upload cannot be read: send a part named file, or the XML itself."""


class UnsupportedMediaType(DomainError):
    """Send multipart/form-data with a part named file, or application/xml."""

    status: ClassVar[int] = 415


class UnknownChannel(Malformed):
    """This channel is not known here."""


class ConversionNotOffered(Malformed):
    """Documents are given out as they came; other formats are not offered."""


class InvalidHook(Malformed):
    """This hook cannot be stored."""


class NotEnvironmentAdministrator(Forbidden):
    """Only an administrator of the environment may do this."""


class ReceiverDoesNotReceive(Invalid):
    """The receiver does not receive this type of document here."""


class RecipientNotFound(NotFound):
    """None of these parties can be reached."""


class LookupUnavailable(Unavailable):
    """The Peppol directory does not answer."""


class AccessPointUnavailable(Unavailable):
    """The access point does not answer."""


class NoVerdictYet(Unavailable):
    """Validation did not end in time."""


class AccessPointRefused(Unauthenticated):
    """The access point must present its token."""


class DocumentRefused(Malformed):
    """The document was refused."""
