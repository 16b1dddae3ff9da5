"""Pictures of a result on matplotlib's axes: shares with intervals, groups, drift along the list, evidence.

Colours and fonts are those of the caller's style; nothing global is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bpeinfer.errors import InferenceError
from bpeinfer.extras import need
from bpeinfer.near_names import there_are
from bpeinfer.reports.document import visible
from bpeinfer.reports.numbers import SMALL, ends_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_drift", "draw_evidence", "draw_groups", "draw_shares"]

Result = Mapping[str, Any]
EXTRA = "plots"


def draw_shares(result: Result, ax: Axes | None = None, *, top: int = 15, force: bool = False) -> Axes:
    """Draw the categories' shares of bytes with their intervals, largest first.

    Args:
        result: plain data of an estimate.
        ax: where to draw (None: a new figure).
        top: the most categories to show.
        force: draw even where the result says that its shares should be withheld.

    Raises:
        InferenceError: the shares are withheld.
        MissingExtraError: matplotlib is not installed (extra ``plots``).
    """
    _check(result, force)
    entries = [entry for entry in result["categories"] if entry["byte_share"] >= SMALL][:top]
    return _ranges(result, entries, ax)


def draw_groups(result: Result, ax: Axes | None = None, *, force: bool = False) -> Axes:
    """Draw the groups' shares of bytes with their intervals, largest first; arguments and errors: see `draw_shares`."""
    _check(result, force)
    if not result["groups"]:
        raise InferenceError("the result has no groups to draw: its samples name none")
    return _ranges(result, result["groups"], ax)


def draw_drift(result: Result, ax: Axes | None = None, *, top: int = 6, force: bool = False) -> Axes:
    """Draw the byte shares from each window of merges alone, of groups or else of the largest categories.

    Raises:
        InferenceError: the shares are withheld, or the result has no windows.
        MissingExtraError: matplotlib is not installed (extra ``plots``).
    """
    _check(result, force)
    windows = result["windows"]
    if not windows:
        raise InferenceError("the result has no windows to draw: infer with windows=4 (--windows 4)")
    axes = _axes(ax, (7, 4))
    field = "groups" if result["groups"] else "categories"
    middles = [(window["first"] + window["last"]) / 2 for window in windows]
    for name in [entry["name"] for entry in result[field][:top]]:
        parts = [{part["name"]: part for part in window[field]}.get(name) for window in windows]
        _draw_line(axes, middles, parts, visible(name))
    axes.set(xlabel="merge", ylabel="share of bytes, %", ylim=(0, None))
    axes.set_title(visible(result["tokenizer"]["name"]), parse_math=False)
    for text in axes.legend(loc="best", frameon=False).get_texts():
        text.set_parse_math(False)
    return axes


def _draw_line(axes: Axes, places: Sequence[float], parts: Sequence[Result | None], label: str) -> None:
    """Draw one share along the list, with a band for its intervals if all windows have one."""
    shares = [100 * part["byte_share"] if part else float("nan") for part in parts]
    line = axes.plot(places, shares, marker="o", label=label)[0]
    ends = [ends_of(part, "total_interval", "byte_share") if part else () for part in parts]
    if all(ends):
        low, high = zip(*ends, strict=True)
        bottom, top = ([100 * end for end in side] for side in (low, high))
        axes.fill_between(places, bottom, top, color=line.get_color(), alpha=0.15, lw=0)


def draw_evidence(result: Result, category: str, ax: Axes | None = None, *, top: int = 15) -> Axes:
    """Draw the comparisons with the largest effect on a category's share, those that pull it up to the right.

    Raises:
        InferenceError: there is no such category, or no evidence for it.
        MissingExtraError: matplotlib is not installed (extra ``plots``).
    """
    names = [entry["name"] for entry in result["categories"]]
    if category not in names:
        raise InferenceError(f"no category {category!r}{there_are(category, names)}")
    comparisons = result["evidence"].get(category, [])[:top]
    if not comparisons:
        raise InferenceError(f"no evidence was kept for {category!r}: its share is too small")
    axes = _axes(ax, (7, 1 + 0.28 * len(comparisons)))
    labels = [
        f"{visible(comparison['token']).replace(' ', '␣')}  ({comparison['kind']}, {comparison['rank']:,})"
        for comparison in comparisons
    ]
    effects = [-comparison["effect"] for comparison in comparisons]
    places = range(len(comparisons))
    for sign, name in ((1, "pulls up"), (-1, "pulls down")):
        chosen = [place for place in places if effects[place] * sign > 0]
        axes.barh(chosen, [effects[place] for place in chosen], label=name)
    axes.set_yticks(places, labels, parse_math=False)
    axes.axvline(0, color="0.5", lw=0.8)
    axes.invert_yaxis()
    axes.set(xlabel="pull on the share")
    axes.set_title(visible(f"{category} in {result['tokenizer']['name']}"), parse_math=False)
    axes.legend(loc="best", frameon=False)
    return axes


def _ranges(result: Result, entries: Sequence[Mapping[str, Any]], ax: Axes | None) -> Axes:
    """Draw a dot for each share, and lines for its total and its sampling interval."""
    axes = _axes(ax, (7, 1.2 + 0.32 * len(entries)))
    colour = "C0"  # the first of the caller's style
    for place, entry in enumerate(entries):
        for kind, width, alpha in (("total_interval", 6, 0.3), ("interval", 6, 0.7)):
            if ends := ends_of(entry, kind, "byte_share"):
                both = [100 * end for end in ends]
                axes.plot(both, [place] * 2, lw=width, alpha=alpha, color=colour, solid_capstyle="butt")
        axes.plot(100 * entry["byte_share"], place, "o", color=colour, ms=5)
    labels = [visible(entry.get("title") or entry["name"]) for entry in entries]
    axes.set_yticks(range(len(entries)), labels, parse_math=False)
    axes.invert_yaxis()
    axes.set(xlim=(0, None))
    # Right-aligned: to the left of the axes there is room (the samples' long names), to the right there is none.
    axes.set_xlabel("share of bytes, %\n95 % intervals: total (light), sampling (dark)", loc="right")
    axes.set_title(visible(result["tokenizer"]["name"]), parse_math=False)
    return axes


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    if ax is not None:
        return ax
    made: Axes = need("matplotlib.pyplot", EXTRA, "a picture").subplots(figsize=size, layout="constrained")[1]
    return made


def _check(result: Result, force: bool) -> None:
    if result["withheld"] and not force:
        raise InferenceError(f"no shares to draw: {result['withheld']} (force=True draws them anyway)")
