"""One trial: draw a mixture, train a tokenizer on it, infer the mixture from other text, score the answer."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.baselines import OWN_MERGES, bytes_per_token, own_efficiency, shares_by_tokens
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.experiments.design import SENTENCEPIECE, Design, draw_sample, draw_training
from bpeinfer.experiments.sentencepiece_trainer import LIMITS, train_sentencepiece
from bpeinfer.inference.job import infer
from bpeinfer.loading import MergeAudit, Provenance, Tokenizer, TrainerLimits
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.solving import METHODS
from bpeinfer.training import train

__all__ = ["Texts", "log10_mse", "run_trial"]

Floats = NDArray[np.float64]

SMALLEST_ERROR = 1e-40
"""Smaller mean squared errors count as this: the truth was recovered to the last bit."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts that trials draw from: counts of the same categories in two disjoint sets of documents.

    Attributes:
        train, sample: the counts; both have the same categories.
        pretokenizer: the one that split the text.
        efficiency: bytes per token of a category's sample under its own tokenizer, filled in by trials.
    """

    train: PretokenCounts
    sample: PretokenCounts
    pretokenizer: Pretokenizer
    efficiency: dict[str, float] = field(default_factory=dict)


def log10_mse(estimate: Floats, truth: Floats) -> float:
    """Return log10 of the mean squared error over the categories, the paper's measure."""
    return float(np.log10(max(float(np.mean((estimate - truth) ** 2)), SMALLEST_ERROR)))


def run_trial(design: Design, texts: Texts, trial: int) -> list[dict[str, Any]]:
    """Run one trial; return one row of plain data for each number of merges, sample size, omission and form.

    A row contains what was drawn (`categories`, `truth` in byte shares), the result (`estimate`), the scores
    (`log10_mse`, `mean_absolute_error`, and `uniform_log10_mse` of the uniform guess), and with baselines
    `tc_log10_mse` and `efficiency` (relative, for TEE, whose line is fitted over the other trials).
    """
    names, weights = design.draw_categories(texts.train.categories, trial)
    seed = (design.seed, trial)
    training = draw_training(texts.train.select(names), weights, design.train_bytes, seed)
    begin = time.perf_counter()
    tokenizer = _trained(design, training, texts.pretokenizer, trial)
    seconds = time.perf_counter() - begin
    truth = training.category_bytes / training.category_bytes.sum()
    samples = training if design.exact else texts.sample.select(names)
    drawn: dict[str, Any] = {
        "trial": trial,
        "n": design.n,
        "train_bytes": int(training.category_bytes.sum()),
        "trained_merges": len(tokenizer.merges),
        "train_seconds": round(seconds, 3),
    }
    guesses = _baselines(tokenizer.merges, samples, truth, texts) if design.baselines else {}
    rows = []
    for size, omit in itertools.product(design.sample_bytes, design.omit):
        missing = design.draw_omitted(trial, omit)
        kept = [name for number, name in enumerate(names) if number not in missing]
        known = np.delete(truth, missing)
        sample = draw_sample(samples.select(kept), size, seed)
        for merges, form in itertools.product(design.merges, design.forms):
            if merges > len(tokenizer.merges):
                continue
            estimate = _estimate(design, tokenizer, sample, merges, form)
            rows.append(
                drawn
                | {
                    "merges": merges,
                    "form": form,
                    "sample_bytes": size,
                    "sample_bytes_mean": float(sample.category_bytes.mean()),
                    "omit": omit,
                    "omitted_share": float(truth[missing].sum()),
                    "categories": kept,
                    "truth": (known / known.sum()).tolist(),
                }
                | _scores(estimate, known / known.sum())
                | (guesses if size is None and not omit else {})
            )
    return rows


def _estimate(
    design: Design, tokenizer: Tokenizer, sample: PretokenCounts, merges: int, form: Any
) -> MixtureEstimate:
    smooth = form in METHODS["interior-point"]
    return infer(
        tokenizer,
        sample,
        merges=merges,
        first_merge=0,
        form=form,
        method="interior-point" if smooth else "row-generation",
        tolerance=1e-6 if smooth else 1e-4,
        resamples=design.resamples if smooth else 0,
        size=False,
        seed=design.seed,
    )


def _scores(estimate: MixtureEstimate, truth: Floats) -> dict[str, Any]:
    shares = estimate.byte_shares
    scores: dict[str, Any] = {
        "estimate": shares.tolist(),
        "log10_mse": log10_mse(shares, truth),
        "mean_absolute_error": float(np.abs(shares - truth).mean()),
        "uniform_log10_mse": log10_mse(np.full(len(truth), 1 / len(truth)), truth),
        "objective": estimate.solution.objective,
        "gap": estimate.solution.gap,
        "status": estimate.solution.status.name.lower(),
        "absent": estimate.merges_absent / estimate.merges,
        "unexplained": estimate.fit.unexplained,
        "misfit": estimate.fit.misfit,
        "misfit_by_chance": estimate.fit.chance.tolist(),
        "verdict": estimate.fit.verdict.value,
        "seconds": {phase: round(time, 3) for phase, time in estimate.seconds.items()},
    }
    if estimate.bootstrap is not None:
        low, high = estimate.bootstrap.interval(shares, estimate.bootstrap.byte_shares)
        scores |= {"low": low.tolist(), "high": high.tolist()}
    return scores


def _baselines(merges: MergeList, samples: PretokenCounts, truth: Floats, texts: Texts) -> dict[str, Any]:
    tc = shares_by_tokens(merges, samples)
    head = merges.head(OWN_MERGES)
    for name in samples.categories:
        if name not in texts.efficiency and merges.unit == "byte":
            own = own_efficiency(texts.sample.select([name]), len(head), texts.train.select([name]))
            texts.efficiency[name] = float(own[0])
    found: dict[str, Any] = {"tc": tc.tolist(), "tc_log10_mse": log10_mse(tc, truth)}
    if merges.unit == "byte":
        own = np.array([texts.efficiency[name] for name in samples.categories])
        found["efficiency"] = (bytes_per_token(head, samples) / own).tolist()
    return found


def _trained(design: Design, training: PretokenCounts, pretokenizer: Pretokenizer, trial: int) -> Tokenizer:
    occurrences = training.counts.sum(axis=1)
    limits: TrainerLimits | None = None
    if design.trainer == SENTENCEPIECE:
        limits = LIMITS
        merges = train_sentencepiece(training.pretokens(), occurrences, design.trained_merges)
    else:
        merges = train(training.blob, training.offsets, occurrences, design.trained_merges)
    learned = len(merges)
    return Tokenizer(
        name=f"trial-{trial}",
        merges=merges,
        pretokenizer=pretokenizer,
        pretokenizer_origin="the experiment",
        provenance=Provenance(
            source="a known mixture",
            format=design.trainer,
            repository=None,
            revision=None,
            files={},
            sha256="",
        ),
        audit=MergeAudit(
            method="listed",
            vocabulary=0,
            alphabet_tokens=merges.alphabet_size,
            learned_tokens=learned,
            listed_merges=learned,
            learned_merges=learned,
            learned_not_listed=0,
            tokens_set_aside={},
            merges_set_aside={},
            unreachable=(),
            order_inversions=0,
        ),
        limits=limits,
    )
