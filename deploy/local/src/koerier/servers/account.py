"""The account that servers run as, and folders that it can reach.

PostgreSQL refuses to run as root. As root it is started as the unprivileged uid 65534 ("nobody"); an ordinary user
starts it as itself. Where a wanted folder lies under one that uid 65534 cannot enter (a home with mode 700), the folder
becomes a link to `/var/lib/koerier/<hash of its path>`. No permission of an existing folder is ever widened.
"""

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED_ID = 65534
STORE = Path("/var/lib/koerier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An uid and gid that a root process starts its servers as."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account to drop to, or None for "as oneself"."""
    if os.geteuid() == 0:
        return Account(uid=UNPRIVILEGED_ID, gid=UNPRIVILEGED_ID)
    return None


def can_enter(path: Path, account: Account | None) -> bool:
    """Tell whether the account may pass every folder on the way to an existing path, the path itself included."""
    if account is None:
        return True
    resolved = path.resolve()
    folders = (resolved, *resolved.parents) if resolved.is_dir() else resolved.parents
    return all(_may_pass(folder.stat(), account) for folder in folders)


def _may_pass(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def store_of(path: Path) -> Path:
    """Return the folder outside of homes that belongs to a path."""
    return STORE / hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]


def own_directory(wanted: Path, account: Account | None) -> Path:
    """Create a private folder that the account owns and can reach; `wanted` is it, or a link to it."""
    if wanted.is_symlink():
        return _owned(wanted.resolve(), account)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if account is None or can_enter(wanted.parent, account):
        return _owned(wanted, account)
    real = _owned(store_of(wanted), account)
    wanted.symlink_to(real, target_is_directory=True)
    return real


def _owned(directory: Path, account: Account | None) -> Path:
    if directory.is_relative_to(STORE):
        STORE.mkdir(parents=True, exist_ok=True)
        STORE.chmod(0o755)
    directory.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(directory, account.uid, account.gid)
    directory.chmod(0o700)
    return directory


def remove_directory(wanted: Path) -> None:
    """Delete a folder made by `own_directory`, wherever it really lies; a missing one is fine."""
    if wanted.is_symlink():
        shutil.rmtree(wanted.resolve(), ignore_errors=True)
        wanted.unlink()
    elif wanted.exists():
        shutil.rmtree(wanted)
