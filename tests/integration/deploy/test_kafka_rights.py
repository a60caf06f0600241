"""The rights of Kafka's users in deploy/k8s, tried on a broker: enough for what services do, and no more.

The services' own code speaks to it, by TLS and password, as in a cluster.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError, TopicAuthorizationFailedError
from koerier.contracts.sources import consumers_of
from pydantic import SecretStr
from shared.contracts import topics
from shared.contracts.topics import ALL_TOPICS, Topic
from shared.messaging import kafka, kafka_admin
from shared.messaging.relay import OutgoingRecord
from shared.settings import KafkaSettings
from support.deployment.cluster import of_kind
from support.deployment.kustomize import Resource
from support.deployment.process import SERVICES
from support.deployment.secured_kafka import SecuredKafka, grant, secured_kafka

pytestmark = pytest.mark.integration


@dataclass
class Reader:
    """A consumer that only counts what it gets."""

    topic: Topic
    group: str
    got: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def apply(self, records: Any) -> None:
        self.got += len(records)
        self.enough.set()


@pytest.fixture(scope="module")
async def secured(
    built: dict[str, list[Resource]], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SecuredKafka]:
    passwords = {service: secrets.token_hex(8) for service in SERVICES}
    with secured_kafka(tmp_path_factory.mktemp("secured"), passwords) as running:
        given = await grant(running, of_kind(built["production"], "KafkaUser"))
        assert given > 50
        for service in SERVICES:  # each may make its own topics: this is what `migrate` does
            await kafka_admin.provision_topics(_settings(running, service), _own(service))
        yield running


def _settings(running: SecuredKafka, service: str, password: str = "") -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=running.bootstrap_servers,
        instance=f"{service}-worker-0",
        username=service,
        password=SecretStr(password or running.passwords[service]),
        ca_file=running.certificate,
    )


def _own(service: str) -> list[Topic]:
    return [topic for topic in ALL_TOPICS if topic.owner == service]


def _record(topic: Topic) -> OutgoingRecord:
    return OutgoingRecord(topic.name, "key", {"ce_type": "of.nobody.v1"}, b"{}")


@pytest.mark.parametrize("service", SERVICES)
async def test_service_writes_its_own_topics_and_reads_what_it_consumes(secured: SecuredKafka, service: str) -> None:
    settings = _settings(secured, service)
    broker = kafka.create_broker(settings, service=service)
    readers = [Reader(topic=each.topic, group=each.group) for each in consumers_of(service)]
    for reader in readers:
        kafka.subscribe(broker, reader, settings)  # type: ignore[arg-type] - what it uses of a consumer
    for owner in {reader.topic.owner for reader in readers} - {service}:
        await _write(secured, owner, [reader.topic for reader in readers if reader.topic.owner == owner])
    await broker.start()
    try:
        await kafka.send(broker, [_record(topic) for topic in _own(service)])
        async with asyncio.timeout(60):
            await asyncio.gather(*(reader.enough.wait() for reader in readers))
    finally:
        await broker.stop()


async def _write(secured: SecuredKafka, service: str, written: list[Topic]) -> None:
    broker = kafka.create_broker(_settings(secured, service), service=service)
    await broker.connect()
    await broker.start()
    try:
        await kafka.send(broker, [_record(topic) for topic in written])
    finally:
        await broker.stop()


async def test_service_writes_no_topic_of_another(secured: SecuredKafka) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await _write(secured, "documents", [topics.BILLING_CHARGES])


async def test_service_makes_no_topic_of_another(secured: SecuredKafka) -> None:
    foreign = Topic(name="billing.more", owner="billing", kind=topics.TopicKind.FACT)
    with pytest.raises(TopicAuthorizationFailedError):
        await kafka_admin.provision_topics(_settings(secured, "documents"), [foreign])


@pytest.mark.parametrize(
    ("topic", "group", "refusal"),
    [
        (topics.BILLING_PAYMENTS, "documents.billing.payments", TopicAuthorizationFailedError),
        (topics.BILLING_ACCOUNTS, "identity.billing.accounts", GroupAuthorizationFailedError),
    ],
)
async def test_service_reads_no_other_topic_and_in_no_group_of_another(
    secured: SecuredKafka, topic: Topic, group: str, refusal: type[Exception]
) -> None:
    settings = _settings(secured, "documents")
    broker = kafka.create_broker(settings, service="documents")
    reader = Reader(topic=topic, group=group)
    subscriber = kafka.subscribe(broker, reader, settings)  # type: ignore[arg-type] - what it uses of a consumer
    with pytest.raises(refusal):
        await _read(broker, subscriber)
    await broker.stop()
    assert reader.got == 0


async def _read(broker: Any, subscriber: Any) -> None:
    async with asyncio.timeout(60):
        await broker.start()
        await subscriber.consumer.getmany(timeout_ms=50_000)


async def test_wrong_password_is_refused(secured: SecuredKafka) -> None:
    with pytest.raises(KafkaConnectionError):
        await kafka_admin.provision_topics(_settings(secured, "identity", password="wrong"), [])
