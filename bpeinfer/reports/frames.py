"""A result's shares as a data frame of pandas, polars or pyarrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bpeinfer.errors import InferenceError
from bpeinfer.extras import need

__all__ = ["Backend", "frame_of"]

Result = Mapping[str, Any]
Backend = Literal["pandas", "polars", "pyarrow"]

_ENDS = {
    "total_interval": ("total_low", "total_high"),
    "interval": ("sampling_low", "sampling_high"),
    "identified": ("least", "greatest"),
}
_EXTRAS = {"pandas": "notebooks", "polars": None, "pyarrow": "parquet"}


def frame_of(result: Result, *, groups: bool, languages: bool, backend: Backend) -> Any:
    """Return one row for each category, group or language of a result; see `EstimateViews.to_frame`.

    Raises:
        InferenceError: there are no groups or languages, both are wanted, or the backend is unknown.
        MissingExtraError: the backend is not installed.
    """
    if backend not in _EXTRAS:
        raise InferenceError(f"backend is {backend!r}, expected one of: {', '.join(_EXTRAS)}")
    library = need(backend, _EXTRAS[backend], "a data frame")
    entries = _entries(result, groups, languages)
    called = result["tokenizer"]["name"]
    rows = [{"name": entry["name"], "tokenizer": called} | _flat(entry) for entry in entries]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if backend == "pandas":
        frame = library.DataFrame(rows, columns=columns).set_index("name")
        ends = [
            name for name in columns if name.endswith(tuple(end for pair in _ENDS.values() for end in pair))
        ]
        return frame.astype(dict.fromkeys(ends, float))
    by_column = {name: [row.get(name) for row in rows] for name in columns}
    return library.DataFrame(by_column) if backend == "polars" else library.table(by_column)


def _entries(result: Result, groups: bool, languages: bool) -> list[Mapping[str, Any]]:
    """Return the entries that a frame has as rows."""
    if groups and languages:
        raise InferenceError("groups and languages are both wanted; a frame has rows of one kind")
    entries: list[Mapping[str, Any]] = list(
        result.get("groups" if groups else "languages" if languages else "categories", ())
    )
    if not entries:
        lacking = "no language of several categories" if languages else "no groups"
        raise InferenceError(f"the result has {lacking}: its samples name none")
    return entries


def _flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's values, those of inner objects as ``outer.inner``, and each interval's ends as two."""
    row: dict[str, Any] = {}
    for field, value in entry.items():
        if field in ("name", "jackknife"):
            continue
        if field in _ENDS:
            for unit in ("byte_share", "pair_share"):
                pair = (value or {}).get(unit) or (None, None)
                row |= {f"{unit}_{end}": part for end, part in zip(_ENDS[field], pair, strict=True)}
        elif isinstance(value, Mapping):
            row |= {f"{field}.{inner}": part for inner, part in value.items()}
        else:
            row[field] = value
    return row
