"""Rows of results → one line for each cell and setting: means, spreads, baselines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bpeinfer.baselines import efficiency_exponent, shares_by_efficiency
from bpeinfer.experiments.trial import log10_mse

__all__ = ["Summary", "summarise"]

Row = Mapping[str, Any]
SETTING = ("key", "n", "merges", "form", "sample_bytes", "omit")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The trials of one cell with one setting.

    Attributes:
        cell, n, merges, form, omit: what the trials have in common.
        sample_bytes: limit on the bytes of each category's sample, None for no limit.
        sample_bytes_mean: bytes of the samples, mean over categories and trials.
        train_bytes: bytes of training text, mean over trials.
        trials: how many.
        mean, deviation, worst: of log10 MSE in byte shares over the trials.
        mean_absolute_error: in byte shares, mean over trials.
        uniform, tee, tc: mean log10 MSE of the baselines; None if they were not run.
        efficiency_exponent: TEE's slope, fitted over all trials (each is scored with the slope of the others).
        coverage: part of the 95 % intervals that contain the truth; None without intervals.
        absent: part of the merges that no sample contains, mean.
        unexplained: share of the list that no category supplies, mean (see `bpeinfer.diagnostics.verdict`).
        good: part of the trials whose verdict is "good".
        objective: the program's optimum, mean.
        omitted_share: share of the training text whose categories have no sample, mean.
        seconds: training and inference, mean.
    """

    cell: str
    n: int
    merges: int
    form: str
    sample_bytes: int | None
    omit: int
    trials: int
    mean: float
    deviation: float
    worst: float
    mean_absolute_error: float
    uniform: float
    tee: float | None
    tc: float | None
    efficiency_exponent: float | None
    coverage: float | None
    absent: float
    unexplained: float | None
    good: float | None
    objective: float
    omitted_share: float
    sample_bytes_mean: float
    train_bytes: float
    train_seconds: float
    infer_seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def summarise(rows: Iterable[Row]) -> list[Summary]:
    """Return one summary for each design and setting, in order of first appearance."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in SETTING), []).append(row)
    return [_summary(group) for group in groups.values()]


def _summary(rows: Sequence[Row]) -> Summary:
    errors = np.array([row["log10_mse"] for row in rows])
    first = rows[0]
    measured = [row for row in rows if "efficiency" in row]
    exponent, tee = _tee(measured) if len(measured) >= 2 else (None, None)
    judged = all("verdict" in row for row in rows)
    return Summary(
        cell=first["cell"],
        n=first["n"],
        merges=first["merges"],
        form=first["form"],
        sample_bytes=first["sample_bytes"],
        omit=first["omit"],
        trials=len(rows),
        mean=float(errors.mean()),
        deviation=float(errors.std()),
        worst=float(errors.max()),
        mean_absolute_error=_mean(rows, "mean_absolute_error"),
        uniform=_mean(rows, "uniform_log10_mse"),
        tee=tee,
        tc=_mean(rows, "tc_log10_mse") if all("tc_log10_mse" in row for row in rows) else None,
        efficiency_exponent=exponent,
        coverage=_coverage(rows),
        absent=_mean(rows, "absent"),
        unexplained=_mean(rows, "unexplained") if judged else None,
        good=float(np.mean([row["verdict"] == "good" for row in rows])) if judged else None,
        objective=_mean(rows, "objective"),
        omitted_share=_mean(rows, "omitted_share"),
        sample_bytes_mean=_mean(rows, "sample_bytes_mean"),
        train_bytes=_mean(rows, "train_bytes"),
        train_seconds=_mean(rows, "train_seconds"),
        infer_seconds=float(np.mean([sum(row["seconds"].values()) for row in rows])),
    )


def _coverage(rows: Sequence[Row]) -> float | None:
    """Return the part of the trials' intervals that contain the truth; None if there are no intervals."""
    covered = [
        low <= truth <= high
        for row in rows
        if "low" in row
        for low, truth, high in zip(row["low"], row["truth"], row["high"], strict=True)
    ]
    return float(np.mean(covered)) if covered else None


def _mean(rows: Sequence[Row], name: str) -> float:
    return float(np.mean([row[name] for row in rows]))


def _tee(rows: Sequence[Row]) -> tuple[float, float]:
    """Return TEE's slope over all trials, and its mean log10 MSE if each trial uses the slope of the others."""
    efficiencies = [np.array(row["efficiency"]) for row in rows]
    truths = [np.array(row["truth"]) for row in rows]
    errors = []
    for held_out in range(len(rows)):
        others = [number for number in range(len(rows)) if number != held_out]
        slope = efficiency_exponent([efficiencies[i] for i in others], [truths[i] for i in others])
        errors.append(log10_mse(shares_by_efficiency(efficiencies[held_out], slope), truths[held_out]))
    return efficiency_exponent(efficiencies, truths), float(np.mean(errors))
