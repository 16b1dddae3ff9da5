"""Which pairs are followed where memory does not hold all: changes counted over parts, on a sample if they are many."""

from __future__ import annotations

import numpy as np
import pytest

from bpeinfer.pair_sketch import PairAmounts, PairSketch

STEP_BITS = 31


def part(bounds, steps):
    """Return a part in which the pair at place p has the bound bounds[p] and changes at steps[p]."""
    places = np.arange(len(bounds), dtype=np.int64)
    changes = [
        place << STEP_BITS | step for place, own in zip(places.tolist(), steps, strict=True) for step in own
    ]
    return PairAmounts(places, np.array(bounds, dtype=np.float32), np.array(changes, dtype=np.int64))


def sketch_of(*parts, **settings):
    sketch = PairSketch(**settings)
    for one in parts:
        sketch.add(one)
    return sketch


def test_a_change_at_the_same_step_in_two_parts_is_one_and_at_another_step_is_two():
    same = sketch_of(part([2.0, 1.0], [[5], [6]]), part([2.0, 1.0], [[5], [6]]))
    assert same.least(2) == 0.0
    other = sketch_of(part([2.0, 1.0], [[5], [6]]), part([2.0, 1.0], [[7], [8]]))
    assert other.least(4) == 0.0
    assert other.least(2) == 4.0  # only the first pair's two, whose bounds of both parts add up


def test_merged_pairs_take_the_room_they_need_and_leave_half_to_their_rivals():
    bounds = [np.inf, *range(10, 0, -1)]
    sketch = sketch_of(part(bounds, [range(4), *([step] for step in range(10))]))
    assert sketch.least(12) == 3.0  # 4 for the merged pair, 8 for rivals of 10 to 3
    assert sketch.least(4) == 9.0  # half of 4 for rivals, whatever the merged pair takes
    assert sketch.least(14) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_changes_on_a_sample_of_pairs_are_about_as_many_as_all(seed):
    generator = np.random.default_rng(seed)
    bounds = generator.permutation(20_000) + 1.0
    steps = [range(count) for count in generator.geometric(0.1, 20_000)]
    exact, sampled = sketch_of(part(bounds, steps)), sketch_of(part(bounds, steps), most_changes=50_000)
    amount = np.array([len(own) for own in steps])
    for most in (30_000, 100_000):
        assert amount[bounds >= exact.least(most)].sum() == pytest.approx(most, rel=0.001)
        assert amount[bounds >= sampled.least(most)].sum() == pytest.approx(most, rel=0.15)
