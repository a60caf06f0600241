"""How many documents a second the documents service takes in durably, beside bare ASGI with the same statement."""
