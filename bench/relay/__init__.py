"""How many events a second leave an outbox for Kafka, beside a producer that sends the same records from memory."""
