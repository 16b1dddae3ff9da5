"""Compare our splitting of real text with the libraries', for every real tokenizer available.

    python benchmarks/fetch_tokenizers.py                 # into BPEINFER_TOKENIZERS or the user's cache
    python benchmarks/splitting.py                        # 1 MB of the starter pack, all fetched tokenizers
    python benchmarks/splitting.py --state rows.jsonl     # goes on where it stopped
    python benchmarks/splitting.py FOLDER/FILE … --bytes 200000

For each tokenizer: pretokens of the text, how many the vectorised splitter and the plain way part on, how many the
library that the file is for (`splitting_libraries.py` names them) encodes otherwise than the replay, and
CPU seconds for loading, splitting both ways and the library's encoding with its comparison.

Each tokenizer has a process of its own, whose CPU time is limited. `--state` keeps one JSON line for each, with the
commit; rows of another commit are made again unless `--any-commit` is given.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import subprocess
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from fetch_tokenizers import default_folder
from splitting_libraries import encoder_for

import bpeinfer as bi
from bpeinfer.corpora.load import starter_corpus
from bpeinfer.inspection.self_check import self_check


def text(size: int) -> list[str]:
    """Return documents of all categories of the starter pack, of about so many bytes together."""
    categories = starter_corpus().categories
    share = size // len(categories)
    documents = []
    for category in categories:
        held = 0
        for document in islice(category.documents(), 40):
            documents.append(document[: max(1, share - held)])
            held += len(document.encode())
            if held >= share:
                break
    return documents


def compare(source: Path, documents: list[str]) -> dict[str, Any]:
    """Compare one tokenizer; return the row's fields."""
    row: dict[str, Any] = {"name": name_of(source)}
    try:
        tokenizer, row["load"] = timed(lambda: bi.load_tokenizer(source))
    except bi.BpeInferError as error:
        return row | {"refused": str(error).partition(": ")[2]}
    splitter = tokenizer.pretokenizer
    slow, plain = timed(lambda: [splitter.split(document) for document in documents])
    fast, vectorised = timed(lambda: [splitter.pieces([document]).pretokens() for document in documents])
    sizes = [max(len(a), len(b)) * (a != b) for a, b in zip(slow, fast, strict=True)]
    row |= {
        "format": tokenizer.provenance.format,
        "pretokens": sum(map(len, slow)),
        "parted": sum(sizes),
        "split": plain + vectorised,
    }
    check, row["check"] = timed(lambda: self_check(tokenizer, documents, encoder=encoder_for(tokenizer)))
    if check is not None:
        row |= {"library": check.library, "library_parted": check.parted, "example": check.example}
    return row


def timed(job: Callable[[], Any]) -> tuple[Any, float]:
    """Return a job's result and its CPU seconds."""
    start = time.process_time()
    return job(), time.process_time() - start


def name_of(source: Path) -> str:
    """Name a tokenizer by its folder, or a file by its stem."""
    return source.name if source.is_dir() else source.stem


def limited(source: Path, size: int, seconds: int) -> dict[str, Any]:
    """Compare one tokenizer in a process of its own that may use so many seconds of CPU time."""
    receiving, sending = multiprocessing.Pipe(duplex=False)

    def job() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        sending.send(compare(source, text(size)))

    process = multiprocessing.get_context("fork").Process(target=job)
    process.start()
    sending.close()
    try:
        row: dict[str, Any] = receiving.recv()
    except EOFError:
        row = {"name": name_of(source), "refused": f"stopped: more than {seconds} s of CPU time, or a crash"}
    process.join()
    return row


def line_of(row: dict[str, Any]) -> str:
    """Return a row as it is printed."""
    if "refused" in row:
        return f"{row['name']:24} refused: {row['refused'][:90]}"
    library = f"{row['library_parted']:9,}" if "library" in row else f"{'-':>9}"
    times = " ".join(f"{row[phase]:6.1f}" for phase in ("load", "split", "check"))
    example = f"  {row['example']}" if row.get("example") else ""
    return (
        f"{row['name']:24} {row['format']:15} {row['pretokens']:10,} {row['parted']:9,} {library} {times}"
        f"  {row.get('library', '')}{example}"
    ).rstrip()


def main(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders (default: all fetched).")
    ] = None,
    size: Annotated[int, typer.Option("--bytes", help="Bytes of text.")] = 1_000_000,
    state: Annotated[Path | None, typer.Option(help="Keep rows here, one JSON line each.")] = None,
    seconds: Annotated[int, typer.Option(help="CPU seconds for one tokenizer.")] = 300,
    any_commit: Annotated[bool, typer.Option(help="Keep rows of other commits, too.")] = False,
) -> None:
    """Print the table."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    ).stdout.strip()
    lines = state.read_text("utf-8").splitlines() if state and state.exists() else []
    known = [json.loads(line) for line in lines]
    done = {
        row["name"]: row for row in known if row["bytes"] == size and (any_commit or row["commit"] == commit)
    }
    total = sum(len(document.encode()) for document in text(size))
    print(f"{total:,} bytes, commit {commit}; CPU seconds of loading, splitting twice, comparing")
    print(
        f"{'tokenizer':24} {'format':15} {'pretokens':>10} {'fast≠slow':>9} {'≠library':>9} {'load':>6} "
        f"{'split':>6} {'check':>6}"
    )
    for source in sources or sorted(path for path in default_folder().iterdir() if path.is_dir()):
        row = done.get(name_of(source))
        if row is None:
            row = limited(source, size, seconds) | {"commit": commit, "bytes": size}
            if state:
                with state.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(line_of(row), flush=True)


if __name__ == "__main__":
    typer.run(main)
