"""What a known-mixture experiment varies, and the drawing of its trials."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.errors import InferenceError
from bpeinfer.solving import METHODS, Form

__all__ = ["BYTE_LEVEL", "SENTENCEPIECE", "Design", "draw_sample", "draw_training", "take_blocks"]

BYTE_LEVEL, SENTENCEPIECE = "byte-level", "sentencepiece"
_TRAIN, _SAMPLE, _OMIT = range(3)  # random streams of one trial: one may change without the others


@dataclass(frozen=True, kw_only=True)
class Design:
    """One cell of the experiments: everything that its trials have in common.

    Attributes:
        n: number of categories that a trial draws at random; their weights are uniform on the simplex.
        seed: with the number of the trial, the seed of all its draws.
        trained_merges: merges of each tokenizer (a vocabulary of 30,000 has 29,744 over bytes).
        merges: merges to infer from; one result for each number.
        sample_bytes: bytes of each category's sample, None for all of it; one result for each.
        omit: how many of the n categories the samples lack; one result for each.
        forms: forms of the program (see `MixtureProblem`); one result for each.
        exact: infer from the training text itself, not from the samples.
        train_bytes: most bytes of training text, None for as much as the drawn weights allow.
        pattern: name in the registry of the pattern that splits text (r50k is GPT-2's; also cl100k, o200k, …).
        trainer: "byte-level" (Hugging Face's merges) or "sentencepiece" (characters; `pattern` has no effect).
        baselines: also score TEE and TC on each trial's whole samples.
        resamples: bootstrap resamples for the intervals, 0 for none.
    """

    n: int
    seed: int = 0
    trained_merges: int = 29_744
    merges: tuple[int, ...] = (10_000,)
    sample_bytes: tuple[int | None, ...] = (None,)
    omit: tuple[int, ...] = (0,)
    forms: tuple[Form, ...] = ("last",)
    exact: bool = False
    train_bytes: int | None = None
    pattern: str = "r50k"
    trainer: str = BYTE_LEVEL
    baselines: bool = False
    resamples: int = 0

    def __post_init__(self) -> None:
        checks = {
            "n": self.n >= 2,
            "seed": self.seed >= 0,
            "trained_merges": self.trained_merges >= 1,
            "merges": bool(self.merges) and all(1 <= count <= self.trained_merges for count in self.merges),
            "sample_bytes": bool(self.sample_bytes)
            and all(size is None or size > 0 for size in self.sample_bytes),
            "omit": bool(self.omit) and all(0 <= count <= self.n - 2 for count in self.omit),
            "forms": bool(self.forms) and all(form in METHODS["whole-lp"] for form in self.forms),
            "train_bytes": self.train_bytes is None or self.train_bytes > 0,
            "trainer": self.trainer in (BYTE_LEVEL, SENTENCEPIECE),
            "resamples": self.resamples >= 0,
        }
        wrong = [name for name, right in checks.items() if not right]
        if wrong:
            raise InferenceError(
                f"experiment: {wrong[0]} is {getattr(self, wrong[0])!r}; expected n >= 2, merges from 1 to "
                f"trained_merges, omit from 0 to n - 2, known forms, a trainer {BYTE_LEVEL} or {SENTENCEPIECE}, and no "
                "number below 0"
            )

    def key(self, *texts: str) -> str:
        """Return a short name of this design on these texts: results with another key are other experiments."""
        told = json.dumps([asdict(self), *texts], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def draw_categories(
        self, available: tuple[str, ...], trial: int
    ) -> tuple[list[str], NDArray[np.float64]]:
        """Return the trial's categories in the order of their names, and their weights.

        Raises:
            InferenceError: there are fewer than n.
        """
        if len(available) < self.n:
            raise InferenceError(
                f"experiment: a trial needs {self.n} categories that have both training text and samples, "
                f"there are {len(available)} ({', '.join(available) or 'none'}); lower n or add text"
            )
        random = np.random.default_rng([self.seed, trial, _TRAIN])
        names = sorted(random.choice(np.array(available), self.n, replace=False).tolist())
        return names, random.dirichlet(np.ones(self.n))

    def draw_omitted(self, trial: int, omit: int) -> NDArray[np.int64]:
        """Return which of the trial's categories the samples lack: more omitted ones include fewer."""
        order = np.random.default_rng([self.seed, trial, _OMIT]).permutation(self.n)
        return np.sort(order[:omit])


def draw_training(
    counts: PretokenCounts, weights: NDArray[np.float64], most_bytes: int | None, seed: tuple[int, int]
) -> PretokenCounts:
    """Choose blocks of training text at random so that the categories' bytes are proportional to `weights`.

    As much text is taken as the categories have in these proportions (at most `most_bytes`). The true
    mixture is that of the result, `category_bytes`: whole blocks never match the weights exactly.
    """
    total = float(np.min(counts.category_bytes / np.maximum(weights, 1e-12)))
    total = min(total, most_bytes or total)
    return _draw_blocks(counts, weights * total, (*seed, _TRAIN))


def draw_sample(counts: PretokenCounts, size: int | None, seed: tuple[int, int]) -> PretokenCounts:
    """Choose blocks of each category's sample at random up to `size` bytes, at least one (None: all)."""
    if size is None:
        return counts
    return _draw_blocks(counts, np.full(len(counts.categories), float(size)), (*seed, _SAMPLE))


def _draw_blocks(
    counts: PretokenCounts, wanted: NDArray[np.float64], seed: tuple[int, ...]
) -> PretokenCounts:
    sizes = _block_bytes(counts)
    taken = []
    for category, size in enumerate(wanted):
        blocks = np.flatnonzero(counts.block_category == category)
        # By name, so that a category's order of blocks does not depend on the others of the trial.
        named = list(counts.categories[category].encode())
        order = np.random.default_rng([*seed, *named]).permutation(blocks)
        ends = np.cumsum(sizes[order])
        fitting = int(np.argmin(np.abs(np.concatenate([[0.0], ends]) - size)))
        taken.append(np.sort(order[: max(1, fitting)]))
    return take_blocks(counts, np.concatenate(taken))


def take_blocks(counts: PretokenCounts, blocks: NDArray[np.int64]) -> PretokenCounts:
    """Return the counts of only some blocks (ascending); documents are scaled in proportion to the blocks.

    A category's bytes are those of its pretokens, scaled to the raw text of the whole category: exact where
    pretokens keep every byte of the text, as they do in byte-level tokenizers.
    """
    chosen = counts.counts[:, blocks]
    owner = counts.block_category[blocks]
    before = np.bincount(counts.block_category, minlength=len(counts.categories))
    after = np.bincount(owner, minlength=len(counts.categories))
    size = np.bincount(owner, _block_bytes(counts)[blocks], minlength=len(counts.categories))
    return PretokenCounts(
        blob=counts.blob,
        offsets=counts.offsets,
        counts=sparse.csc_array(chosen),
        block_category=owner,
        categories=counts.categories,
        groups=counts.groups,
        category_bytes=np.rint(size).astype(np.int64),
        documents=np.maximum(1, counts.documents * after // np.maximum(before, 1)),
        fingerprint=counts.fingerprint,
    )


def _block_bytes(counts: PretokenCounts) -> NDArray[np.float64]:
    """Return the bytes of raw text in each block: float64[K]."""
    size = np.diff(counts.offsets) @ counts.counts
    whole = np.bincount(counts.block_category, size, minlength=len(counts.categories))
    scaled: NDArray[np.float64] = size * (counts.category_bytes / np.maximum(whole, 1))[counts.block_category]
    return scaled
