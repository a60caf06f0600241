"""Where things lie on this machine.

Everything that a run leaves behind lies in `.local/` of the clone; nothing is written elsewhere, with one exception:
as root in a clone that the servers' account cannot enter, `koerier.servers.account` moves their files to `/var/lib`.
"""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT_VARIABLE = "KOERIER_ROOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The files and folders of one clone."""

    root: Path

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def data(self) -> Path:
        return self.local / "data"

    @property
    def cache(self) -> Path:
        return self.local / "cache"

    @property
    def logs(self) -> Path:
        return self.local / "logs"

    @property
    def run(self) -> Path:
        return self.local / "run"

    @property
    def secrets_file(self) -> Path:
        return self.local / "secrets.json"

    @property
    def ports_file(self) -> Path:
        """The ports of the last start, preferred by the next one. Whether anything runs is in `status_file`."""
        return self.local / "ports.json"

    @property
    def status_file(self) -> Path:
        return self.run / "status.json"

    @property
    def lock_file(self) -> Path:
        return self.run / "supervisor.lock"

    @property
    def rules(self) -> Path:
        return self.local / "rules"

    @property
    def gateway_storage(self) -> Path:
        return self.local / "gateway"


def find_layout() -> Layout:
    """Return the clone that this package is installed from, or the one that `KOERIER_ROOT` names."""
    named = os.environ.get(ROOT_VARIABLE)
    return Layout(root=Path(named).resolve() if named else Path(__file__).resolve().parents[4])
