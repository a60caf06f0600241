"""The committed files: which there are, and what each must hold."""

from collections.abc import Iterator
from pathlib import Path

from dashboards.billing import BILLING
from dashboards.grafana import render
from dashboards.kafka import KAFKA
from dashboards.model import Dashboard
from dashboards.overview import OVERVIEW
from dashboards.services import SERVICES, service_dashboard
from dashboards.webhooks import WEBHOOKS

FOLDER = Path(__file__).resolve().parents[2] / "grafana" / "dashboards"
ALL: tuple[Dashboard, ...] = (OVERVIEW, KAFKA, WEBHOOKS, BILLING, *map(service_dashboard, SERVICES))


def generated() -> Iterator[tuple[Path, str]]:
    """Yield every file with its text."""
    for dashboard in ALL:
        yield FOLDER / f"{dashboard.uid}.json", render(dashboard)


def write() -> list[Path]:
    """Write what changed, delete what is no dashboard any more, and return both."""
    wanted = dict(generated())
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    left = [path for path in FOLDER.glob("*.json") if path not in wanted]
    for path in left:
        path.unlink()
    return changed + left
