"""How long `send` takes at 60 documents a second, while the platform works on what it accepted."""
