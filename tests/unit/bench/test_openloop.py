"""Open-loop schedules and latencies."""

from itertools import pairwise

import pytest

from bench.openloop import arrivals, latencies


def test_arrivals_are_decided_by_the_seed_rise_and_end_in_time() -> None:
    moments = arrivals(rate=100, seconds=10, seed=4)
    assert moments == arrivals(rate=100, seconds=10, seed=4)
    assert moments != arrivals(rate=100, seconds=10, seed=5)
    assert moments == sorted(moments)
    assert moments[0] > 0
    assert moments[-1] < 10


def test_arrivals_come_at_their_rate_and_independently() -> None:
    moments = arrivals(rate=200, seconds=20)
    gaps = [after - before for before, after in pairwise(moments)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert len(moments) == pytest.approx(4000, rel=0.05)
    assert variance == pytest.approx(mean**2, rel=0.2)  # as of exponential gaps; of even ones it would be nothing


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (1, 0), (-1, 1)])
def test_a_schedule_without_rate_or_time_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="no arrivals"):
        arrivals(rate=rate, seconds=seconds)


def test_a_latency_counts_from_when_the_request_was_due() -> None:
    found = latencies([0.0, 1.0, 2.0, 3.0], [0.5, 1.1, 2.1, 3.1])
    assert found.p50 == pytest.approx(100)
    assert found.longest == pytest.approx(500)
    assert (found.count, found.lost) == (4, 0)


def test_the_warm_up_is_left_out() -> None:
    assert latencies([0.0, 5.0], [4.0, 5.01], since=5.0).longest == pytest.approx(10)


def test_a_request_without_an_answer_is_counted_and_counts_as_the_longest() -> None:
    found = latencies([0.0] * 10, [0.001] * 8 + [0.2, None])
    assert (found.count, found.lost) == (10, 1)
    assert found.p50 == pytest.approx(1)
    assert found.p90 == found.p99 == pytest.approx(200)


def test_without_any_good_answer_there_is_no_latency() -> None:
    with pytest.raises(ValueError, match="none of 2"):
        latencies([0.0, 1.0], [None, None])


def test_requests_and_outcomes_must_match() -> None:
    with pytest.raises(ValueError, match="2 requests, 1 outcomes"):
        latencies([0.0, 1.0], [0.5])
