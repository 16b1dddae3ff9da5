"""The simplest mixture that fits about as well: what it keeps, what it costs, and where it is reported."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from trained import samples, train_on

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.simplest import simplest_mixture
from bpeinfer.errors import InferenceError
from bpeinfer.inference.tracing import trace
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.solving import MixtureProblem, evaluate, solve

NAMES = "c,de,el,es,fr,python"


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    """Trained on French, German and Python."""
    return bi.load_tokenizer(train_on(tmp_path_factory.mktemp("known") / "tokenizer.json", merges=800))


@pytest.fixture(scope="module")
def problem(tokenizer):
    counts = count_pretokens(samples(NAMES), tokenizer.pretokenizer)
    return MixtureProblem.from_trajectories(trace(tokenizer.merges, counts))


@pytest.fixture(scope="module")
def estimate(tokenizer):
    return bi.infer(tokenizer, samples(NAMES), resamples=0, simplest=0.05, rule_out=False)


def test_it_keeps_what_the_tokenizer_was_trained_on_and_drops_the_rest(estimate):
    names = [part["name"] for part in estimate.to_dict()["simplest"]["categories"]]
    assert sorted(names) == ["de", "fr", "python"]
    assert sum(share > 1e-4 for share in estimate.pair_shares) > 3, "else there was nothing to drop"


@pytest.mark.parametrize("slack", [0.0, 0.01, 0.05, 0.3])
def test_its_disagreement_rises_by_no_more_than_allowed_and_the_next_category_is_needed(problem, slack):
    best = solve(problem)
    found = simplest_mixture(problem, best, slack)
    assert found.pair_shares.sum() == pytest.approx(1)
    objective = evaluate(problem, problem.weights(found.pair_shares)).objective
    assert objective == pytest.approx((1 + found.rise) * best.objective, rel=1e-6)
    assert found.rise <= slack + 1e-9
    present = np.flatnonzero(found.pair_shares)
    assert set(present) <= set(np.flatnonzero(best.alpha > 0))
    costs = {}
    for number in present:
        rest = np.where(np.arange(len(best.alpha)) == number, 0.0, found.pair_shares)
        if rest.any():
            costs[number] = evaluate(problem, problem.weights(rest / rest.sum())).objective
    cheapest = min(costs, key=lambda number: costs[number])
    columns = np.flatnonzero(np.isin(problem.category, present) & (problem.category != cheapest))
    without = solve(problem.with_columns(columns)).alpha
    needed = evaluate(problem, problem.weights(without)).objective
    assert needed > (1 + slack) * best.objective * (1 - 1e-3)


def test_more_slack_leaves_no_more_categories(problem):
    best = solve(problem)
    left = [np.count_nonzero(simplest_mixture(problem, best, slack).pair_shares) for slack in (0, 0.05, 1)]
    assert left == sorted(left, reverse=True)
    assert left[-1] < left[0]


def test_where_the_samples_are_the_training_text_nothing_is_dropped(tmp_path):
    """An exact fit has a disagreement of almost zero, so a relative tolerance would allow nothing."""
    texts = {
        "a": ["the cat sat on the mat and ran to the old barn, where it sat. " * 30],
        "b": ["der Hund lief in den Wald und kam nicht zurück, denn er war alt. " * 20],
        "c": ["un gato negro duerme en la casa vieja del puerto y no en la cama. " * 10],
    }
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=320, show_progress=False)
    trained.train_from_iterator([text for given in texts.values() for text in given], trainer)
    trained.save(str(path := tmp_path / "tokenizer.json"))
    exact = bi.infer(path, bi.Corpus.from_texts(texts), resamples=0, simplest=0.05)
    assert exact.solution.objective < 1e-9
    assert np.count_nonzero(exact.simplest.pair_shares > 0.05) == 3


def test_every_report_shows_it_and_the_json_can_be_read_again(estimate, tmp_path):
    result = json.loads(json.dumps(estimate.to_dict()))
    first, found = result["simplest"]["categories"][0], result["simplest"]
    line = f"simplest mixture, bytes % (disagreement {100 * found['rise']:.1f} % higher): "
    assert f"{line}{first['name']} {100 * first['byte_share']:.1f}" in str(estimate)
    page = as_text(estimate_document(result))
    assert "with 3 samples" in page
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result))
    assert bi.load_estimate(path).to_dict()["simplest"] == found


def test_without_asking_there_is_none(tokenizer):
    plain = bi.infer(tokenizer, samples(), merges=60, resamples=0)
    assert plain.simplest is None
    assert "simplest" not in plain.to_dict()


@pytest.mark.parametrize("rise", [-0.1, 1.5, float("nan")])
def test_a_rise_out_of_range_is_refused(tokenizer, rise):
    with pytest.raises(InferenceError, match=r"simplest is .*, expected a rise from 0 to 1, such as 0\.05"):
        bi.infer(tokenizer, samples(), simplest=rise)
