"""Total intervals: never narrower than chance allows, one-sided at zero, absent where the spread is unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.ruled_out import RuledOut, RuledOutTogether
from bpeinfer.diagnostics.shown import EXACT_MISFIT
from bpeinfer.diagnostics.total import (
    FLOOR,
    LANGUAGES,
    OF_A_CATEGORY,
    OF_A_GROUP,
    factor_of,
    find_vague,
    interval_without_resamples,
    total_half_width,
    total_interval,
)
from bpeinfer.diagnostics.verdict import Verdict
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.numbers import digits, share_as_text
from bpeinfer.training import train

SAMPLE = Path(__file__).parents[1] / "fixtures" / "corpus" / "sample"


@given(st.floats(0, 1), arrays(float, 10, elements=st.floats(0, 1)))
def test_total_holds_the_sampling_interval_and_stays_within_0_and_1(share, resampled):
    for factor in (OF_A_CATEGORY, OF_A_GROUP):
        low, high = total_interval(factor, np.asarray(share), resampled, resampled[:3])
        inner = Bootstrap.interval(np.asarray(share), resampled)
        assert 0 <= low <= inner[0] <= share <= inner[1] <= high <= 1


def test_half_width_by_hand():
    """Spreads of 0.001 over blocks and 0.02 over weights; without the latter the sampling interval's or the floor."""
    share, signs = np.asarray(0.5), np.array([1, -1] * 5)

    def half(of_blocks, of_weights):
        return total_half_width(4.0, share, share + of_blocks * signs, share + of_weights * signs)

    assert half(0.001, 0.02) == pytest.approx(np.hypot(0.08, FLOOR))
    assert half(0.02, 0.0) == pytest.approx(Bootstrap.half_width(share, share + 0.02 * signs))
    assert half(0.0, 0.0) == pytest.approx(FLOOR)
    assert interval_without_resamples(0.0) == [0.0, FLOOR]
    assert interval_without_resamples(0.5)[1] == pytest.approx(0.5 + np.hypot(0.0915, FLOOR))


def test_a_share_of_nothing_has_an_upper_bound():
    low, high = total_interval(OF_A_CATEGORY, np.asarray(0.0), np.zeros(10), np.zeros(20))
    assert low == 0
    assert high == pytest.approx(FLOOR)


def test_intervals_that_leave_a_share_open_say_little():
    """Spreads of 0.2, 2, 2 and 5 points: half-widths of 2, 22, 22 and 55 around 50, 30, 90 and 0 %."""
    shares = np.array([0.5, 0.3, 0.9, 0.0])
    groups = [""] * 4

    def drawn(times):
        resampled = shares + np.outer([1, -1] * 5, np.array([0.002, 0.02, 0.02, 0.05]) * times)
        return Bootstrap(resampled, resampled, resampled, resampled)

    assert find_vague(shares, drawn(1), groups).tolist() == [False, True, False, False]
    assert find_vague(shares, drawn(0.8), groups).tolist() == [False, True, False, False]
    assert not find_vague(shares, drawn(0.8), [LANGUAGES] * 4).any()


def test_a_language_has_a_narrower_interval_than_a_kind_of_code():
    resampled = 0.3 + np.linspace(-0.01, 0.01, 11)
    language, code = (
        np.ptp(total_interval(factor_of([group]), np.asarray(0.3), resampled, resampled))
        for group in (LANGUAGES, "code")
    )
    assert language < 0.6 * code


def test_one_wild_resample_sets_no_width():
    near = 0.87 + np.array([-0.01, 0.01] * 5)
    wild = np.append(near[:-1], 0.02)
    tame, shaken = (Bootstrap.spread(np.asarray(0.87), draws) for draws in (near, wild))
    assert shaken == pytest.approx(tame)


@pytest.fixture(scope="module")
def texts():
    corpus = bi.load_corpus(SAMPLE)
    return {category.name: list(category.documents()) for category in corpus.categories}


def inferred(texts, **options):
    return bi.infer(gpt2(400), Corpus.from_texts(texts), **options)


def test_few_resamples_give_no_interval_and_say_so(texts):
    result = inferred(texts, resamples=9).to_dict()
    assert all(row["interval"] is None and row["total_interval"] is None for row in result["categories"])
    assert any("no intervals from 9 resamples" in note and "10 or more" in note for note in result["notes"])
    assert "total 95 %" in estimate_as_text(result, force=True)


def test_a_category_of_few_documents_has_no_interval_and_is_named(texts):
    small = sorted(texts)[0]
    estimate = inferred(texts | {small: texts[small][:3]}, resamples=10)
    rows = {row["name"]: row for row in estimate.to_dict()["categories"]}
    assert rows[small]["total_interval"] is None
    assert all(row["total_interval"] is not None for name, row in rows.items() if name != small)
    assert any(f"no interval for {small}" in note for note in estimate.notes)
    pandas = pytest.importorskip("pandas")
    frame = estimate.to_frame()
    assert pandas.isna(frame.loc[small, "byte_share_total_low"])
    assert (frame["byte_share_total_high"].drop(small) >= frame["byte_share_sampling_high"].drop(small)).all()


def test_an_exact_fit_is_good_and_asks_for_no_text(texts):
    names = sorted(texts)[:2]
    pretokenizer = gpt2().pretokenizer
    counts = count_pretokens(Corpus.from_texts({name: texts[name] for name in names}), pretokenizer)
    merges = train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), 300)
    tokenizer = gpt2()
    exact = bi.infer(
        replace(tokenizer, merges=merges),
        counts,
        resamples=10,
    )
    assert exact.bootstrap is not None
    agreeing = np.tile(exact.pair_shares, (len(exact.bootstrap.reweighted_pair_shares), 1))
    assert exact.bootstrap.reweighted_pair_shares == pytest.approx(agreeing, abs=1e-3), "nothing contradicts"
    assert exact.fit.misfit < EXACT_MISFIT
    assert exact.fit.verdict is Verdict.GOOD
    assert "add text" not in estimate_as_text(exact.to_dict())


def test_digits_follow_the_width_and_a_bound_is_shown_as_one():
    assert [digits((0.5 - half, 0.5 + half)) for half in (0.1, 0.02, 0.0005)] == [0, 1, 2]
    assert share_as_text(0.3496, (0.26, 0.44)) == "35"
    assert share_as_text(0.0006, (0.0, 0.0048)) == "< 0.5"
    assert share_as_text(0.0, (0.0, 0.00003)) == "< 0.01"
    assert share_as_text(0.0006, ()) == "0.06"
    assert share_as_text(0.0048, (0.0004, 0.0092), 0) == "< 1"


def test_the_page_leads_with_what_to_do_and_the_total_interval(texts):
    page = estimate_as_text(inferred(texts, resamples=10).to_dict(), force=True)
    head = next(line for line in page.splitlines() if line.startswith("category"))
    assert head.index("total 95 %") < head.index("sampling 95 %")
    lines = page.splitlines()
    advice = next(
        number for number, line in enumerate(lines) if line.startswith(("good: ", "doubtful: ", "poor: "))
    )
    assert "quote" in lines[advice]
    assert lines[advice + 1].startswith("fit: ")


def test_total_intervals_reach_to_what_was_left_out(texts):
    """Whatever the width; where several left out are spoken for together, up and down."""
    estimate = inferred(texts, resamples=10)
    number = len(estimate.categories)
    moved = np.roll(estimate.pair_shares, 1)
    gone = RuledOut(categories=(0,), pair_shares=(0.0,), found=0, missing=1, examples=())
    alone = replace(estimate, ruled_out=(gone,), pair_shares_of_all=moved)
    spoken_for = replace(
        alone, ruled_out_together=RuledOutTogether(found=9, missing=0, speaks=True, examples=())
    )
    for place, name in enumerate(estimate.categories):
        members, own = np.arange(number) == place, float(estimate.pair_shares[place])
        before = float(moved[place])
        up = before if place == 0 else own
        assert estimate.reach("pair_share", members) == (own, own)
        assert alone.reach("pair_share", members) == (own, max(own, up))
        assert spoken_for.reach("pair_share", members) == (min(own, before), max(own, before))
        narrow, wide = (one.sum_of([name])["total_interval"]["pair_share"] for one in (estimate, spoken_for))
        assert wide == [min(narrow[0], before), max(narrow[1], before)]
