"""Results of known-mixture experiments as a table next to the paper's numbers, and as figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bpeinfer.extras import need
from bpeinfer.files import make_folder, write_file
from bpeinfer.reports.columns import columns
from bpeinfer.reports.terminal import escape_text

__all__ = ["PAPER", "draw_figures", "results_as_text", "truths_as_text"]

TRIALS_SHOWN, CATEGORIES_SHOWN = 3, 12

Data = Mapping[str, Any]

PAPER: dict[tuple[str, int], tuple[float, float]] = {
    ("languages", 5): (-7.30, 1.31),
    ("languages", 10): (-7.66, 1.04),
    ("languages", 30): (-7.73, 1.12),
    ("languages", 112): (-7.69, 1.28),
    ("code", 5): (-6.46, 0.79),
    ("code", 10): (-6.30, 0.64),
    ("code", 30): (-5.98, 1.11),
}
"""Mean and standard deviation of log10 MSE in Hayase et al. 2024, Table 1 (100 trials, 1 GB samples), by kind and n."""

_PAPERS_N = {28: 30}  # our number of languages → the paper's nearest


def results_as_text(summaries: Sequence[Data]) -> str:
    """Return the table of `bpeinfer experiment report`: one line for each cell and setting.

    log10 MSE is of byte shares, mean ± standard deviation over the trials; if a cell is named after one of the
    paper's, the paper's figure is next to it.
    """
    heads = (
        "cell", "n", "merges", "form", "omit", "sample", "train", "trials",
        "log10 MSE", "worst", "MAE %", "uniform", "TEE", "TC", "cover %", "absent %",
        "left out %", "unexpl. %", "good %", "paper",
    )  # fmt: skip
    body = [_cells(summary) for summary in summaries]
    used = [i for i in range(len(heads)) if any(line[i] not in ("", "0") for line in body)]
    widths = [max(len(heads[i]), *(len(line[i]) for line in body)) for i in used]
    lines = [[heads[i] for i in used], *([line[i] for i in used] for line in body)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def truths_as_text(rows: Sequence[Data]) -> str:
    """Return truth and estimate of the first few trials side by side: bytes %, and the difference in points."""
    blocks = []
    for row in rows[:TRIALS_SHOWN]:
        entries = sorted(
            zip(row["categories"], row["truth"], row["estimate"], strict=True), key=lambda it: -it[1]
        )
        worst = max(abs(estimate - truth) for _, truth, estimate in entries)
        table = [("bytes %", "true", "estimated", "points")]
        table += [
            (escape_text(name), f"{100 * truth:.2f}", f"{100 * found:.2f}", f"{100 * (found - truth):+.2f}")
            for name, truth, found in entries[:CATEGORIES_SHOWN]
        ]
        more = len(entries) - CATEGORIES_SHOWN
        rest = f", {more} smaller categories not shown" if more > 0 else ""
        blocks += [
            f"trial {row['trial']}, {row['merges']:,} merges: at most {100 * worst:.2f} points off{rest}",
            *columns(table, right_from=1),
            "",
        ]
    more = len(rows) - TRIALS_SHOWN
    blocks.append(f"{more} more in the rows of --output" if more > 0 else "")
    return "\n".join(blocks).rstrip()


def _cells(summary: Data) -> tuple[str, ...]:
    kind = summary["cell"].split("-")[0]
    n = int(summary["n"])
    paper = PAPER.get((kind, _PAPERS_N.get(n, n)))
    plain = not summary["omit"] and summary["cell"] == f"{kind}-{summary['n']}"
    return (
        escape_text(summary["cell"]),
        str(summary["n"]),
        f"{summary['merges']:,}",
        escape_text(summary["form"]),
        str(summary["omit"]),
        _size(summary["sample_bytes_mean"]),
        _size(summary["train_bytes"]),
        str(summary["trials"]),
        f"{summary['mean']:.2f} ± {summary['deviation']:.2f}",
        f"{summary['worst']:.2f}",
        f"{100 * summary['mean_absolute_error']:.3f}",
        f"{summary['uniform']:.2f}",
        _number(summary["tee"]),
        _number(summary["tc"]),
        _number(summary["coverage"], 100, 0),
        f"{100 * summary['absent']:.1f}",
        _number(summary["omitted_share"] or None, 100),
        _number(summary["unexplained"], 100),
        _number(summary["good"], 100, 0),
        f"{paper[0]:.2f} ± {paper[1]:.2f}" if paper and plain else "",
    )


def _number(value: float | None, factor: float = 1, digits: int = 2) -> str:
    return "" if value is None else f"{factor * value:.{digits}f}"


def _size(size: float) -> str:
    return f"{size / 1e6:.3g} MB" if size >= 999_500 else f"{size / 1e3:.3g} kB"


def draw_figures(rows: Sequence[Data], summaries: Sequence[Data], folder: Path) -> list[Path]:
    """Draw the figures for which the results have data, as .svg; return their paths.

    Error against n, against bytes of a sample, against merges (each if a cell has at least two of them), and truth
    against estimate.

    Args:
        rows: finished trials.
        summaries: of the same trials, by cell.
        folder: made if needed (but not its parents).

    Raises:
        MissingExtraError: matplotlib is not installed (extra ``notebooks``).
        OutputError: the folder cannot be made, or a file in it cannot be written.
    """
    Figure = need("matplotlib.figure", "notebooks", "drawing figures").Figure
    make_folder(folder, "--figures")
    plain = [summary for summary in summaries if not summary["omit"] and summary["mean"] > -12]
    axes_of = {
        "n": ("categories", [s for s in plain if s["sample_bytes"] is None]),
        "sample_bytes_mean": ("bytes of each category's sample", plain),
        "merges": ("merges used", [s for s in plain if s["sample_bytes"] is None]),
    }
    paths = []
    for axis, (label, chosen) in axes_of.items():
        if lines := _lines(chosen, axis):
            paths.append(folder / f"error-against-{axis.removesuffix('_mean').replace('_', '-')}.svg")
            _draw_error_against(Figure(figsize=(6, 4), layout="constrained"), axis, label, lines, paths[-1])
    paths.append(folder / "truth-against-estimate.svg")
    _draw_truth_against_estimate(Figure(figsize=(5, 5), layout="constrained"), rows, paths[-1])
    return paths


def _draw_error_against(figure: Any, axis: str, label: str, lines: dict[str, list[Data]], path: Path) -> None:
    plot = figure.add_subplot(xlabel=label, ylabel="mean log10 MSE (byte shares)", xscale="log")
    for name, line in lines.items():
        places = [summary[axis] for summary in line]
        plot.errorbar(
            places,
            [summary["mean"] for summary in line],
            [summary["deviation"] for summary in line],
            marker="o",
            capsize=3,
            label=name,
        )
        plot.plot(places, [summary["uniform"] for summary in line], ":", color="grey")
    plot.legend(title="dotted: uniform guess")
    _save(figure, path)


def _draw_truth_against_estimate(figure: Any, rows: Sequence[Data], path: Path) -> None:
    labels = {"xlabel": "true byte share", "ylabel": "estimated byte share"}
    plot = figure.add_subplot(**labels, xscale="log", yscale="log")
    drawn = [row for row in rows if not row["omit"] and row["sample_bytes"] is None]
    for cell in dict.fromkeys(row["cell"] for row in drawn):
        mine = [row for row in drawn if row["cell"] == cell]
        truth = [share for row in mine for share in row["truth"]]
        estimate = [max(share, 1e-6) for row in mine for share in row["estimate"]]
        plot.plot(truth, estimate, ".", markersize=3, label=cell)
    plot.plot([1e-5, 1], [1e-5, 1], color="black", linewidth=0.5)
    if drawn:
        plot.legend(fontsize="small")
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg")
    write_file(path, drawn.getvalue())


def _lines(summaries: Sequence[Data], axis: str) -> dict[str, list[Data]]:
    """Group summaries that differ along one axis: by kind of text for n, by cell for the others."""
    lines: dict[str, list[Data]] = {}
    for summary in summaries:
        name = summary["cell"].split("-")[0] if axis == "n" else summary["cell"]
        if axis == "n" and summary["cell"] != f"{name}-{summary['n']}":
            continue
        others = summary["form"] if axis == "merges" else f"{summary['form']}, {summary['merges']:,} merges"
        lines.setdefault(f"{name}, {others}", []).append(summary)
    return {
        name: sorted(line, key=lambda s: s[axis])
        for name, line in lines.items()
        if len({summary[axis] if axis == "n" else round(summary[axis], -2) for summary in line}) > 1
    }
