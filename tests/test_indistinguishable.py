"""Categories that cannot be told apart are named, with the interval of their sum; others are not."""

from __future__ import annotations

import numpy as np
import pytest
from gpt2 import gpt2

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.indistinguishable import (
    SAME_COUNTS,
    TRADE_PLACES,
    Indistinguishable,
    find_indistinguishable,
)
from bpeinfer.diagnostics.shown import SAY_LITTLE
from bpeinfer.inference.tracing import trace
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.solving import MixtureProblem

NAMES = ("de", "en-encyclopedia", "en-fiction", "en-quotations", "fr", "python")


@pytest.fixture(scope="module")
def texts():
    corpus = bi.load_corpus("bundled:starter", categories=",".join(NAMES), limit=200_000)
    return {category.name: list(category.documents()) for category in corpus.categories}


@pytest.fixture(scope="module")
def shares(texts):
    return shares_of(inferred(texts, 0))


def shares_of(result):
    return {category["name"]: category["byte_share"] for category in result["categories"]}


def inferred(texts, resamples):
    samples = bi.Corpus.from_texts(texts)
    return bi.infer(
        gpt2(1500),
        samples,
        resamples=resamples,
        rule_out=False,
    ).to_dict()


def test_a_category_given_twice_is_found_even_without_resamples(texts, shares):
    result = inferred(texts | {"copy": texts["en-fiction"], "third": texts["en-fiction"]}, 0)
    (found,) = result["indistinguishable"]
    assert sorted(found["names"]) == ["copy", "en-fiction", "third"]
    assert found["reason"] == SAME_COUNTS
    together = shares_of(result)
    assert found["byte_share"] == pytest.approx(sum(together[name] for name in found["names"]))
    assert found["byte_share"] == pytest.approx(shares["en-fiction"], abs=1e-4)
    assert "cannot be told apart" in estimate_as_text(result)


def resampled(first, second):
    """Resamples in which two categories have these shares and a third the rest."""
    shares = np.transpose([first, second, 1 - np.add(first, second)])
    return Bootstrap(shares, shares, shares, shares)


@pytest.fixture(scope="module")
def problem(texts):
    """A problem of three categories that hold the merges in different proportions."""
    samples = bi.Corpus.from_texts({name: texts[name][:20] for name in ("de", "en-fiction", "fr")})
    tokenizer = gpt2()
    counts = count_pretokens(samples, tokenizer.pretokenizer)
    return MixtureProblem.from_trajectories(trace(tokenizer.merges.head(200), counts))


def test_categories_that_trade_places_are_found_and_those_that_are_known_alone_are_not(problem):
    """Resamples that move 40 % between two categories and leave their sum alone; the same with 2 %."""
    swing = np.tile([0.0, 0.4, 0.1, 0.3], 5)
    (found,) = find_indistinguishable(problem, np.array([0.2, 0.2, 0.6]), resampled(swing, 0.4 - swing))
    assert found.categories == (0, 1)
    assert found.reason == TRADE_PLACES
    steady = 0.2 + 0.05 * (swing - 0.2)
    assert find_indistinguishable(problem, np.array([0.2, 0.2, 0.6]), resampled(steady, 0.4 - steady)) == ()


def test_shares_known_only_together_are_a_set_within_their_group(problem):
    """Resamples that move 2 points between two categories: enough, ten times over, to leave both open; not so 0.2."""
    shares, moves = np.array([0.15, 0.25, 0.6]), np.tile([-0.02, 0.02], 5)
    moved, hardly_moved = (resampled(0.15 + times * moves, 0.25 - times * moves) for times in (1, 0.1))
    (found,) = find_indistinguishable(problem, shares, moved)
    assert found == Indistinguishable((1, 0), SAY_LITTLE)
    assert find_indistinguishable(problem, shares, hardly_moved) == ()
    assert find_indistinguishable(problem, shares, moved, ("prose", "prose", "code")) == ()


def test_halves_of_one_category_have_the_share_of_the_whole_together(texts, shares):
    """Two halves of a category differ in the topics of their documents; their shares add up to that of the whole."""
    whole = texts["en-fiction"]
    halves = {name: text for name, text in texts.items() if name != "en-fiction"}
    found = shares_of(inferred(halves | {"fiction-1": whole[::2], "fiction-2": whole[1::2]}, 0))
    assert found["fiction-1"] + found["fiction-2"] == pytest.approx(shares["en-fiction"], abs=0.03)
    for name in ("de", "en-encyclopedia", "en-quotations", "fr", "python"):
        assert found[name] == pytest.approx(shares[name], abs=0.03)


def test_different_kinds_of_text_are_no_twins(texts):
    result = inferred(texts, 12)
    assert {same["reason"] for same in result["indistinguishable"]} <= {SAY_LITTLE}
    assert SAME_COUNTS not in estimate_as_text(result)


def test_categories_that_differ_in_rivals_only_are_no_twins(texts):
    """With one merge all categories have it in the same proportion; only the pairs passed over distinguish them."""
    samples = bi.Corpus.from_texts(texts)
    result = bi.infer(gpt2(), samples, merges=1, resamples=0)
    assert result.to_dict()["indistinguishable"] == []
