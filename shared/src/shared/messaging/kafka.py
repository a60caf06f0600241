"""FastStream and aiokafka are used here only: their defaults lose messages, so each one that matters is set.

Publishing: idempotent, all replicas, pipelined, a new producer after a failure. Consuming: from the earliest offset,
raw records in batches, offsets committed only after the transaction; `RetryBatchError` rewinds the batch.
"""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import aiokafka
import structlog
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from faststream.security import SASLScram512
from prometheus_client import REGISTRY

from shared.messaging.consumer import EventConsumer, RetryBatchError
from shared.messaging.kafka_connections import notice_broken_connections
from shared.messaging.relay import OutgoingRecord
from shared.settings import KafkaSettings


def create_broker(settings: KafkaSettings, *, service: str) -> KafkaBroker:
    notice_broken_connections()
    return KafkaBroker(
        settings.bootstrap_servers, client_id=service, acks="all", enable_idempotence=True, linger_ms=5,
        max_batch_size=131_072, max_request_size=1_048_576, compression_type="lz4", request_timeout_ms=20_000,
        allow_auto_create_topics=False, graceful_timeout=20, apply_types=False, security=security_of(settings),
        logger=structlog.get_logger(__name__), log_level=logging.DEBUG,
        middlewares=(KafkaPrometheusMiddleware(registry=REGISTRY, app_name=service),),
    )  # fmt: skip


def security_of(settings: KafkaSettings) -> SASLScram512 | None:
    if settings.password is None:
        return None
    trust = ssl.create_default_context(cafile=settings.ca_file)
    return SASLScram512(settings.username, settings.password.get_secret_value(), ssl_context=trust)


async def send(broker: KafkaBroker, records: Sequence[OutgoingRecord]) -> None:
    """Send in order, pipelined, and return when every record is acknowledged."""
    try:
        sent = [
            await broker.publish(r.payload, r.topic, key=r.key.encode(), headers=r.headers, no_confirm=True)
            for r in records
        ]
        await asyncio.gather(*sent)
    except KafkaError:
        with suppress(KafkaError, TimeoutError):
            await _renew_producer(broker)
        raise


async def _renew_producer(broker: KafkaBroker) -> None:
    """A refused batch leaves a gap in the idempotent producer's sequence: whatever it sends later is refused too."""
    producer: Any = broker.config.producer
    unused, fresh = producer._producer, aiokafka.AIOKafkaProducer(**broker._connection_kwargs)  # noqa: SLF001
    try:
        await producer.connect(fresh, serializer=producer.serializer, codec=producer.codec)
    except KafkaError:
        unused = fresh
    async with asyncio.timeout(5):
        await unused.stop()


async def _parse_raw(records: tuple[aiokafka.ConsumerRecord, ...], original: Any) -> KafkaMessage:
    """Keep the framework from decoding headers: one undecodable byte would block the partition for ever."""
    message = await original(tuple(replace(record, headers=()) for record in records))
    message.raw_message = records
    return message  # type: ignore[no-any-return]


async def _keep_raw(message: KafkaMessage) -> Any:
    return message.raw_message


def subscribe(broker: KafkaBroker, consumer: EventConsumer[Any], settings: KafkaSettings) -> Any:
    """Connect `consumer` to its topic; the returned subscriber runs with the broker."""
    subscriber = broker.subscriber(
        consumer.topic.name, batch=True, group_id=consumer.group, group_instance_id=settings.instance, max_records=200,
        batch_timeout_ms=100, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR, parser=_parse_raw,
        decoder=_keep_raw, session_timeout_ms=45_000, heartbeat_interval_ms=3_000, max_poll_interval_ms=300_000,
        fetch_max_wait_ms=50, partition_assignment_strategy=(StickyPartitionAssignor,),
    )  # fmt: skip

    async def handle(records: tuple[aiokafka.ConsumerRecord, ...]) -> None:
        try:
            await consumer.apply(records)
        except RetryBatchError as error:
            raise NackMessage from error

    subscriber(handle)
    return subscriber
