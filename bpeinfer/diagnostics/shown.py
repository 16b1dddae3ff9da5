"""What reports know of the diagnostics, apart from these: whoever shows a page need not load SciPy and the solver."""

from __future__ import annotations

__all__ = ["EXACT_MISFIT", "FEWEST", "SAY_LITTLE"]

EXACT_MISFIT = 1e-9
"""Misfit below which the list is reproduced exactly: what is left is rounding."""
FEWEST = 10
"""Fewest resamples, and fewest blocks of each category, from which the spread, and so an interval, is estimated."""
SAY_LITTLE = "the interval of each alone says little"
"""Why categories of one group are given as a sum, see `find_indistinguishable`."""
