"""Would it show if a kind of text were missing from the samples?

Too little misfit proves something only if a missing kind would have caused more. Languages have merges of their own:
without its samples, most of what a language brought to the list lacks support. Kinds of code have hardly any: the
other kinds stand in for a missing one, their shares are off by what it had, and the fit is as good as before. Which of
the two holds can be seen from the categories that are there: the merges that one of them alone supplies are those that
would lack support without it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.supplied import ALONE
from bpeinfer.solving import MixtureProblem

__all__ = ["MISSED", "share_that_would_show"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MISSED = 0.1
"""Share of the text whose absence from the samples is to be noticed."""


def share_that_would_show(
    problem: MixtureProblem, pair_shares: Floats, threshold: Floats, sets: Longs, noticed: float
) -> float:
    """Return the part of the text, from 0 to 1, that is of kinds whose absence from the samples would be noticed.

    Kinds of less than 5 % are left aside, as long as there are others: with a tenth they would have more merges of
    their own than they have.

    Args:
        problem: of the estimate.
        pair_shares: float64[n], the estimate.
        threshold: float64[R], the fitted thresholds.
        sets: int64[n], the kind of each category (`languages.relatives`): registers of a language are one kind.
        noticed: the part of the thresholds' mass without support from which something is taken to be missing.
    """
    amounts = problem.merge_shares * problem.weights(pair_shares)
    whole = np.maximum(amounts.sum(axis=1), threshold)
    kinds = sets[problem.category]
    shares = np.bincount(sets, weights=pair_shares)
    shown = 0.0
    large = np.flatnonzero(shares >= min(MISSED / 2, shares.max()))
    for kind in large.tolist():
        alone = amounts[:, kinds == kind].sum(axis=1) >= ALONE * whole
        if MISSED * float(threshold[alone].sum()) >= noticed * shares[kind] * float(threshold.sum()):
            shown += float(shares[kind])
    return shown / float(shares[large].sum())
