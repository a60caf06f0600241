"""The arithmetic of measuring."""

import pytest

from bench.figures import Budget, measured, middle, spread, summary, times_cheaper, work


class FakeClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


def test_a_series_is_summarized_by_its_median_which_one_slow_call_does_not_move() -> None:
    calm, disturbed = summary([2.0, 1.0, 3.0]), summary([2.0, 1.0, 300.0])
    assert calm.median == disturbed.median == 2.0
    assert (calm.mean, disturbed.mean) == (2.0, 101.0)
    assert (calm.fastest, calm.count) == (1.0, 3)


def test_the_middle_run_is_one_that_was_measured() -> None:
    assert middle([9.0, 1.0, 4.0]) == 4.0
    assert middle([9.0, 1.0]) == 1.0
    assert middle([7.0]) == 7.0


def test_the_spread_is_a_part_of_the_middle_run() -> None:
    assert spread([10.0, 8.0, 11.0]) == pytest.approx(0.3)
    assert spread([10.0]) == 0


def test_a_ratio_says_how_many_times_less_ours_costs() -> None:
    assert times_cheaper(60.0, 6.0) == 10
    assert times_cheaper(3.0, 6.0) == 0.5


@pytest.mark.parametrize(("other", "own"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)])
def test_a_ratio_with_something_unmeasured_is_refused(other: float, own: float) -> None:
    with pytest.raises(ValueError, match="must be measured"):
        times_cheaper(other, own)


def test_only_the_call_is_timed_not_what_happens_between() -> None:
    clock = FakeClock()
    budget = Budget(seconds=10, least=3, most=3)
    spent = measured(lambda: clock.advance(0.004), budget, between=lambda: clock.advance(1.0), clock=clock)
    assert spent == pytest.approx([4.0, 4.0, 4.0])


@pytest.mark.parametrize(
    ("seconds", "calls"),
    [
        (5.0, 15),  # slow: over time at once, yet the least is made
        (0.125, 32),  # 4 seconds of calls
        (0.0001, 500),  # quick: the most
    ],
)
def test_a_series_ends_when_its_time_is_over_within_its_limits(seconds: float, calls: int) -> None:
    clock = FakeClock()
    spent = measured(lambda: clock.advance(seconds), Budget(seconds=4.0, least=15, most=500), clock=clock)
    assert len(spent) == calls


@pytest.mark.parametrize(("seconds", "rounds"), [(0.0, 1), (1.0, 2), (1.9, 4)])
def test_warming_up_goes_on_in_whole_rounds_until_so_much_was_worked(seconds: float, rounds: int) -> None:
    clock = FakeClock()
    made: list[str] = []

    def call(name: str) -> None:
        made.append(name)
        clock.advance(0.25)

    work([lambda: call("a"), lambda: call("b")], seconds, clock=clock)
    assert made == ["a", "b"] * rounds
