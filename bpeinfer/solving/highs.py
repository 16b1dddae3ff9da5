"""The only module that calls HiGHS: linear programs, with every status translated."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.errors import SolverError

__all__ = ["STATUSES", "Model", "silenced", "translate"]

Floats = NDArray[np.float64]

# What HiGHS may answer → (is there a usable optimum?, what it means here).
STATUSES: dict[str, tuple[bool, str]] = {
    "kOptimal": (True, "optimal"),
    "kTimeLimit": (False, "the time limit was reached"),
    "kIterationLimit": (False, "the iteration limit was reached"),
    "kInterrupt": (False, "the solve was interrupted"),
    "kInfeasible": (False, "no point satisfies the rows, which is impossible for these programs"),
    "kUnbounded": (False, "the objective has no lower bound, which is impossible for these programs"),
    "kUnboundedOrInfeasible": (
        False,
        "the program is unbounded or infeasible, which is impossible for these programs",
    ),
    "kObjectiveBound": (False, "an objective bound was reached that nobody set"),
    "kObjectiveTarget": (False, "an objective target was reached that nobody set"),
    "kSolutionLimit": (False, "a solution limit was reached that nobody set"),
    "kMemoryLimit": (False, "there was not enough memory"),
    "kModelEmpty": (False, "the program has no columns"),
    "kModelError": (False, "the program was malformed"),
    "kLoadError": (False, "the program could not be loaded"),
    "kPresolveError": (False, "presolve failed"),
    "kSolveError": (False, "the solver failed on numerical grounds"),
    "kPostsolveError": (False, "postsolve failed"),
    "kHighsInterrupt": (False, "the solve was interrupted"),
    "kNotset": (False, "the program was never solved"),
    "kUnknown": (False, "the solver cannot tell whether its answer is optimal"),
}


_descriptor_lock = threading.RLock()


@contextmanager
def silenced() -> Iterator[None]:
    """Discard what C code writes to standard output while the block runs.

    The constructor of highspy 1.16 prints a banner, bypassing Python's streams, before any option can be set; on
    standard output it would precede the JSON. What other threads print meanwhile is lost, too, so keep the block
    short. If standard output is closed, or no descriptor is left, the block just runs.
    """
    with _descriptor_lock, ExitStack() as closing:
        try:
            kept = os.dup(1)
            closing.callback(os.close, kept)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            closing.callback(os.close, nowhere)
        except OSError:
            yield
            return
        _flush_c_streams()
        os.dup2(nowhere, 1)
        try:
            yield
        finally:
            _flush_c_streams()
            os.dup2(kept, 1)


def _flush_c_streams() -> None:
    """Flush C's stdio buffers, if its library can be found (on Windows by its own name)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fflush(None)


def translate(name: str) -> tuple[bool, str]:
    """Return (usable, meaning) of a HiGHS model status by its name.

    >>> translate("kOptimal")
    (True, 'optimal')
    >>> translate("kNewInSomeVersion")
    (False, "HiGHS answered with a status this version does not know: 'kNewInSomeVersion'")
    """
    return STATUSES.get(name, (False, f"HiGHS answered with a status this version does not know: {name!r}"))


class Model:
    """A minimisation that grows by columns and rows between solves, which keep the basis.

    Deterministic: one thread, fixed seed. Matrix entries below 10⁻⁹ would be dropped by HiGHS, so callers scale
    their rows to around one.
    """

    def __init__(self) -> None:
        with silenced():
            self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
            # Presolve throws the basis of the last solve away: with it, one round of hundreds can take minutes.
            ("presolve", "off"),
        ):
            self._highs.setOptionValue(option, value)
        self.columns = 0
        self.rows = 0

    def add_columns(self, cost: Floats, lower: Floats, upper: Floats) -> NDArray[np.int64]:
        """Add columns and return their numbers."""
        count = len(cost)
        nothing = np.zeros(0, dtype=np.int32)
        self._highs.addCols(
            count, cost, lower, upper, 0, np.zeros(count, dtype=np.int32), nothing, np.zeros(0)
        )
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(self, matrix: sparse.csr_array, lower: Floats, upper: Floats) -> None:
        """Add rows lower ≤ matrix·x ≤ upper; `matrix` has one column for each column of the model."""
        matrix = sparse.csr_array(matrix)
        matrix.sum_duplicates()
        self._highs.addRows(
            matrix.shape[0],
            np.asarray(lower, dtype=np.float64),
            np.asarray(upper, dtype=np.float64),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )
        self.rows += matrix.shape[0]

    def set_cost(self, cost: Floats) -> None:
        """Replace the cost of all columns."""
        self._highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), cost)

    def minimise(self, deadline: float = np.inf) -> bool:
        """Solve; True if optimal, False if `deadline` (of `time.perf_counter`) came first.

        Raises:
            SolverError: any other status.
        """
        left = deadline - time.perf_counter()
        if left <= 0:
            return False
        # HiGHS counts all time spent in this model against its limit.
        limit = self._highs.getRunTime() + left if np.isfinite(left) else highspy.kHighsInf
        self._highs.setOptionValue("time_limit", limit)
        name = self._run()
        if name == "kNotset":
            # Another model in this process ran with more threads; HiGHS has one scheduler for all models.
            highspy.Highs.resetGlobalScheduler(True)
            name = self._run()
        usable, meaning = translate(name)
        if not usable and name != "kTimeLimit":
            raise SolverError(
                f"HiGHS stopped without an optimum: {meaning} "
                f"({self.rows} rows, {self.columns} columns); try --method interior-point"
            )
        return usable

    def _run(self) -> str:
        """Run the engine and return the name of the model's status."""
        self._highs.run()
        name: str = self._highs.getModelStatus().name
        return name

    @property
    def solution(self) -> Floats:
        """Value of each column after `minimise`."""
        return np.array(self._highs.getSolution().col_value)

    @property
    def objective(self) -> float:
        """Objective after `minimise`."""
        value: Any = self._highs.getInfo().objective_function_value
        return float(value)
