"""Hold our splitting of real text against the libraries', for every real tokenizer at hand.

    python benchmarks/fetch_tokenizers.py                 # into BPEINFER_TOKENIZERS or the user's cache
    python benchmarks/splitting.py                        # 1 MB of the starter pack, all fetched tokenizers
    python benchmarks/splitting.py FOLDER/FILE … --bytes 200000

For each tokenizer: pretokens of the text, how many the vectorised splitter and the plain way part on, and how many the
library that the file is for (`tokenizers`, sentencepiece, tiktoken) encodes otherwise than the replay. GGUF files and
bare merge lists have no library here: only the two ways are compared.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from fetch_tokenizers import default_folder

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


def row(source: Path, documents: list[str]) -> str:
    """Compare one tokenizer."""
    name = source.name if source.is_dir() else source.stem
    try:
        tokenizer = bi.load_tokenizer(source)
    except bi.BpeInferError as error:
        return f"{name:24} refused: {str(error).partition(': ')[2][:90]}"
    splitter = tokenizer.pretokenizer
    parted = pretokens = 0
    for document in documents:
        slow, fast = splitter.split(document), splitter.pieces([document]).pretokens()
        pretokens += len(slow)
        parted += 0 if slow == fast else max(len(slow), len(fast))
    check: Any = self_check(tokenizer, documents)
    library = f"{check.parted:9,}  {check.library}" if check else f"{'-':>9}"
    example = f"  {check.example}" if check and check.parted else ""
    return f"{name:24} {tokenizer.provenance.format:15} {pretokens:10,} {parted:9,} {library}{example}"


def main(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders (default: all fetched).")
    ] = None,
    size: Annotated[int, typer.Option("--bytes", help="Bytes of text.")] = 1_000_000,
) -> None:
    """Print the table."""
    documents = text(size)
    total = sum(len(document.encode()) for document in documents)
    print(f"{total:,} bytes of {len(documents)} documents")
    print(f"{'tokenizer':24} {'format':15} {'pretokens':>10} {'fast≠slow':>9} {'≠library':>9}")
    for source in sources or sorted(path for path in default_folder().iterdir() if path.is_dir()):
        print(row(source, documents), flush=True)


if __name__ == "__main__":
    typer.run(main)
