"""Files of experiments' rows: read with every value checked, since anyone may have written them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bpeinfer.errors import ResultFileError
from bpeinfer.files import reading, shown
from bpeinfer.limits import DEFAULT_LIMITS

__all__ = ["read_results"]

_LARGEST = 1e15  # no number in a row is larger


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and _is_number(value) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


_NEEDED: dict[str, Callable[[Any], bool]] = {
    "key": _is_text,
    "cell": _is_text,
    "trial": _is_count,
    "n": _is_count,
    "merges": _is_count,
    "form": _is_text,
    "sample_bytes": lambda value: value is None or _is_count(value),
    "omit": _is_count,
    "log10_mse": _is_number,
    "mean_absolute_error": _is_number,
    "uniform_log10_mse": _is_number,
    "absent": _is_number,
    "objective": _is_number,
    "omitted_share": _is_number,
    "sample_bytes_mean": _is_number,
    "train_bytes": _is_number,
    "train_seconds": _is_number,
    "seconds": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    "truth": _are_numbers,
    "estimate": _are_numbers,
}
_MAY_BE: dict[str, Callable[[Any], bool]] = {
    "rows": _is_count,
    "low": _are_numbers,
    "high": _are_numbers,
    "efficiency": _are_numbers,
    "tc_log10_mse": _is_number,
    "verdict": _is_text,
    "unexplained": _is_number,
}
_AS_LONG_AS_TRUTH = ("estimate", "low", "high", "efficiency")
_SETTING = ("key", "trial", "n", "merges", "form", "sample_bytes", "omit")


def read_results(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read the rows of result files, without duplicates and without a last line that a stopped run cut short.

    Raises:
        ResultFileError: a file cannot be read, or a line in it is not a row of results.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            try:
                row = json.loads(line)
                _check(row)
            except (ValueError, RecursionError) as error:
                raise ResultFileError(
                    f"{shown(path)}: line {number} is not a row of results ({error}); "
                    "give a file that `bpeinfer experiment run` wrote"
                ) from error
            rows.setdefault(tuple(row[name] for name in _SETTING), row)
    return list(rows.values())


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the complete lines of a file."""
    most = DEFAULT_LIMITS.result
    with reading(path, ResultFileError), path.open("rb") as stream:
        while (line := stream.readline(most)).endswith(b"\n"):
            yield line
    if len(line) == most:
        raise ResultFileError(
            f"{shown(path)}: a line has more than {most:,} bytes, too many for a row of results"
        )


def _check(row: Any) -> None:
    """Check every value of a row that is used.

    Raises:
        ValueError: a value is missing or of the wrong type.
    """
    if not isinstance(row, dict):
        raise ValueError(f"it is {type(row).__name__}, not an object")
    for name, fits in _NEEDED.items():
        if name not in row:
            raise ValueError(f"no {name!r}")
        if not fits(row[name]):
            raise ValueError(f"{name!r} is {_short(row[name])}")
    for name, fits in _MAY_BE.items():
        if name in row and not fits(row[name]):
            raise ValueError(f"{name!r} is {_short(row[name])}")
    for name in _AS_LONG_AS_TRUTH:
        if name in row and len(row[name]) != len(row["truth"]):
            raise ValueError(f"{name!r} has {len(row[name])} entries, 'truth' has {len(row['truth'])}")
    if ("low" in row) != ("high" in row):
        raise ValueError("only one end of its intervals")


def _short(value: Any) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a number that is too large"
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
