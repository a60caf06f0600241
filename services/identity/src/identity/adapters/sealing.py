"""Encrypts secrets at rest with Fernet, under the key of the setting `IDENTITY_SECRETS__KEY`.

Several keys, separated by commas, allow a change of key: the first one seals, every one opens.
"""

from cryptography.fernet import Fernet, MultiFernet


class FernetSealer:
    """Raises `cryptography.fernet.InvalidToken` for what another key sealed: a wrong setting must not go unnoticed."""

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])

    def seal(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(sealed)
