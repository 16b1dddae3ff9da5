"""The arguments of `infer`, and their checks before the work begins: amounts, limits and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.simplest import SLACK
from bpeinfer.errors import InferenceError
from bpeinfer.solving import METHODS, Form, Normalization

__all__ = [
    "DEFAULT_MERGES",
    "InferenceOptions",
    "check_amounts",
    "check_names",
    "checked_range",
    "names_of",
    "notes_of",
    "titles_of",
]

DEFAULT_MERGES = 10_000
"""Merges used by default, counted from the first one used. Later ones are rare in samples of a few megabytes and add
work, not accuracy (benchmarks/RESULTS.md, "Merges used")."""


def names_of(samples: Corpus | AnyCounts) -> Sequence[str]:
    """Return the names of the categories."""
    return samples.names if isinstance(samples, Corpus) else samples.categories


def titles_of(samples: Corpus | AnyCounts) -> tuple[str, ...]:
    """Return what each category is, in words; empty if the samples do not say."""
    return samples.titles if isinstance(samples, Corpus) else ("",) * len(samples.categories)


def notes_of(samples: Corpus | AnyCounts) -> tuple[str, ...]:
    """Return what a reader of a result should know about the samples."""
    return samples.notes if isinstance(samples, Corpus) else ()


def check_names(names: Sequence[str]) -> None:
    """Raise InferenceError if there are fewer than two categories."""
    if len(names) < 2:
        raise InferenceError(
            f"a mixture needs at least two categories, found {len(names)} "
            f"({', '.join(names) or 'none'}); add samples of another kind of text"
        )


@dataclass(frozen=True, kw_only=True)
class InferenceOptions:
    """The arguments of `infer` that affect its result; `infer` describes them."""

    merges: int | None
    first_merge: int | Literal["auto"]
    form: Form
    normalization: Normalization
    method: str
    tolerance: float
    time_limit: float | None
    baselines: Sequence[str]
    resamples: int
    identified: float | None
    jackknife: int
    windows: int
    sensitivity: bool
    simplest: float | None
    rule_out: bool
    ask_others: bool
    seed: int

    def check(self) -> None:
        """Raise InferenceError for an amount out of range; ranks are checked against the list later."""
        first_merge = None if self.first_merge == "auto" else self.first_merge
        check_amounts(None, merges=self.merges, first_merge=first_merge)
        check_amounts(
            0, resamples=self.resamples, jackknife=self.jackknife, windows=self.windows, seed=self.seed
        )
        if not 0 < self.tolerance < 1:  # written so that NaN is refused, too
            raise InferenceError(
                f"tolerance is {self.tolerance:g}, expected a number between 0 and 1, such as 1e-6"
            )
        if self.time_limit is not None and not self.time_limit >= 0:
            raise InferenceError(f"time limit is {self.time_limit:g} seconds, expected 0 or more")
        if self.identified is not None and not 0 <= self.identified <= 1:
            raise InferenceError(f"identified is {self.identified:g}, expected a share from 0 to 1")
        if self.simplest is not None and not 0 <= self.simplest <= 1:
            raise InferenceError(
                f"simplest is {self.simplest:g}, expected a rise from 0 to 1, such as {SLACK}"
            )
        self._check_form()

    def _check_form(self) -> None:
        ranges = self.resamples or self.jackknife or self.windows or self.sensitivity
        if (ranges or self.identified is not None) and self.form not in METHODS["interior-point"]:
            raise InferenceError(
                f"form {self.form!r} has no intervals: set resamples=0, identified=None, jackknife=0, windows=0, "
                "sensitivity=False"
            )


def check_amounts(least: int | None, **amounts: object) -> None:
    """Raise InferenceError for an amount that is not a whole number or is too small; None is no amount."""
    for name, amount in amounts.items():
        if amount is None:
            continue
        if isinstance(amount, bool) or not isinstance(amount, int | np.integer):
            raise InferenceError(f"{name} is {amount!r}, expected a whole number")
        if least is not None and amount < least:
            raise InferenceError(f"{name} is {amount}, expected {least} or more")


def checked_range(length: int, merges: int | None, first_merge: int) -> int:
    """Return the end of the requested range of merges, at most the end of the list.

    Raises:
        InferenceError: the range is empty.
    """
    last = min(length, first_merge + DEFAULT_MERGES if merges is None else merges)
    if last < 1:
        raise InferenceError(f"merges is {merges}, expected 1 or more (the tokenizer has {length})")
    if not 0 <= first_merge < last:
        raise InferenceError(f"first_merge is {first_merge}, expected 0 to {last - 1} (merges used: {last})")
    return last
