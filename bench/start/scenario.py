"""Scenario `start`: from nothing running to every process healthy, on a root that was up before.

The floor is PostgreSQL and Kafka alone, empty, started one after the other until each answers: the platform cannot be
up sooner than what it stands on.
"""

import time

from bench.compared import quick_note, verdict
from bench.figures import middle, spread
from bench.platform import bring_up, own_root
from bench.report import Options, Outcome, Table
from bench.servers import running_servers

TARGET_SECONDS = 25.0


def run(options: Options) -> Outcome:
    floor, cold, warm = [], 0.0, []
    with own_root() as layout:
        started = time.perf_counter()
        control, _ = bring_up(layout)
        cold = time.perf_counter() - started
        control.down()
        for number in range(options.repeat):
            floor.append(_floor())
            started = time.perf_counter()
            control, _ = bring_up(layout)
            warm.append(time.perf_counter() - started)
            control.down()
            print(f"  run {number + 1}: PostgreSQL and Kafka {floor[-1]:.1f} s, all {warm[-1]:.1f} s", flush=True)
    met = middle(warm) <= TARGET_SECONDS
    rows = [
        ["PostgreSQL and Kafka alone, new", _seconds(floor), "-"],
        ["everything, first time (databases, topics)", f"{cold:.1f} s", "-"],
        ["everything, warm", _seconds(warm), verdict(f"<= {TARGET_SECONDS:.0f} s", met=met)],
    ]
    return Outcome(
        tables=[Table(title="Start until everything is healthy", head=("what", "seconds", "target"), rows=rows)],
        notes=["downloads are there already", *quick_note(options)],
        figures={"floor": floor, "first": cold, "warm": warm, "ratio": middle(warm) / middle(floor), "met": met},
    )


def _floor() -> float:
    started = time.perf_counter()
    with running_servers(kafka=True):
        return time.perf_counter() - started


def _seconds(runs: list[float]) -> str:
    return f"{middle(runs):.1f} s" + (f" (spread {spread(runs):.0%})" if len(runs) > 1 else "")
