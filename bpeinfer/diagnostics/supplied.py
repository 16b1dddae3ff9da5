"""The merges that a category or a group alone supplies: what a reader can look up in the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.token_text import token_text

__all__ = ["Supplied", "supplied_alone"]

Floats = NDArray[np.float64]

ALONE = 0.8
"""Part of a merge's amount in the fitted mixture from which a category is said to supply it alone."""

EXAMPLES = 20

READABLE = 3
"""Characters from which a token is likely to be a word, or a part of one, that means something to a reader."""


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """Merges that come almost only from one category or group.

    Attributes:
        merges: how many of the merges used do so in the fitted mixture.
        mass: their part of the amount of all merges used in the fitted mixture, from 0 to 1.
        in_sample: how many would if all categories had equal weight: the merges that are the sample's own.
        examples: some of `merges` (if none, of `in_sample`): rank, token, the part of its amount that comes from here.
    """

    merges: int
    mass: float
    in_sample: int
    examples: tuple[tuple[int, bytes, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "merges": self.merges,
            "mass": self.mass,
            "in_sample": self.in_sample,
            "examples": [
                {"rank": rank, "token": token_text(token), "part": part}
                for rank, token, part in self.examples
            ],
        }


def supplied_alone(fitted: Fitted, sets: Mapping[str, NDArray[np.bool_]]) -> dict[str, Supplied]:
    """Return what each set of categories supplies alone.

    Args:
        fitted: the estimate.
        sets: by name, bool[n], the categories of the set.
    """
    problem, merges = fitted.problem, fitted.trajectories.merges
    fitted_amounts = problem.merge_shares * problem.weights(fitted.solution.alpha)
    found = {}
    sums = fitted_amounts.sum(axis=1), problem.merge_shares.sum(axis=1)
    for name, members in sets.items():
        columns = members[problem.category]
        # A merge that no category with weight contains is supplied by none.
        parts, in_sample = (
            np.divide(amounts[:, columns].sum(axis=1), whole, out=np.zeros(len(whole)), where=whole > 0)
            for amounts, whole in zip((fitted_amounts, problem.merge_shares), sums, strict=True)
        )
        alone, own = np.flatnonzero(parts >= ALONE), np.flatnonzero(in_sample >= ALONE)
        rows, shown = (alone, parts) if len(alone) else (own, in_sample)
        tokens = [merges.symbols[merges.product[rank]] for rank in problem.step[rows].tolist()]
        short = np.array(
            [len(token.decode("utf-8", "replace").strip()) < READABLE for token in tokens], dtype=bool
        )
        # Words first, then what is too short to be one; both in the list's order.
        rows = rows[np.argsort(short, kind="stable")][:EXAMPLES]
        found[name] = Supplied(
            merges=len(alone),
            mass=float(sums[0][alone].sum() / sums[0].sum()),
            in_sample=len(own),
            examples=tuple(
                (rank, merges.symbols[merges.product[rank]], float(part))
                for rank, part in zip(problem.step[rows].tolist(), shown[rows].tolist(), strict=True)
            ),
        )
    return found
