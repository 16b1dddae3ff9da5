"""Do libraries encode as `bi.reachability` says? Every token's text given to the library that the file is for.

    python benchmarks/fetch_tokenizers.py
    pip install tiktoken sentencepiece
    python benchmarks/reachable.py [NAME…]          # of the tokenizers fetched; none: all of them

A token that is said to occur is confirmed if the library's encoding of its witness holds it. One that is said never to
occur is refuted if an encoding of its own text holds it, by itself or between random pieces of text; fragments are
completed to characters. The whole library is asked, with the file's added tokens.
"""

from __future__ import annotations

import argparse
import importlib
import resource
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from fetch_tokenizers import default_folder
from splitting_libraries import encoder_for
from tokenizers import Tokenizer as Library

import bpeinfer as bi
from bpeinfer.errors import BpeInferError
from bpeinfer.files import decompress
from bpeinfer.inspection.self_check import PROBE
from bpeinfer.loading.fragments import readings
from bpeinfer.pretokenize.huggingface import display_bytes

CONTEXTS, COMPLETIONS = 40, 32


def encoder_of(tokenizer: bi.Tokenizer) -> Callable[[str], set[bytes]] | None:
    """Text → the tokens that the library makes of it, as bytes; None if none is at hand."""
    path = tokenizer.provenance.path
    if path is None:
        return None
    if tokenizer.provenance.format == "tokenizer.json":
        library = Library.from_str(
            decompress(path.read_bytes(), path.name, 1 << 31, refusal=BpeInferError).decode("utf-8-sig")
        )
        table = display_bytes()
        added = set(tokenizer.added)

        def as_bytes(token: str) -> bytes:
            if tokenizer.merges.unit == "character" or token in added:
                return token.encode()
            return b"".join(table.get(sign) or sign.encode() for sign in token)

        return lambda text: set(map(as_bytes, library.encode(text, add_special_tokens=False).tokens))
    if tokenizer.provenance.format == "sentencepiece":
        sentencepiece = importlib.import_module("sentencepiece")
        model = sentencepiece.SentencePieceProcessor(model_proto=path.read_bytes())
        return lambda text: {piece.encode() for piece in model.encode(text, out_type=str)}
    if tokenizer.provenance.format == "gguf":  # its library reads without the model's own normalizer
        return None
    encoder = encoder_for(tokenizer)
    return None if encoder is None else lambda text: set(encoder.encode(text))


def tried(shown: bytes, random: np.random.Generator) -> Iterator[str]:
    """A token's own text, alone and between random pieces of text."""
    pieces = [text[start : start + 4] for text in PROBE for start in range(0, len(text), 3)]
    for text in islice(readings(shown, every=True), COMPLETIONS):
        yield text
        for before, after in random.choice(len(pieces), (CONTEXTS, 2)).tolist():
            yield pieces[before] + text + pieces[after]
            yield " " + text + pieces[after]


def check(name: str, source: Path) -> None:
    """Print one tokenizer's row."""
    tokenizer = bi.load_tokenizer(source)
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    found = bi.reachability(tokenizer)
    seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin
    encode = encoder_of(tokenizer)
    counts = found.to_dict()
    confirmed, refused, refuted = 0, [], []
    if encode is not None:
        random = np.random.default_rng(0)
        shown = tokenizer.merges.comparable_symbols()
        for number in np.flatnonzero(found.judged).tolist():
            token, witness = tokenizer.merges.symbols[number], found.witnesses[number]
            if witness is not None:
                if token in encode(witness):
                    confirmed += 1
                else:
                    refused.append((token, witness))
            elif any(token in encode(text) for text in tried(shown[number], random)):
                refuted.append(token)
    never = ", ".join(f"{reason} {count}" for reason, count in counts["reasons"].items() if count)
    library = "" if encode is None else f"{confirmed:,} | {len(refused)} | {len(refuted)}"
    print(
        f"| {name} | {counts['tokens']:,} | {counts['places']['alone']:,} | {never} | "
        f"{library or 'no library | |'} | {seconds:.1f} |"
    )
    if refused or refuted:
        print(f"    not confirmed {refused[:6]} refuted {refuted[:6]}", flush=True)


def main() -> None:
    """Check the tokenizers asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*")
    parser.add_argument("--folder", type=Path, default=default_folder())
    asked = parser.parse_args()
    print("| tokenizer | tokens | alone | never, and why | confirmed | not confirmed | refuted | CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in asked.names or sorted(path.name for path in asked.folder.iterdir()):
        try:
            check(name, asked.folder / name)
        except BpeInferError as error:
            print(f"| {name} | {error} |")


if __name__ == "__main__":
    main()
