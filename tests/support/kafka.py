"""Topics for tests on the session's Kafka."""

import secrets

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code


def unique_topic(prefix: str = "test") -> str:
    """Return a topic name that no other test uses."""
    return f"{prefix}.{secrets.token_hex(6)}"


async def create_topic(bootstrap_servers: str, name: str, *, partitions: int = 1) -> str:
    """Create a topic and return its name; the client does not look at the answer by itself."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        response = await admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1)])
    finally:
        await admin.close()
    for _, code, *_ in response.topic_errors:
        if code:
            raise for_code(code)(name)
    return name
