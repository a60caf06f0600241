"""Ours beside its floor: ratios, turns, and what the tables say of them."""

import pytest

from bench.compared import Comparison, comparison_table, verdict
from bench.figures import middle_ratio, per_second, percentile
from bench.report import Options


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.01) == 7


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_outside_of_its_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="a share"):
        percentile([1.0], share)


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="of nothing"):
        percentile([], 0.5)


def test_a_rate_of_no_work_or_no_time_is_refused() -> None:
    assert per_second(100, 4) == 25
    for count, seconds in ((0, 1.0), (1, 0.0)):
        with pytest.raises(ValueError, match="no rate"):
            per_second(count, seconds)


def test_the_ratio_is_the_middle_one_of_the_pairs_not_the_ratio_of_the_middles() -> None:
    # A neighbour disturbed the second pair as a whole: its ratio is as good as the others'.
    assert middle_ratio([50.0, 10.0, 60.0], [100.0, 20.0, 100.0]) == pytest.approx(0.5)


def test_figures_that_are_no_pairs_have_no_ratio() -> None:
    for ours, floor in (([], []), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match="in pairs"):
            middle_ratio(ours, floor)


async def test_floor_and_ours_take_turns_in_going_first() -> None:
    order: list[str] = []

    async def floor() -> float:
        order.append("floor")
        return 100.0

    async def ours() -> float:
        order.append("ours")
        return 70.0

    comparison = Comparison(name="work", unit="things/s", target=0.6)
    await comparison.measure(Options(quick=False, repeat=3), floor=floor, ours=ours)
    assert order == ["floor", "ours", "ours", "floor", "floor", "ours"]
    assert (comparison.ratio, comparison.met) == (pytest.approx(0.7), True)
    (row,) = comparison_table("Title", [comparison]).rows
    assert row[3:] == ["0.70", ">= 0.60: met"]


def test_a_verdict_says_whether_a_target_is_met_or_that_there_is_none() -> None:
    assert verdict(0.5, met=False) == ">= 0.50: MISSED"
    assert verdict("<= 25 s", met=True) == "<= 25 s: met"
    assert verdict(None, met=None) == verdict(0.5, met=None) == "-"
