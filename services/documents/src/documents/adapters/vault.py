"""Secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256). Without the key of the settings they are unreadable."""

from cryptography.fernet import Fernet


class FernetVault:
    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        return self._fernet.decrypt(sealed).decode()
