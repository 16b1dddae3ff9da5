"""A stored result: read back from its file, checked against the schema, with the views of an estimate."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bpeinfer.errors import ResultFileError
from bpeinfer.estimate_views import SCHEMA_VERSION, EstimateViews
from bpeinfer.files import read_file, read_up_to, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.near_names import did_you_mean_file
from bpeinfer.reports.document import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bpeinfer.diagnostics.verdict import Verdict

__all__ = ["StoredEstimate", "check_result", "is_result", "load_estimate", "result_schema"]

# Fields that results lacked before there was a schema version.
_UNKNOWN: dict[str, Any] = {"repository": None, "file": "", "files": {}, "merges_sha256": None}


@dataclass(frozen=True, repr=False)
class StoredEstimate(EstimateViews):
    """A result that was read from a file: the views of a `MixtureEstimate` and its stored attributes.

    Arrays and names of categories are in the file's order, largest byte share first.

    Attributes:
        result: the plain data, as `to_dict` returned them.
    """

    result: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the plain data."""
        return dict(self.result)

    def named(self, name: str) -> StoredEstimate:
        """Return the same result under another name of the tokenizer."""
        return StoredEstimate({**self.result, "tokenizer": {**self.tokenizer, "name": name}})

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
    def tokenizer(self) -> Mapping[str, Any]:
        """The tokenizer's source, format, number of merges and hashes."""
        tokenizer: Mapping[str, Any] = self.result["tokenizer"]
        return tokenizer

    @property
    def categories(self) -> tuple[str, ...]:
        """The n category names, largest byte share first."""
        return tuple(entry["name"] for entry in self.result["categories"])

    @property
    def groups(self) -> tuple[str, ...]:
        """The group of each category, "" if it has none."""
        return tuple(entry["group"] or "" for entry in self.result["categories"])

    @property
    def titles(self) -> tuple[str, ...]:
        """What text each category's sample is, "" if not stated."""
        return tuple(entry["title"] or "" for entry in self.result["categories"])

    @property
    def byte_shares(self) -> NDArray[np.float64]:
        """float64[n], share of the training text's bytes."""
        return self._of_each("byte_share", "float64")

    @property
    def pair_shares(self) -> NDArray[np.float64]:
        """float64[n], share of the training text's initial pairs (the paper's α)."""
        return self._of_each("pair_share", "float64")

    @property
    def sample_bytes(self) -> NDArray[np.int64]:
        """int64[n], UTF-8 bytes of each category's sample."""
        return self._of_each("sample_bytes", "int64")

    @property
    def first_merge(self) -> int:
        """The first merge that was used."""
        return int(self.result["first_merge"])

    @property
    def merges(self) -> int:
        """The merge before which the run ended."""
        return int(self.result["merges"])

    @property
    def merges_used(self) -> int:
        """How many of these merges occur in the samples."""
        return int(self.result["merges_used"])

    @property
    def merges_absent(self) -> int:
        """How many of these merges do not."""
        return int(self.result["merges_absent"])

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
    def advice(self) -> str:
        """What to do with the shares."""
        return str(self.result["fit"]["advice"])

    @property
    def vague(self) -> tuple[str, ...]:
        """Categories whose own total intervals say little, largest share first; none in results without the field."""
        return tuple(self.result.get("vague", ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know about how the estimate was made."""
        return tuple(self.result["notes"])

    @property
    def provenance(self) -> Mapping[str, Any] | None:
        """Versions, date, options and samples; None in results written before these were stored."""
        provenance: Mapping[str, Any] | None = self.result["provenance"]
        return provenance

    def _of_each(self, field: str, kind: str) -> NDArray[Any]:
        import numpy as np  # not needed to show a stored result, and takes a moment to load

        return np.array([entry[field] for entry in self.result["categories"]], dtype=kind)


def load_estimate(
    path: str | os.PathLike[str], *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> StoredEstimate:
    """Read a result that `MixtureEstimate.save` or ``bpeinfer infer --output`` wrote.

    Args:
        path: the file.
        name: what reports call the tokenizer (default: as stored).
        limits: how large it may be.

    Raises:
        ResultFileError: it does not exist, is not a result, or is of a version that cannot be read; the message says
            which.
    """
    file = Path(path)
    if not os.path.exists(file):
        raise ResultFileError(
            f"{shown(file)}: no such file; write one with bpeinfer infer --output {shown(file)}"
            + did_you_mean_file(file)
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
    stored = StoredEstimate(check_result(read, shown(file)))
    return stored if name is None else stored.named(name)


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
        called = {"name": read["tokenizer"].get("source")}
        unnamed = {
            "schema_version": 0,
            "provenance": None,
            "tokenizer": called | _UNKNOWN | read["tokenizer"],
        }
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
