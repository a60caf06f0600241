"""The documentation's results: which run is shown, where, and the plots."""

from typing import Any

import pytest

from bench.pages import BEGIN, END, markdown, newest, plots, replaced, results_text
from bench.plots import Line, Plot, nice_ceiling, short, svg


def result(scenario: str = "relay", *, quick: bool = False, note: str = "", **figures: Any) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "machine": {
            "commit": "abc1234",
            "measured_at": "2026-01-02T03:04:05+00:00",
            "cores": 2,
            "processor": "A processor",
            "load": 7.5,
        },
        "options": {"quick": quick, "repeat": 3},
        "tables": [{"title": "Table", "head": ["what", "ratio"], "rows": [["events", "0.71"]]}],
        "notes": [note or "a note"],
        "figures": figures,
    }


def test_the_newest_full_run_is_shown_even_when_a_quick_one_is_newer() -> None:
    runs = [result(note="old"), result(note="full"), result(note="quick", quick=True)]
    assert newest(runs)["relay"]["notes"] == ["full"]
    assert newest(runs[2:])["relay"]["notes"] == ["quick"]


def test_a_section_names_commit_machine_load_and_how_it_was_run() -> None:
    text = results_text({"relay": result()})
    assert "commit abc1234" in text
    assert "load 7.5" in text
    assert "middle of 3 runs" in text
    assert "| events | 0.71 |" in text
    assert "QUICK, not to be quoted" in results_text({"relay": result(quick=True)})


def test_only_what_is_between_the_marks_is_replaced() -> None:
    assert replaced(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new") == f"before\n{BEGIN}\n\nnew\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no place"):
        replaced("a page without marks", "new")


def test_a_cell_cannot_end_its_row() -> None:
    assert markdown("T", ["a", "b"], [["x|y", "1"]])[-1] == "| x\\|y | 1 |"


def test_plots_are_made_of_the_middle_runs_and_only_when_there_are_figures() -> None:
    costs = [{"stored": level, "total": cost, "process": cost, "database": 1.0}
             for level, cost in ((1000, 9.0), (1000, 5.0), (1000, 6.0), (10_000, 7.0))]  # fmt: skip
    found = plots({"growth": result("growth", costs=costs), "accept": result("accept", by_rate=[])})
    assert list(found) == ["growth"]
    assert found["growth"].lines[0].points == [(1000, 6.0), (10_000, 7.0)]


def test_a_plot_places_its_points_by_their_scale() -> None:
    plot = Plot(
        title="Cost & volume",
        across="stored",
        up="ms",
        lines=[Line(name="in all", points=[(10, 5.0), (100, 10.0), (1000, 10.0)])],
        logarithmic=True,
    )
    drawn = svg(plot)
    assert drawn == svg(plot)
    assert "Cost &amp; volume" in drawn
    assert 'points="70.0,175.0 320.0,40.0 570.0,40.0"' in drawn  # equal steps of ten, half and full height


def test_a_plot_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no points"):
        svg(Plot(title="Empty", across="x", up="y", lines=[Line(name="none", points=[])]))


@pytest.mark.parametrize(
    ("value", "ceiling"), [(0.0, 1), (0.7, 1), (1.0, 1), (11, 20), (24, 25), (260, 500), (51, 100)]
)
def test_an_axis_ends_at_a_round_number(value: float, ceiling: float) -> None:
    assert nice_ceiling(value) == pytest.approx(ceiling)


def test_an_axis_writes_large_numbers_short() -> None:
    assert [short(each) for each in (5, 2.5, 10_000, 1_000_000)] == ["5", "2.5", "10k", "1M"]
