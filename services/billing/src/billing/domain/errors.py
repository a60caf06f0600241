"""What can be wrong in billing, each by the category that decides its HTTP status (`shared.errors`)."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable


class CredentialRevoked(Unauthenticated):
    """This user or connection key is unknown here, blocked or revoked."""


class AdministratorRequired(Forbidden):
    """Only an administrator of the environment may do this."""


class PersonRequired(Forbidden):
    """A person must do this: a connection key may not."""


class SubscriptionRequired(Forbidden):
    """Credit needs the plan Basic or higher."""


class TopUpNotFound(NotFound):
    """There is no such top-up."""


class PaymentNotFound(NotFound):
    """There is no such payment."""


class AmountRefused(Invalid):
    """This amount cannot be bought."""


class MethodRefused(Invalid):
    """This payment method is not offered."""


class AmountNotInCents(Invalid):
    """Only whole cents can be paid."""


class UnbalancedPosting(Invalid):
    """The entries of a ledger transaction must be at least two and add up to zero."""


class NoPriceInForce(Invalid):
    """No price list has a price for this service at that time."""


class TimeWithoutOffset(Invalid):
    """A time without an offset does not say when."""


class PriceListInPast(Invalid):
    """A price list may only take effect in the future: what was rendered keeps its price."""


class PriceListExists(Conflict):
    """There is a price list that takes effect at that very time."""


class ReasonRequired(Invalid):
    """A correction needs a reason."""


class PaymentRefused(Invalid):
    """The payment provider refuses this payment."""


class ProviderAnswerUnreadable(Invalid):
    """The payment provider answered something that is not a payment."""


class ProviderUnavailable(Unavailable):
    """The payment provider does not answer right now."""
