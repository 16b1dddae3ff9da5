"""``bpeinfer tally``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.grouped import Choice, Reading, grouped
from bpeinfer.cli.options import AsJson, Memory, Pretokenizer, Workers, processors
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.counting.tally import Engine, tally_corpus
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.terminal import escape_text

__all__ = ["tally_command"]


@grouped
def tally_command(
    *,
    tokenizer: Annotated[
        str,
        typer.Option(help="Count by this tokenizer's rules: a hub id, a folder, a file, or bundled:gpt2."),
    ],
    corpus: Annotated[
        list[str],
        typer.Option(
            metavar="PATH",
            help="Category samples: a folder with one sub-folder or file for each category, or such files. "
            "May be given several times.",
        ),
    ],
    output: Annotated[
        Path, typer.Option(help="Write one file of counts for each category into this folder.")
    ],
    choice: Choice,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of --limit.")] = 0,
    min_count: Annotated[
        int, typer.Option(help="Leave out pretokens that occur fewer times than this in a category.")
    ] = 1,
    pretokenizer: Pretokenizer = None,
    workers: Workers = 0,
    memory: Memory = None,
    engine: Annotated[
        Engine, typer.Option(help="Count here, or on a Ray cluster whose nodes all see the samples.")
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(help="Address of the Ray cluster.", show_default="RAY_ADDRESS, or this machine alone"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count samples, to use the counts in place of the text.

    The counts of pretokens can be passed on where text cannot. `bpeinfer infer TOKENIZER --corpus DIR` takes the
    folder. An interrupted run resumes where it stopped.
    """
    loaded = load_tokenizer(tokenizer, pretokenizer=pretokenizer, limits=reading.allowed)
    samples = choice.samples(corpus, reading, seed=seed, minimum=1)
    with progress_bars() as progress:
        progress.start("counting pretokens", total=float(samples.size) or None, unit="B")
        tallies = tally_corpus(
            samples,
            loaded.pretokenizer,
            output,
            min_count=min_count,
            workers=processors(workers),
            memory=memory,
            engine=engine,
            address=address,
            progress=lambda name, size: progress.advance(size, name),
        )
    rows = [
        {
            "category": tally.category,
            "bytes": tally.text_bytes,
            "documents": tally.documents,
            "pretokens": tally.occurrences,
            "distinct": tally.distinct,
            "dropped": tally.dropped,
            "file": str(tally.path),
        }
        for tally in tallies
    ]
    if as_json:
        print_json(rows)
    else:
        print_page(_table(rows))


def _table(rows: list[dict[str, Any]]) -> str:
    names = [escape_text(row["category"]) for row in rows]
    width = max(map(len, ("category", *names)))
    lines = [
        f"{'category':<{width}} {'bytes':>15} {'documents':>10} {'pretokens':>14} {'distinct':>11} {'dropped':>10}"
    ]
    lines += [
        f"{name:<{width}} {row['bytes']:>15,} {row['documents']:>10,} {row['pretokens']:>14,} "
        f"{row['distinct']:>11,} {row['dropped']:>10,}"
        for name, row in zip(names, rows, strict=True)
    ]
    return "\n".join(lines)
