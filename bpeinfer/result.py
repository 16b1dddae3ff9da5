"""A result as plain data: the views that an estimate and a stored result share, and reading it back from a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bpeinfer.errors import InferenceError, ResultFileError
from bpeinfer.files import read_file, read_up_to, shown, write_file
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.reports.as_json import as_json
from bpeinfer.reports.document import Document, visible
from bpeinfer.reports.estimate import estimate_as_html, estimate_as_text, in_short
from bpeinfer.reports.estimate_document import estimate_document
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.frames import Backend, frame_of
from bpeinfer.reports.pictures import draw_drift, draw_evidence, draw_groups, draw_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bpeinfer.diagnostics.verdict import Verdict

__all__ = [
    "SCHEMA_VERSION",
    "EstimateViews",
    "StoredEstimate",
    "check_result",
    "is_result",
    "load_estimate",
    "result_schema",
]

SCHEMA_VERSION = 1
"""Of `MixtureEstimate.to_dict` and ``infer --json``; raised when a field is removed or changes its meaning."""

# Fields that results lacked before there was a schema version.
_UNKNOWN: dict[str, Any] = {"name": "", "repository": None, "file": "", "files": {}, "merges_sha256": None}


@dataclass(frozen=True, repr=False)
class Explanation(Reportable):
    """What pins a share down, as a report."""

    document: Document

    def report(self) -> Document:
        """Return the report as blocks of text and tables."""
        return self.document


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

    def explain(self, name: str, *, limit: int = 10) -> Explanation:
        """Return what pins down the share of a category or a group, to print or to write (``bpeinfer explain``).

        Raises:
            InferenceError: there is no such category or group.
        """
        result = self.to_dict()
        names = [entry["name"] for field in ("groups", "categories") for entry in result[field]]
        if name not in names:
            raise InferenceError(f"no category or group {name!r}; there are: {', '.join(names)}")
        return Explanation(evidence_document(result, name, limit))

    def plot(self, ax: Axes | None = None, *, limit: int = 15, force: bool = False) -> Axes:
        """Draw the largest categories' shares of bytes with their intervals, see `bpeinfer.reports.pictures`."""
        return draw_shares(self.to_dict(), ax, limit=limit, force=force)

    def plot_groups(self, ax: Axes | None = None, *, force: bool = False) -> Axes:
        """Draw the groups' shares of bytes with their intervals."""
        return draw_groups(self.to_dict(), ax, force=force)

    def plot_drift(self, ax: Axes | None = None, *, limit: int = 6, force: bool = False) -> Axes:
        """Draw the shares from each window of merges alone (``infer(..., windows=4)``)."""
        return draw_drift(self.to_dict(), ax, limit=limit, force=force)

    def plot_evidence(self, category: str, ax: Axes | None = None, *, limit: int = 15) -> Axes:
        """Draw the comparisons that pull a category's share up and down."""
        return draw_evidence(self.to_dict(), category, ax, limit=limit)

    def to_frame(self, *, groups: bool = False, backend: Backend = "pandas") -> Any:
        """Return the categories as a data frame, one row each, largest byte share first; shares are from 0 to 1.

        Columns ``byte_share_total_low`` and ``_total_high`` are the total interval's ends, ``_low`` and ``_high`` the
        sampling interval's, ``_least`` and ``_greatest`` the identified range's, all also for ``pair_share``; missing
        where an interval cannot be told. Column ``tokenizer`` is the same in all rows, so that frames can be combined.

        Args:
            groups: the groups in place of the categories.
            backend: whose frame: "pandas" (indexed by name), "polars" or "pyarrow" (with a column ``name``).

        Raises:
            InferenceError: there are no groups, or no such backend.
            MissingExtraError: the backend is not installed.
        """
        return frame_of(self.to_dict(), groups=groups, backend=backend)

    def __str__(self) -> str:
        return estimate_as_text(self.to_dict())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({in_short(self.to_dict())})"

    def _repr_html_(self) -> str:
        return estimate_as_html(self.to_dict())


@dataclass(frozen=True, repr=False)
class StoredEstimate(EstimateViews):
    """A result that was read from a file: the views of a `MixtureEstimate`, without its arrays.

    Attributes:
        result: the plain data, as `to_dict` returned them.
    """

    result: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the plain data."""
        return dict(self.result)

    @property
    def proportions(self) -> dict[str, float]:
        """Byte share of each category, by name, largest first."""
        return {entry["name"]: entry["byte_share"] for entry in self.result["categories"]}

    @property
    def group_shares(self) -> dict[str, dict[str, float]]:
        """Byte and pair shares summed over each group, largest first."""
        return {
            group["name"]: {unit: group[unit] for unit in ("byte_share", "pair_share")}
            for group in self.result["groups"]
        }

    @property
    def withheld(self) -> str | None:
        """Why reports show no shares, None if they do."""
        reason: str | None = self.result["withheld"]
        return reason

    @property
    def verdict(self) -> Verdict:
        """How far to trust the shares."""
        from bpeinfer.diagnostics.verdict import (
            Verdict,
        )  # whose imports take longer than showing a stored result

        return Verdict(self.result["verdict"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know about how the estimate was made."""
        return tuple(self.result["notes"])

    @property
    def provenance(self) -> Mapping[str, Any] | None:
        """Versions, date, options and samples; None in results written before these were stored."""
        provenance: Mapping[str, Any] | None = self.result["provenance"]
        return provenance


def load_estimate(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> StoredEstimate:
    """Read a result that `MixtureEstimate.save` or ``bpeinfer infer --output`` wrote.

    Args:
        path: the file.
        limits: how large it may be.

    Raises:
        ResultFileError: it does not exist, is not a result, or is of a version that cannot be read; the message says
            which.
    """
    file = Path(path)
    if not os.path.exists(file):
        raise ResultFileError(
            f"{shown(file)}: no such file; write one with bpeinfer infer --output {shown(file)}"
        )
    data = read_file(
        file, limits.result, refusal=ResultFileError, too_large="too large for a result of bpeinfer infer"
    )
    try:
        read = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ResultFileError(
            f"{shown(file)}: not JSON ({error}); expected a result of bpeinfer infer"
        ) from None
    return StoredEstimate(check_result(read, shown(file)))


def is_result(path: str | os.PathLike[str]) -> bool:
    """Return whether a file looks like a result, damaged or not, rather than like a tokenizer."""
    if not os.path.isfile(path):
        return False
    with Path(path).open("rb") as stream:
        data = read_up_to(stream, DEFAULT_LIMITS.result)
    return data.lstrip()[:1] == b"{" and b'"certificate"' in data and b'"not_in_categories"' in data


def check_result(read: Any, name: str) -> dict[str, Any]:
    """Return plain data of a result in the current version, after checking them against the schema.

    Raises:
        ResultFileError: they are not a result, damaged, or of a version that cannot be read.
    """
    if not isinstance(read, dict) or not {"categories", "tokenizer"} <= read.keys():
        raise ResultFileError(f"{name}: not a result of bpeinfer infer; write one with infer --output")
    version = read.get("schema_version", 0)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise ResultFileError(
            f"{name}: its schema version is {version}, this bpeinfer reads up to {SCHEMA_VERSION}; upgrade bpeinfer"
        )
    if version == 0 and isinstance(read["tokenizer"], dict):
        unnamed = {"schema_version": 0, "provenance": None, "tokenizer": _UNKNOWN | read["tokenizer"]}
        read = read | unnamed
    try:
        _check()(read)
    except ValueError as error:  # fastjsonschema's error is one
        why = getattr(error, "message", str(error)).removeprefix("data.").removeprefix("data ")
        older = " (written before results had a schema version: run infer again)" if version == 0 else ""
        raise ResultFileError(
            f"{name}: not a result of bpeinfer infer: {visible(why[:300])}{older}"
        ) from None
    return dict(read)


def result_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 7) of a result."""
    schema: dict[str, Any] = json.loads(
        files("bpeinfer.reports").joinpath("result.schema.json").read_text("utf-8")
    )
    return schema


@cache
def _check() -> Callable[[Any], Any]:
    import fastjsonschema  # not needed to infer, and takes a moment to load

    compiled: Callable[[Any], Any] = fastjsonschema.compile(_open(result_schema()))
    return compiled


def _open(schema: Any) -> Any:
    """Allow objects to have unknown fields, which a later version may have added."""
    if isinstance(schema, dict):
        return {
            key: _open(inner)
            for key, inner in schema.items()
            if (key, inner) != ("additionalProperties", False)
        }
    return [_open(inner) for inner in schema] if isinstance(schema, list) else schema


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
