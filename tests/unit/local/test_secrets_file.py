"""Generated secrets."""

import json
import stat
from pathlib import Path

from cryptography.fernet import Fernet
from koerier.secrets_file import MAKERS, load_secrets, roles_of


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "local" / "secrets.json"
    first = load_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secrets(path) == first
    assert len(set(first.values())) == len(MAKERS)


def test_file_of_an_older_version_is_completed_and_keeps_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"identity_key": "old"}))
    known = load_secrets(path)
    assert known["identity_key"] == "old"
    assert set(known) == set(MAKERS)
    assert json.loads(path.read_text()) == known


def test_encryption_keys_are_fernet_keys_and_payment_key_looks_like_the_providers(tmp_path: Path) -> None:
    known = load_secrets(tmp_path / "secrets.json")
    for name in ("identity_key", "documents_key"):
        assert Fernet(known[name]).decrypt(Fernet(known[name]).encrypt(b"x")) == b"x"
    assert known["payment_provider_key"].startswith("test_")


def test_every_service_has_an_owner_and_an_application_role_with_different_passwords(tmp_path: Path) -> None:
    roles = roles_of("billing", load_secrets(tmp_path / "secrets.json"))
    assert (roles.owner.name, roles.app.name) == ("billing_owner", "billing_app")
    assert roles.owner.password != roles.app.password
