"""Tie rule, parts and training size of real tokenizers, one row each.

    python benchmarks/fetch_tokenizers.py              # once
    python benchmarks/real_sizes.py --results real_sizes.jsonl [NAME...] [--no-sizes]

The mixture is inferred from the first merges (3,000, after a copied head) with the starter pack. Tokenizers with the
same merges share a row: the first of them is measured. A run goes on where it stopped; the table comes last.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import bpeinfer as bi
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.inspection.trainer_family import trainer_parts
from bpeinfer.reports.size import bytes_in_words

FOLDER = Path.home() / ".cache" / "bpeinfer" / "tokenizers"


def measure(
    folder: Path, merges: int, cache: Path, sizes: bool, measured: Mapping[str, str]
) -> dict[str, Any]:
    """Return parts and size of one tokenizer as plain data, or why it cannot be read.

    Args:
        folder: with its file.
        merges: that the mixture is inferred from.
        cache: folder for counts.
        sizes: whether to measure the size.
        measured: names of tokenizers by the hashes of their lists, which are not measured again.
    """
    try:
        tokenizer = bi.load_tokenizer(str(folder))
    except bi.BpeInferError as error:
        return {"unreadable": str(error).removeprefix(f"{folder}/")}
    own = tokenizer.merges.sha256
    if own in measured:
        return {"same_as": measured[own]}
    head = copied_head(tokenizer)
    begin = time.process_time()
    parts = [part.to_dict() for part in trainer_parts(tokenizer.merges, head)]
    row: dict[str, Any] = {"list": own, "merges": len(tokenizer.merges), "head": head, "parts": parts}
    row["parts_seconds"] = time.process_time() - begin
    if not sizes:
        return row
    corpus = bi.starter_corpus()
    counts = bi.count_pretokens(corpus, tokenizer.pretokenizer, cache=cache)
    last = min(head + merges, len(tokenizer.merges))
    begin = time.process_time()
    try:
        estimate = bi.infer(tokenizer, counts, merges=last, resamples=0, size=False)
        middle = time.process_time()
        size = bi.training_size(tokenizer, counts, estimate=estimate)
    except bi.BpeInferError as error:
        return row | {"error": str(error)}
    row |= {"infer_seconds": middle - begin, "size_seconds": time.process_time() - middle}
    return row | {"size": size.to_dict(), "verdict": estimate.verdict.value, "groups": estimate.group_shares}


def as_line(row: dict[str, Any], others: Sequence[str] = ()) -> str:
    """Return a row of the Markdown table, for all tokenizers that have the list."""
    parts = "; ".join(
        f"{part['first_merge']:,}-{part['last_merge']:,} {part['family'] or part['status'].replace('_', ' ')} "
        f"{100 * part['ascending_by_tenths'][-1]:.0f} %"
        for part in row.get("parts", [])
    )
    size = row.get("size")
    said = row.get("error", "not measured")
    if size:
        low, high = size["interval"]
        if size["status"] == "measured":
            said = f"{bytes_in_words(size['bytes'])} ({bytes_in_words(low)} to {bytes_in_words(high)})"
        else:
            said = f"at least {bytes_in_words(low)}" if size["status"] == "at_least" else size["reason"]
    return f"| {', '.join([row['name'], *others])} | {row['merges']:,} | {parts} | {said} |"


def main(
    results: Annotated[Path, typer.Option(help="JSON lines; tokenizers that are there are not run again.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Names in the cache; all if none is given.")
    ] = None,
    merges: Annotated[int, typer.Option(help="Merges to infer the mixture from.")] = 3_000,
    sizes: Annotated[
        bool, typer.Option(help="Measure sizes, too; without, a row takes a second or two.")
    ] = True,
) -> None:
    """Measure, then print the table."""
    rows = [json.loads(line) for line in results.open(encoding="utf-8")] if results.exists() else []
    rows = list({row["name"]: row for row in rows}.values())  # the last of each name
    done = {
        row["name"] for row in rows if not sizes or row.keys() & {"size", "error", "same_as", "unreadable"}
    }
    for name in names or sorted(folder.name for folder in FOLDER.iterdir()):
        if name in done:
            continue
        measured = {row["list"]: row["name"] for row in rows if "list" in row and row["name"] != name}
        row = {"name": name} | measure(FOLDER / name, merges, results.parent / "counts", sizes, measured)
        rows = [*(other for other in rows if other["name"] != name), row]
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(as_line(row) if "merges" in row else row, flush=True)
    print(
        "| tokenizer | merges | parts: ranks, rule, neighbours in order in the last tenth | training text |"
    )
    print("|---|--:|---|--:|")
    for row in rows:
        if "merges" in row:
            print(as_line(row, [other["name"] for other in rows if other.get("same_as") == row["name"]]))
    for row in rows:
        if "unreadable" in row:
            print(f"\nNot read: {row['name']}: {row['unreadable']}")


if __name__ == "__main__":
    typer.run(main)
