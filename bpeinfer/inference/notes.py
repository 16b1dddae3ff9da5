"""What a reader of an estimate should know: categories set aside, resamples that failed, another layout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.layout import AS_IT_IS, detect_layout, samples_differ
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.letters import Coverage
from bpeinfer.diagnostics.shown import FEWEST
from bpeinfer.errors import InferenceError
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.reports.columns import all_of
from bpeinfer.solving import Form, MixtureProblem, Solution
from bpeinfer.trajectory import PairTrajectories

__all__ = ["beyond_limit", "layout_offered", "left_out", "of_known_counts", "resampling_notes", "set_aside"]

# Categories without an interval that are named with their size.
NAMED = 5
# Least pair share of code, and of categories without a group, for which the samples' layout is checked.
CODE = 0.2
# Of these, a category with this share and this part of lines that the layout would change is reason enough to say so.
PART, CHANGED = 0.02, 0.02

Floats = NDArray[np.float64]


def beyond_limit(samples: Corpus | AnyCounts, counts: AnyCounts) -> list[str]:
    """Say which samples exceed the limit set on them, because their only document does."""
    if not isinstance(samples, Corpus):
        return []
    limit = samples.options.get("limit")
    if not limit:
        return []
    sizes = zip(counts.categories, counts.category_bytes.tolist(), strict=True)
    larger = [f"{name} ({size:,.0f} bytes)" for name, size in sizes if size > limit]
    if not larger:
        return []
    return [
        f"samples above the limit of {limit:,} bytes, for a document is taken whole: {', '.join(larger)}; cut them "
        "into smaller documents"
    ]


def of_known_counts(merges: MergeList, form: Form) -> list[str]:
    """Say whether the counts that the file contains are used."""
    if merges.counts is None:
        return []
    if form in ("pair", "paper"):
        return [f"the counts in the file are used for the size only: the form {form!r} has no place for them"]
    if merges.falling_counts is None:
        return [
            "the counts in the file are not used: no trainer's are below 1 or rise along the list, as "
            f"{merges.rising_counts:,} of {len(merges):,} do"
        ]
    return ["the counts in the file are used: each merge's threshold is its count, up to one factor for all"]


def left_out(trajectories: PairTrajectories, problem: MixtureProblem, solution: Solution) -> list[str]:
    """Say so if pairs that were left out for lack of memory may be rivals.

    In the fitted mixture they have at most `PairTrajectories.left_out` times the largest number of bytes, over the
    categories, that a unit of a pair's value is counted for. Below all thresholds they change nothing.
    """
    category = problem.category
    unit = problem.weights(solution.alpha) * problem.pairs_per_weight / trajectories.initial_pairs[category]
    value = trajectories.left_out * float((unit * trajectories.category_bytes[category]).max())
    if value <= solution.threshold[-1]:
        return []
    return [
        "for lack of memory, pairs of symbols are left out that could compete with the last merges: they occur up to "
        f"{value / max(float(solution.threshold[-1]), np.finfo(float).tiny):.1f} times as often as the last; give more "
        "--memory, or use fewer merges"
    ]


def set_aside(
    categories: tuple[str, ...], trajectories: PairTrajectories, coverage: Coverage | None
) -> list[str]:
    """Return notes on the categories that get no share whatever the order of the merges; refuse if few others remain.

    Raises:
        InferenceError: fewer than two categories remain.
    """
    ruled_out = np.zeros(len(categories), dtype=bool) if coverage is None else coverage.ruled_out
    mute = ~trajectories.merge_counts.any(axis=0) & ~ruled_out
    if int((~mute & ~ruled_out).sum()) < 2:
        first = categories[int(np.flatnonzero(mute | ruled_out)[0])]
        raise InferenceError(
            f"category {first!r} shares nothing with the tokenizer, and fewer than two categories remain: none of its "
            f"{len(trajectories.merge_counts):,} merges occurs in the sample; give text of the kind the tokenizer was "
            "trained on"
        )
    notes = []
    if mute.any():
        names = [categories[number] for number in np.flatnonzero(mute)]
        notes.append(f"set aside because none of the merges occurs in the sample: {', '.join(names)}")
    if coverage is not None:
        numbers = np.flatnonzero(ruled_out).tolist()
        scripts = sorted({coverage.script[number] for number in numbers})
        kinds = "script" if len(scripts) == 1 else "scripts"
        ordered = sorted(numbers, key=lambda number: coverage.script[number])
        if numbers:
            notes.append(
                f"ruled out because the tokenizer's alphabet lacks the {all_of(scripts)} {kinds}: "
                f"{', '.join(categories[number] for number in ordered)}"
            )
    return notes


def resampling_notes(counts: AnyCounts, resamples: int, resampled: Bootstrap) -> list[str]:
    """Return notes on which resamples and intervals are missing, and why."""
    notes = []
    done, empty = len(resampled), resampled.empty
    if done + empty < resamples:
        notes.append(f"interrupted: the intervals come from {done} of {resamples} resamples")
    if empty:
        notes.append(
            f"{empty} of {resamples} resamples contain none of the merges used and are left out: add text"
        )
    if done < FEWEST:
        return [
            *notes,
            f"no intervals from {done} resamples, too few to estimate the spread: use {FEWEST} or more",
        ]
    number = np.bincount(counts.block_category, minlength=len(counts.categories))
    few = [name for name, blocks_of in zip(counts.categories, number, strict=True) if blocks_of < FEWEST]
    if few:
        size = dict(zip(counts.categories, counts.category_bytes.tolist(), strict=True))
        named = [f"{name} ({size[name]:,} bytes)" for name in few[:NAMED]]
        more = [f"{len(few) - NAMED} more"] if len(few) > NAMED else []
        notes.append(
            f"no interval for {all_of([*named, *more])}: fewer than {FEWEST} blocks of documents are too few to "
            "estimate the spread; give more documents"
        )
    return notes


def layout_offered(tokenizer: Tokenizer, samples: Corpus | AnyCounts, fitted: Fitted) -> list[str]:
    """Return a note if code is a good part of the text and the merges show another layout than its samples have."""
    counts, alpha = fitted.counts, fitted.solution.alpha
    code = sum(
        share for group, share in zip(counts.groups, alpha.tolist(), strict=True) if group in ("code", "")
    )
    if not isinstance(samples, Corpus) or samples.layout != AS_IT_IS or code < CODE:
        return []
    layout = detect_layout(tokenizer)
    in_use = zip(samples.categories, counts.groups, alpha.tolist(), strict=True)
    if (
        layout == AS_IT_IS
        or not any(
            share >= PART and group in ("code", "") and layout.changed_lines(category.documents()) >= CHANGED
            for category, group, share in in_use
        )
        or not samples_differ(layout, tokenizer.merges, *_white_space(fitted, tokenizer.merges.space_sign))
    ):
        return []
    return [
        f"the merges look like text with {layout}: run again with --layout auto, which rewrites the samples to match, "
        "and keep that result if its disagreement is lower"
    ]


def _white_space(fitted: Fitted, sign: bytes) -> tuple[list[bytes], Floats]:
    """Return the pretokens with line ends, tabs or runs of spaces, and how often each occurs in the fitted mixture."""
    rate = fitted.solution.alpha / np.maximum(fitted.trajectories.initial_pairs, 1)
    found: list[bytes] = []
    weights = []
    for part in fitted.counts.parts():
        kept = [
            (number, pretoken)
            for number, pretoken in enumerate(part.pretokens())
            if len(pretoken) > 1 and (b"\n" in pretoken or b"\t" in pretoken or 2 * sign in pretoken)
        ]
        found += [pretoken for _, pretoken in kept]
        weights.append((part.counts @ rate[part.block_category])[[number for number, _ in kept]])
    return found, np.concatenate(weights)
