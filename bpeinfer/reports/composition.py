"""What the tokens of a list are made of, slice by slice, as blocks of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from bpeinfer.reports.columns import columns, flow, token_as_text
from bpeinfer.reports.document import Table

__all__ = ["composition_blocks", "composition_tables", "examples_block"]

MANY = 12

Result = Mapping[str, Any]


def composition_blocks(parts: Sequence[Result], names: Sequence[str] = ("",)) -> list[list[str]]:
    """Return the shares of kinds of token in each slice of one list, or of two side by side."""
    return [[caption, *columns(rows, right_from=2)] for caption, rows in _rows(parts, names)]


def composition_tables(parts: Sequence[Result], names: Sequence[str] = ("",)) -> list[Table]:
    """Return the same as tables of a report."""
    tables = []
    for caption, (heads, *rows) in _rows(parts, names):
        cells, label = [], ""
        for given, name, *shares in rows:
            label = given or label
            cells.append((f"{label}, {name}" if name else label, *shares))
        head = (caption.split(",")[0].lower(), *heads[2:])
        tables.append(Table(caption=caption, columns=head, rows=tuple(cells)))
    return tables


def _rows(parts: Sequence[Result], names: Sequence[str]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return two tables, each a caption and rows: what is counted, the name of the list, shares."""
    tables = []
    for title, key, most in (("Kinds of token", "kinds", None), ("Scripts", "scripts", MANY)):
        slices = len(parts[0]["slices"]) - 1
        rows: list[tuple[str, ...]] = [("", "", "all", *[f"{place + 1}" for place in range(slices)])]
        shares = _shares_by_label(parts, key)
        labels = sorted(shares, key=lambda label: -max(shares[label]))[:most] if most else list(shares)
        for label in labels:
            for name, part, share in zip(names, parts, shares[label], strict=True):
                cells = _percent_by_slice(part["slices"], part[key].get(label, [0] * slices))
                rows.append((label if name in ("", names[0]) else "", name, f"{100 * share:.1f}", *cells))
        tables.append((f"{title}, percent of merges: all, and by tenths of the ranks", rows))
    return tables


def _shares_by_label(parts: Sequence[Result], key: str) -> dict[str, list[float]]:
    """Return each label's share of the merges of every part; labels that no part has are left out."""
    totals = [max(sum(sum(counts) for counts in part[key].values()), 1) for part in parts]
    labels = dict.fromkeys(label for part in parts for label in part[key])
    shares = {
        label: [sum(part[key].get(label, ())) / total for part, total in zip(parts, totals, strict=True)]
        for label in labels
    }
    return {label: of_parts for label, of_parts in shares.items() if max(of_parts) > 0}


def _percent_by_slice(slices: Sequence[int], counts: Sequence[int]) -> list[str]:
    sizes = [end - start for start, end in pairwise(slices)]
    return [f"{100 * count / max(size, 1):.1f}" for count, size in zip(counts, sizes, strict=True)]


def examples_block(result: Result) -> list[str]:
    """Return the first merges and the longest tokens."""
    first = [" + ".join(map(token_as_text, pair)) for pair in result["first_merges"]]
    longest = [token_as_text(token) for token in result["longest_tokens"]]
    return ["First merges", *flow(first), "", "Longest tokens", *flow(longest)]
