"""What billing listens to."""

from collections.abc import Sequence
from typing import Any

from shared.contracts import topics
from shared.contracts.documents import ServiceRendered
from shared.contracts.organizations import ActivationRejected, ActivationRequested, OrganizationActivated
from shared.contracts.topics import Topic
from shared.messaging.consumer import EventConsumer

from billing.application.app import Application
from billing.application.on_activation import on_activation_decided, on_activation_requested
from billing.application.on_identity_changed import (
    ConnectionKeyCarrier,
    EnvironmentCarrier,
    UserCarrier,
    on_connection_key_changed,
    on_environment_changed,
    on_user_changed,
)
from billing.application.on_service_rendered import on_service_rendered


def build_consumers(application: Application) -> Sequence[EventConsumer[Any]]:
    def consumer(topic: Topic) -> EventConsumer[Any]:
        return EventConsumer(service="billing", topic=topic, uow=application.uow)

    environments = consumer(topics.IDENTITY_ENVIRONMENTS)
    environments.project(EnvironmentCarrier, on_environment_changed)
    users = consumer(topics.IDENTITY_USERS)
    users.project(UserCarrier, on_user_changed)
    keys = consumer(topics.IDENTITY_CONNECTION_KEYS)
    keys.project(ConnectionKeyCarrier, on_connection_key_changed)
    organizations = consumer(topics.ORGANIZATIONS_ORGANIZATIONS)
    organizations.on(ActivationRequested, on_activation_requested)
    organizations.on(OrganizationActivated, on_activation_decided)
    organizations.on(ActivationRejected, on_activation_decided)
    usage = consumer(topics.DOCUMENTS_USAGE)
    usage.on(ServiceRendered, on_service_rendered)
    return [environments, users, keys, organizations, usage]
