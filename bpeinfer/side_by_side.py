"""Results side by side: `table` of many, `compare` of two."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bpeinfer.errors import InferenceError
from bpeinfer.estimate_views import EstimateViews
from bpeinfer.extras import need
from bpeinfer.near_names import there_are
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.numbers import entries_of
from bpeinfer.reports.table_of_results import Unit, differences_document, table_document, what_differs
from bpeinfer.stored_estimate import StoredEstimate, load_estimate

if TYPE_CHECKING:
    import pandas

GivenResult = EstimateViews | str | os.PathLike[str]

__all__ = ["ResultComparison", "ResultTable", "compare_results", "table"]


@dataclass(frozen=True, repr=False)
class ResultTable(Reportable):
    """Results side by side, one row each.

    Attributes:
        results: the estimates, in order.
        unit: of the shares that are shown.
        columns: groups or categories to show, () for the default ones.
    """

    results: tuple[EstimateViews, ...]
    unit: Unit = "bytes"
    columns: tuple[str, ...] = ()

    def report(self) -> Document:
        """Return the table and what keeps its rows from being comparable."""
        return table_document([result.to_dict() for result in self.results], self.unit, self.columns)

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas data frame, one row for each group and category of each tokenizer; shares are from 0 to 1.

        Raises:
            MissingExtraError: pandas is not installed (extra ``notebooks``).
        """
        frame: pandas.DataFrame = need("pandas", "notebooks", "a data frame").DataFrame(self.report().records)
        return frame

    def __repr__(self) -> str:
        return f"ResultTable({len(self.results)} results)"


@dataclass(frozen=True, repr=False)
class ResultComparison(Reportable):
    """Two results and their differences, second minus first."""

    first: EstimateViews
    second: EstimateViews
    unit: Unit = "bytes"

    @property
    def differing(self) -> tuple[str, ...]:
        """What keeps the two from being comparable: other samples, options or versions."""
        return tuple(what_differs((self.first.to_dict(), self.second.to_dict())))

    def report(self) -> Document:
        """Return the differences with their intervals."""
        return differences_document(self.first.to_dict(), self.second.to_dict(), self.unit)

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas data frame, one row for each group and category of both; shares are from 0 to 1.

        Raises:
            MissingExtraError: pandas is not installed (extra ``notebooks``).
        """
        frame: pandas.DataFrame = need("pandas", "notebooks", "a data frame").DataFrame(self.report().records)
        return frame

    def __repr__(self) -> str:
        return f"ResultComparison({self.first!r}, {self.second!r})"


def _as_results(given: Iterable[GivenResult]) -> tuple[EstimateViews, ...]:
    """Return results; those of one tokenizer that are given as files are called as the files are."""
    listed = list(given)
    results = list(map(_as_result, listed))
    tokenizers = [result.to_dict()["tokenizer"] for result in results]
    called = [(tokenizer["name"], tokenizer["source"]) for tokenizer in tokenizers]
    return tuple(
        result.named(Path(one).stem)
        if isinstance(result, StoredEstimate)
        and isinstance(one, str | os.PathLike)
        and called.count(name) > 1
        else result
        for one, result, name in zip(listed, results, called, strict=True)
    )


def _as_result(given: GivenResult) -> EstimateViews:
    """Return a result; a path is read.

    Raises:
        InferenceError: it is neither a result nor a path.
        ResultFileError: there is no result at the path.
    """
    if isinstance(given, EstimateViews):
        return given
    if isinstance(given, str | os.PathLike):
        return load_estimate(given)
    raise InferenceError(
        f"a result is of type {type(given).__name__}, expected what bi.infer or bi.load_estimate returns, or a path"
    )


def table(
    results: Iterable[GivenResult], *, unit: Unit = "bytes", columns: Iterable[str] = ()
) -> ResultTable:
    """Put results side by side: estimates, stored ones, or the paths of such.

    Args:
        results: what to show, one row each.
        unit: bytes or pairs.
        columns: groups or categories to show (none: all groups, or the largest categories if there are no groups).

    Raises:
        InferenceError: there is nothing to show, a column that no result has, or something that is no result.
        ResultFileError: there is no result at a path.
    """
    if isinstance(results, str) or not isinstance(results, Iterable):
        raise InferenceError(f"results are of type {type(results).__name__}, expected a list of results")
    made = ResultTable(_as_results(results), unit, tuple(columns))
    if not made.results:
        raise InferenceError("a table needs at least one result")
    if made.columns:
        plain = [result.to_dict() for result in made.results]
        known = {name for result in plain for name in entries_of(result)}
        for name in made.columns:
            if name not in known:
                raise InferenceError(
                    f"no group, language or category {name!r} in any result{there_are(name, sorted(known))}"
                )
    return made


def compare_results(first: GivenResult, second: GivenResult, *, unit: Unit = "bytes") -> ResultComparison:
    """Compare two results: the differences of their shares, with intervals, and whether they can be compared.

    The intervals take the errors of the two as independent, which is conservative if both used the same samples.

    Raises:
        InferenceError: one of them is neither a result nor the path of one.
        ResultFileError: there is no result at a path.
    """
    one, other = _as_results((first, second))
    return ResultComparison(one, other, unit)
