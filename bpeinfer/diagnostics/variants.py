"""Variants of one language that can take each other's place: only their sum is known.

Where samples and training text differ in register, the split between Portuguese of Portugal and of Brazil follows from
which sample happens to have the registers of the training text, and has little to do with the variant. It shows when
each of them, without the others, explains the list about as well as all of them do: the objective rises by no more
than the rule on own merges allows for a change of register.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.ruled_out import PRICE
from bpeinfer.diagnostics.small_fits import NEGLIGIBLE, SmallFits

__all__ = ["find_variants"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Least pair share of a language whose variants are compared, and most variants that are: each takes a fit.
SMALLEST, MOST = 5e-3, 4


def find_variants(
    fitted: Fitted, shares: Floats, sets: Longs, groups: Sequence[str], deadline: float = np.inf
) -> tuple[tuple[int, ...], ...]:
    """Return the sets of categories each of which could have the shares of all, largest share first.

    Args:
        fitted: the estimate from all categories, also from those that were left out later.
        shares: float64[n], the pair shares in the end.
        sets: int64[n], the language of each category (`languages.relatives`).
        groups: the group of each category. Registers of the one language of a group are not compared: the group is
            their sum.
        deadline: when no more fits are made, on the clock of `time.perf_counter`.

    Raises:
        OutOfTimeError: the deadline came first.
    """
    small = SmallFits(fitted, deadline)
    least = small.objective(shares)
    if not least > 0:
        return ()
    of_columns = fitted.problem.category
    found = []
    for number in np.flatnonzero(np.bincount(sets, weights=shares) >= SMALLEST).tolist():
        members = np.flatnonzero(sets[of_columns] == number)
        if not 2 <= len(members) <= MOST or _is_a_group(sets == number, np.array(groups)):
            continue
        others = np.flatnonzero((shares[of_columns] > NEGLIGIBLE) & (sets[of_columns] != number))
        whole = float(shares[of_columns[members]].sum())
        stand_in = []
        for member in members.tolist():
            moved = whole - float(shares[of_columns[member]])
            begin = shares.copy()
            begin[of_columns[member]] = whole
            if (
                moved <= NEGLIGIBLE
                or small.fit(np.sort(np.append(others, member)), begin)[1] <= (1 + PRICE * moved) * least
            ):
                stand_in.append(int(of_columns[member]))
        if len(stand_in) > 1:
            found.append(tuple(sorted(stand_in, key=lambda category: -shares[category])))
    return tuple(found)


def _is_a_group(members: NDArray[np.bool_], groups: NDArray[np.str_]) -> bool:
    """Say whether categories are all those of their group, bool[n] and str[n]."""
    return bool(np.array_equal(members, groups == groups[members][0]))
