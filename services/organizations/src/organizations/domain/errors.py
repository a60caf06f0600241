"""What organizations refuse, each under its own code (docs/architecture.md, "Errors")."""

from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PaymentRequired,
    Unauthenticated,
    Unavailable,
)


class OrganizationNotFound(NotFound):
    """There is no such organization, or you are no member of it."""


class CallerNotActive(Forbidden):
    """This account is not active in the environment that the access token names."""


class ConnectionKeyRevoked(Unauthenticated):
    """The connection key behind this access token is no longer valid."""


class PersonRequired(Forbidden):
    """Only a person can do this, not a connection key."""


class NotEnvironmentAdministrator(Forbidden):
    """Only an administrator of the environment can do this."""


class NotOrganizationAdministrator(Forbidden):
    """Only an administrator of the organization can do this."""


class NotOperator(Forbidden):
    """Only an operator of the platform can do this."""


class OrganizationNotActive(Conflict):
    """The organization is not active yet."""


class CompanyAlreadyRegistered(Conflict):
    """This company is already registered on the platform."""


class ManualOrgRequiresSupport(Conflict):
    """An organization that was entered by hand can only be activated by support."""


class IdentifierRequired(Conflict):
    """Activation needs a verified primary identifier."""


class ReviewInProgress(Conflict):
    """Support is reviewing the payment; do not pay again."""


class AlreadyActive(Conflict):
    """The organization is active already."""


class OrganizationRejected(Conflict):
    """The activation of this organization was rejected."""


class ReviewAlreadyDecided(Conflict):
    """This review was decided already."""


class SubscriptionLimit(PaymentRequired):
    """The plan does not allow another organization."""


class PlanOrCreditRequired(PaymentRequired):
    """Receiving needs at least the Basic plan and credit."""


class InvalidKvkNumber(Invalid):
    """A KvK number has exactly eight digits."""


class InvalidIdentifier(Invalid):
    """The identifier does not have the form that its scheme prescribes."""


class DuplicateIdentifier(Invalid):
    """The same identifier was given twice."""


class SchemeNotAllowed(Invalid):
    """Organizations of this country have no identifier of this scheme."""


class InvalidCountry(Invalid):
    """A country is given by its two-letter ISO 3166-1 code, in capitals."""


class CompanyNotFound(NotFound):
    """The register does not know this company."""


class UnknownCompany(Invalid):
    """The register does not know a company with this number."""


class CompanyDissolved(Invalid):
    """According to the register this company no longer exists."""


class SearchTermRequired(Malformed):
    """Search by kvkNumber, or by name; not by both."""


class SearchTooDeep(Invalid):
    """The register shows the first thousand results only; search more precisely."""


class SearchRefused(Invalid):
    """The register does not accept this search."""


class RegistryUnavailable(Unavailable):
    """The company register does not answer right now; try again in a moment."""


class MemberNotFound(NotFound):
    """This user is no member of the organization."""


class UnknownUser(Invalid):
    """There is no such user in this environment."""


class UserBlocked(Conflict):
    """A blocked user cannot become a member."""


class LastAdministrator(Conflict):
    """An organization keeps at least one administrator; appoint another first."""


class RegisteredElsewhere(Conflict):
    """Another access point receives for this participant."""


class RegistrationRefused(Invalid):
    """The SMP refused the registration."""


class SmpUnavailable(Unavailable):
    """The SMP does not answer right now."""
