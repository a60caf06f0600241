"""What is asked of Kafka itself rather than of a topic: whether it answers, and topics that are missing."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from faststream.kafka.security import parse_security

from shared.contracts.topics import Topic
from shared.messaging.kafka import security_of
from shared.settings import KafkaSettings

_ANSWER_SECONDS = 5.0


async def answers(partitions: Iterable[TopicPartition], *, settings: KafkaSettings) -> bool:
    """Tell whether Kafka answers a client that asks it for the first time where these partitions end."""
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False, **parse_security(security_of(settings))
    )
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            await client.start()
            await client.end_offsets(list(partitions))
    except (KafkaError, TimeoutError, OSError):
        return False
    finally:
        with suppress(KafkaError, TimeoutError, OSError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                await client.stop()
    return True


def _admin(settings: KafkaSettings) -> AIOKafkaAdminClient:
    return AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers, **parse_security(security_of(settings)))


async def provision_topics(settings: KafkaSettings, topics: Sequence[Topic]) -> None:
    """Create the topics that are missing; existing ones are left as they are."""
    admin = _admin(settings)
    await admin.start()
    try:
        wanted = [NewTopic(t.name, t.partitions, settings.replication_factor, topic_configs=t.config) for t in topics]
        response = await admin.create_topics(wanted)
    finally:
        await admin.close()
    for name, code, *_ in response.topic_errors:
        if code and (error := for_code(code)) is not TopicAlreadyExistsError:
            raise error(name)
