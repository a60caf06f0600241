"""From runs to tables: which run counts, and against which target."""

from bench.figures import Calls
from bench.report import Table
from bench.validation.documents import Document, Kind
from bench.validation.run import EngineRun
from bench.validation.tables import tables

SHORT = Document(name="1 line", kind=Kind.LENGTH, content=b"x" * 7000)
LONG = Document(name="1000 lines", kind=Kind.LONG, content=b"x" * 1_300_000)
EXAMPLES = [Document(name=f"e{number}.xml", kind=Kind.EXAMPLE, content=b"x") for number in (1, 2)]


def measured(milliseconds: dict[str, float]) -> EngineRun:
    calls = {name: Calls(median=value, mean=value, fastest=value, count=1) for name, value in milliseconds.items()}
    return EngineRun(
        start_seconds=0.5, start_cpu_seconds=0.4, hot=calls, alternated=calls, rss_mb={"usual": 50, "long": 60}
    )


def cells(table: Table, row: int = 0) -> dict[str, str]:
    return dict(zip(table.head, table.rows[row], strict=True))


def test_the_ratio_is_that_of_the_middle_runs_and_says_whether_the_target_is_met() -> None:
    runs = [
        {engine: measured({"1 line": value}) for engine, value in values.items()}
        for values in (
            {"saxonche": 90.0, "phive": 6.0, "ours": 1.0},
            {"saxonche": 40.0, "phive": 6.0, "ours": 4.0},
            {"saxonche": 10.0, "phive": 6.0, "ours": 2.0},
        )
    ]
    hot, alternated, _ = tables([SHORT], runs)
    found = cells(hot)
    assert found["saxonche"] == "40.0 (spread 200%)"
    assert found["ours"] == "2.00 (spread 150%)"
    assert found["ours: times cheaper than saxonche"] == "20.0 (target 8: met)"
    assert found["ours: times cheaper than phive"] == "3.0 (target 4: MISSED)"
    assert cells(alternated)["ours: times cheaper than phive"] == "3.0", "the targets hold for the hot loop"


def test_a_long_document_has_a_target_of_its_own() -> None:
    costs = {"saxonche": 60.0, "phive": 30.0, "ours": 10.0}
    runs = [{engine: measured({"1000 lines": value}) for engine, value in costs.items()}]
    found = cells(tables([LONG], runs)[0])
    assert found["ours: times cheaper than saxonche"] == "6.0 (target 5: met)"
    assert found["ours: times cheaper than phive"] == "3.0"


def test_the_official_examples_share_a_row_of_their_mean() -> None:
    runs = [{engine: measured({"e1.xml": 1.0, "e2.xml": 3.0}) for engine in ("saxonche", "ours")}]
    found = cells(tables(EXAMPLES, runs)[0])
    assert found["document"] == "2 official examples, mean"
    assert found["ours"] == "2.00"


def test_without_our_engine_the_rivals_are_compared() -> None:
    runs = [{"saxonche": measured({"1 line": 6.0}), "phive": measured({"1 line": 3.0})}]
    assert cells(tables([SHORT], runs)[0])["phive: times cheaper than saxonche"] == "2.0"
