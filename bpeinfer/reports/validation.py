"""Published and inferred shares as a report, from the plain data of `Validations.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.reports.document import Document, Items, Section, Table, Text
from bpeinfer.reports.numbers import ends_as_text, share_as_text

__all__ = ["truths_document", "validation_document"]

Result = Mapping[str, Any]


def validation_document(result: Result) -> Document:
    """Return a report that compares published shares with inferred ones."""
    rows = result["tokenizers"]
    done = [row for row in rows if row["error"] is None]
    failed = [row for row in rows if row["error"] is not None]
    lead = [Text(f"{len(done)} of {len(rows)} tokenizers with published shares inferred.", strong=True)]
    sections = []
    if done:
        lead.append(_agreement(done))
        sections.append(Section("Published and inferred shares", (_table(done), *map(_said, done))))
    if failed:
        reasons = tuple(f"{row['truth']['name']}: {row['error']}" for row in failed)
        sections.append(Section("Not inferred", (Text("Not inferred:"), Items(reasons))))
    return Document(
        title="Published shares compared with inferred ones",
        lead=tuple(lead),
        sections=tuple(sections),
        records=tuple(record for row in rows for record in _records(row)),
    )


def _agreement(done: Sequence[Result]) -> Text:
    """Say how well they agree: without disputed shares, and intervals, which are of bytes, for shares of bytes only."""
    sure = [row for row in done if row["truth"]["sure"] != "disputed"]
    if not sure:
        return Text("The published shares are disputed: the merges contradict them.")
    mean = sum(row["overlap_accuracy"] for row in sure) / len(sure)
    without = f", without {len(done) - len(sure)} disputed" if len(sure) < len(done) else ""
    of_bytes = [row for row in sure if row["truth"]["unit"] == "bytes"]
    held, intervals = (sum(row[name] for row in of_bytes) for name in ("held", "intervals"))
    inside = f"; {held} of {intervals} total intervals contain a truth in bytes" if intervals else ""
    return Text(f"Mean overlap accuracy {100 * mean:.1f} %{without}{inside}.")


def _table(done: Sequence[Result]) -> Table:
    return Table(
        caption="Published and inferred shares, in percent; intervals and overlap are of bytes",
        columns=(
            "tokenizer",
            "unit",
            "sure",
            "share of",
            "truth",
            "in that unit %",
            "bytes %",
            "total 95 %",
            "overlap %",
        ),
        rows=tuple(cells for row in done for cells in _cells(row)),
        words=4,
        main=True,
    )


def truths_document(truths: Sequence[Result]) -> Document:
    """Return a report of the published shares alone."""
    rows = tuple(
        (
            truth["name"],
            truth["source"] or "give a file",
            truth["sure"],
            truth["unit"],
            ", ".join(f"{name} {100 * share:g}" for name, share in truth["shares"].items()),
        )
        for truth in truths
    )
    table = Table(
        caption="Published shares, in percent",
        columns=("tokenizer", "source", "sure", "unit", "truth, %"),
        rows=rows,
        words=5,
        main=True,
    )
    return Document(
        title=f"{len(truths)} tokenizers whose makers say what they were trained on",
        sections=(Section("Truths", (table,)),),
        records=tuple(
            {key: truth[key] for key in ("name", "source", "sure", "unit", "size", "seen", "url", "note")}
            | {"share_of": name, "truth": share}
            for truth in truths
            for name, share in truth["shares"].items()
        ),
    )


def _cells(row: Result) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for place, one in enumerate(row["components"]):
        ends = one["total_interval"] or ()
        first = place == 0
        found.append(
            (
                row["truth"]["name"] if first else "",
                row["truth"]["unit"] if first else "",
                row["truth"]["sure"] if first else "",
                one["name"],
                f"{100 * one['truth']:.3g}",
                "" if one["unit_share"] is None else f"{100 * one['unit_share']:.3g}",
                "no sample" if one["byte_share"] is None else share_as_text(one["byte_share"], ends),
                ends_as_text(ends),
                f"{100 * row['overlap_accuracy']:.1f}" if first else "",
            )
        )
    return found


def _said(row: Result) -> Text:
    truth = row["truth"]
    size = f"; {truth['size']}" if truth["size"] else ""
    seen = f"{truth['url']}, seen {truth['seen']}"
    return Text(f"{truth['name']}: {truth['note']}{size} ({seen}). Verdict: {row['verdict']}.")


def _records(row: Result) -> list[dict[str, Any]]:
    truth = row["truth"]
    head = {"tokenizer": truth["name"], "unit": truth["unit"], "sure": truth["sure"], "error": row["error"]}
    if not row["components"]:
        return [head]
    return [
        head
        | {name: one[name] for name in ("name", "truth", "unit_share", "byte_share", "pair_share")}
        | dict(zip(("total_low", "total_high"), one["total_interval"] or (None, None), strict=True))
        | {"overlap_accuracy": row["overlap_accuracy"]}
        for one in row["components"]
    ]
