"""How many webhook calls a second the platform makes, signed and with every attempt kept, beside bare aiohttp."""
