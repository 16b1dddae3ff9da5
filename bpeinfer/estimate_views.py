"""A result's views: what can be made of its plain data, whether it was just inferred or read from a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpeinfer.errors import InferenceError
from bpeinfer.files import write_file
from bpeinfer.near_names import there_are
from bpeinfer.reports.as_json import as_json
from bpeinfer.reports.document import Document
from bpeinfer.reports.estimate_page import estimate_as_html, estimate_as_text, in_short
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.frames import Backend, frame_of
from bpeinfer.reports.pictures import draw_drift, draw_evidence, draw_groups, draw_shares
from bpeinfer.reports.units import shares_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["SCHEMA_VERSION", "EstimateViews"]

SCHEMA_VERSION = 1
"""Of `MixtureEstimate.to_dict` and ``infer --json``; raised when a field is removed or changes its meaning."""


@dataclass(frozen=True, repr=False)
class Explanation(Reportable):
    """What pins a share down, as a report."""

    document: Document

    def report(self) -> Document:
        """Return the report as blocks of text and tables."""
        return self.document

    def __repr__(self) -> str:
        return f"Explanation({self.document.title!r})"


class EstimateViews(Reportable):
    """The views of a result's plain data, whether just inferred or read from a file."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON (the same as ``bpeinfer infer --json``)."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result as JSON, for `load_estimate` and ``bpeinfer report``.

        Raises:
            OutputError: it cannot be written.
        """
        write_file(Path(path), as_json(self.to_dict()).encode() + b"\n")

    def report(self) -> Document:
        """Return the report as blocks of text, tables and pictures."""
        return estimate_document(self.to_dict())

    def shares_in(self, unit: str) -> dict[str, float]:
        """Return the share of each group and category in bytes, characters, pairs, pretokens or texts, from 0 to 1.

        A category's text is taken to have as many of the unit to a pair as its sample; texts by the mean size of the
        sample's documents.

        Raises:
            InferenceError: no such unit, or one that is not known of the samples.
        """
        return shares_in(self.to_dict(), unit)

    def explain(self, name: str, *, top: int = 10) -> Explanation:
        """Return what pins down the share of a category or a group, to print or to write (``bpeinfer explain``).

        Raises:
            InferenceError: there is no such category or group.
        """
        result = self.to_dict()
        names = [entry["name"] for field in ("groups", "categories") for entry in result[field]]
        if name not in names:
            raise InferenceError(f"no category or group {name!r}{there_are(name, names)}")
        return Explanation(evidence_document(result, name, top))

    def plot(self, ax: Axes | None = None, *, top: int = 15, force: bool = False) -> Axes:
        """Draw the largest categories' shares of bytes with their intervals, see `bpeinfer.reports.pictures`."""
        return draw_shares(self.to_dict(), ax, top=top, force=force)

    def plot_groups(self, ax: Axes | None = None, *, force: bool = False) -> Axes:
        """Draw the groups' shares of bytes with their intervals."""
        return draw_groups(self.to_dict(), ax, force=force)

    def plot_drift(self, ax: Axes | None = None, *, top: int = 6, force: bool = False) -> Axes:
        """Draw the shares from each window of merges alone (``infer(..., windows=4)``)."""
        return draw_drift(self.to_dict(), ax, top=top, force=force)

    def plot_evidence(self, category: str, ax: Axes | None = None, *, top: int = 15) -> Axes:
        """Draw the comparisons that pull a category's share up and down."""
        return draw_evidence(self.to_dict(), category, ax, top=top)

    def to_frame(self, *, groups: bool = False, languages: bool = False, backend: Backend = "pandas") -> Any:
        """Return the categories as a data frame, one row each, largest byte share first; shares are from 0 to 1.

        Columns ``byte_share_total_low`` and ``_total_high`` are the total interval's ends, ``_sampling_low`` and
        ``_sampling_high`` the sampling interval's, ``_least`` and ``_greatest`` the identified range's, all also for
        ``pair_share``; missing where an interval cannot be told. Column ``tokenizer`` is the same in all rows, so that
        frames can be combined.

        Args:
            groups: the groups in place of the categories.
            languages: the sums over languages of which there are several categories (``pt*``: ``pt`` and ``pt-br``) in
                place of the categories.
            backend: whose frame: "pandas" (indexed by name), "polars" or "pyarrow" (with a column ``name``).

        Raises:
            InferenceError: there are no groups or languages, both are wanted, or no such backend.
            MissingExtraError: the backend is not installed.
        """
        return frame_of(self.to_dict(), groups=groups, languages=languages, backend=backend)

    def __str__(self) -> str:
        return estimate_as_text(self.to_dict())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({in_short(self.to_dict())})"

    def _repr_html_(self) -> str:
        return estimate_as_html(self.to_dict())
