"""What identity refuses, by name."""

from shared.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, RateLimited, Unauthenticated, Unavailable


class InvalidEmailAddress(Malformed):
    """This is not an e-mail address."""


class EmailTaken(Conflict):
    """An account with this e-mail address exists."""


class LinkInvalid(Invalid):
    """This link is unknown, or a newer one replaced it."""


class LinkExpired(Invalid):
    """This link has expired; ask for a new one."""


class LinkUsed(Invalid):
    """This link was used before; log in instead."""


class TermsNotAccepted(Invalid):
    """The terms must be accepted."""


class WeakPassword(Invalid):
    """The password is too easy to guess."""


class InvalidCredentials(Unauthenticated):
    """The address, the password or the code is not right."""


class SecondFactorRequired(Unauthenticated):
    """This account needs the code of its authenticator as well."""


class SecondFactorActive(Conflict):
    """This account has a second factor; switch it off before setting up another one."""


class SecondFactorNotActive(Conflict):
    """This account has no second factor."""


class SecondFactorNotBegun(Conflict):
    """There is no new second factor to confirm: ask for its secret first."""


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, expired or used; log in again."""


class SessionEnded(Unauthenticated):
    """This session has ended; log in again."""


class AccountBlocked(Forbidden):
    """This account is blocked; ask an administrator of your environment."""


class NotPermitted(Forbidden):
    """Your role does not allow this."""


class PersonRequired(Forbidden):
    """This needs the session of a person, not a connection key."""


class TooManyAttempts(RateLimited):
    """Too many attempts; wait before the next one."""


class UserNotFound(NotFound):
    """There is no such user in your environment."""


class UserNotInvited(Conflict):
    """This user is active already, or was blocked."""


class SharedDomainUseAdd(Invalid):
    """Whoever has an address of this domain does not come to your environment by themselves: add them instead."""


class AddressUnknown(NotFound):
    """This is not one of your addresses."""


class PictureRefused(Invalid):
    """This is not a picture in PNG, JPEG or WebP, or it has more than 16 million pixels."""


class PicturesBusy(Unavailable):
    """Too many pictures are being drawn right now; try again in a moment."""


class PictureUnknown(NotFound):
    """You have no picture."""


class SessionUnknown(NotFound):
    """This is not one of your sessions, or it has ended."""


class AddressVerified(Conflict):
    """This address has been verified already."""


class DomainNotAllowed(Invalid):
    """Your environment does not allow addresses of this domain; the operator of the platform can share it."""


class PrimaryAddressStays(Conflict):
    """The address that the account was made with cannot be removed."""


class TooManyAddresses(Conflict):
    """You have as many addresses as one person can have."""


class EnvironmentNotFound(NotFound):
    """There is no such environment of a customer."""


class ConsentRequired(Invalid):
    """This domain leads to another environment: its administrator has to agree, and how is part of the request."""


class InvalidDomain(Malformed):
    """This is not a domain of e-mail addresses."""


class LastAdministrator(Conflict):
    """An environment keeps at least one administrator: appoint another one first."""


class OrganizationNotFound(NotFound):
    """There is no such organization of which you are a member."""


class OrganizationNotActive(Conflict):
    """The organization has not been activated."""


class UnknownScope(Invalid):
    """A connection key cannot have this scope."""


class ConnectionKeyNotFound(NotFound):
    """There is no such connection key in your environment."""


class ConnectionKeyReplaced(Conflict):
    """The connection key has been replaced already; replace the new one."""


class ConnectionKeyNotActive(Conflict):
    """The connection key is not active any more."""


class ConnectionKeyStillActive(Conflict):
    """The connection key is active: revoke it before it is deleted."""


class InvalidConnectionKey(Unauthenticated):
    """The connection key is unknown, revoked, mistyped, or its creator has lost the right to use it."""


class InvalidScope(Malformed):
    """The connection key does not have this scope."""


class PasswordCheckBusy(Unavailable):
    """Too many passwords are being checked right now."""


class MailServerUnavailable(Unavailable):
    """The mail server does not take mail right now."""


class MailRefused(Invalid):
    """The mail server refuses this mail for good."""
