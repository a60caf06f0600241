"""Which topics organizations listens to, and who handles what."""

from collections.abc import Sequence

from shared.contracts import topics
from shared.contracts.billing import PaymentFailed, PaymentOpened, PaymentSettled
from shared.contracts.topics import Topic
from shared.messaging.consumer import EventConsumer

from organizations.application import on_payment, projections
from organizations.application.app import Application
from organizations.application.ports import Tx


def build_consumers(application: Application) -> Sequence[EventConsumer[Tx]]:
    def consumer(topic: Topic) -> EventConsumer[Tx]:
        return EventConsumer(service="organizations", topic=topic, uow=application.uow)

    environments = consumer(topics.IDENTITY_ENVIRONMENTS)
    environments.project(projections.EnvironmentCarrier, projections.on_environment_state)
    users = consumer(topics.IDENTITY_USERS)
    users.project(projections.UserCarrier, projections.on_user_state)
    keys = consumer(topics.IDENTITY_CONNECTION_KEYS)
    keys.project(projections.ConnectionKeyCarrier, projections.on_connection_key_state)
    accounts = consumer(topics.BILLING_ACCOUNTS)
    accounts.project(projections.AccountCarrier, projections.on_account_state)
    payments = consumer(topics.BILLING_PAYMENTS)
    payments.on(PaymentOpened, on_payment.on_payment_opened)
    payments.on(PaymentSettled, on_payment.on_payment_settled)
    payments.on(PaymentFailed, on_payment.on_payment_failed)
    return [environments, users, keys, accounts, payments]
