"""Random tokenizers made by the real libraries and read by bpeinfer: both must split, merge and count alike.

    python benchmarks/twins.py                                   # 200 tokenizers of every library
    python benchmarks/twins.py --library tokenizers --seeds 0:2000 --state twins.jsonl
    python benchmarks/twins.py --state twins.jsonl --table       # the table only

A seed stands for one tokenizer: its options are drawn, it is trained on a little random text of many languages,
saved, and loaded by bpeinfer. Demanded are the same pretokens of held-out text by the slow and the fast way, the same
tokens as the library's own encoding, and a disagreement at rounding when the samples are the training text itself.
`--state` keeps one line for each tokenizer, so that a run can be stopped and taken up again.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import bpeinfer as bi
from bpeinfer.inference.tracing import trace
from bpeinfer.replay import replay
from bpeinfer.solving.objective import evaluate
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["ROUNDING", "Outcome", "Twin", "compare", "disagreement", "random_texts", "tokens_of"]

os.environ["RUST_BACKTRACE"] = "0"  # `tokenizers` panics on some compositions; those seeds are left out

ROUNDING = 1e-12
"""Largest disagreement that counts as rounding."""


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A tokenizer that a real library made.

    Attributes:
        options: option → value, as the table shows them.
        file: what bpeinfer loads; `pretokenizer` is what a user would have to say beside it.
        training: the documents it was trained on.
        held_out: other documents.
        split: document → pretokens (UTF-8 after normalisation) by the library itself; None: it cannot be asked.
        encode: document → tokens by the library itself, without those outside the alphabet (None: not comparable);
            None: as above.
        tokens: pretokens → tokens, where encoding differs from training; None: our replay.
        not_told: what the file does not tell but training depended on; then counts may disagree.
        refusals: words of the errors with which bpeinfer may refuse this file; empty: it must read it.
    """

    options: Mapping[str, str]
    file: Path
    training: Sequence[str]
    held_out: Sequence[str]
    pretokenizer: str | None = None
    split: Callable[[str], list[bytes]] | None = None
    encode: Callable[[str], list[bytes] | None] | None = None
    tokens: Callable[[list[bytes]], list[bytes]] | None = None
    not_told: str = ""
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one tokenizer: the checks that failed, with an example each, and its disagreement."""

    library: str
    seed: int
    options: dict[str, str]
    failed: dict[str, str] = field(default_factory=dict)
    merges: int = 0
    disagreement: float = 0.0
    not_told: str = ""


Maker = Callable[[random.Random, Path], Twin | None]
"""Makes the tokenizer of a seed in a folder; None where the library refuses the options drawn."""


def makers() -> dict[str, Maker]:
    """Return the maker of each library that is installed."""
    found: dict[str, Maker] = {}
    for library, (needed, where, name) in LIBRARIES.items():
        if needed == "fastBPE" and not (os.environ.get("FASTBPE") or shutil.which("fast")):
            print(f"{library}: left out (its program is not there)", file=sys.stderr)
        elif importlib.util.find_spec(needed) is None:
            print(f"{library}: left out (not installed)", file=sys.stderr)
        else:
            found[library] = getattr(importlib.import_module(where), name)
    return found


LIBRARIES = {
    "tokenizers": ("tokenizers", "twin_tokenizers", "make"),
    "sentencepiece": ("sentencepiece", "twin_sentencepiece", "make"),
    "gguf": ("gguf", "twin_gguf", "make"),
    "tiktoken": ("tiktoken", "twin_tiktoken", "make"),
    "subword-nmt": ("subword_nmt", "twin_words", "make_subword_nmt"),
    "OpenNMT": ("pyonmttok", "twin_words", "make_opennmt"),
    "fastBPE": ("fastBPE", "twin_words", "make_fastbpe"),
    "YouTokenToMe": ("youtokentome", "twin_words", "make_youtokentome"),
    "rustbpe": ("rustbpe", "twin_ranks", "make_rustbpe"),
    "bpeasy": ("bpeasy", "twin_ranks", "make_bpeasy"),
    "gigatoken": ("gigatoken", "twin_ranks", "make_gigatoken"),
    "gigabpe": ("gigabpe", "twin_ranks", "make_gigabpe"),
}
"""Library → the module it needs, and where its maker is."""


def random_texts(draw: random.Random, documents: int, sources: Sequence[str]) -> list[str]:
    """Return documents: stretches of real text, with odd characters and white space strewn in."""
    made = []
    for _ in range(documents):
        parts = []
        for _ in range(draw.randint(1, 4)):
            source = draw.choice(sources)
            start = draw.randrange(max(1, len(source) - 200))
            parts.append(source[start : start + draw.randint(20, 300)])
            if draw.random() < 0.4:
                parts.append("".join(draw.choice(ODD) for _ in range(draw.randint(1, 8))))
        made.append("".join(parts))
    return made


ODD = [
    *"aAsStT'’ſ  \t\n\n\r\u00a0\u3000\u2028\u0085\u200b\ufeff▁_#",
    *"0123456789²½٣१７Ⅷ/.,!?()[]{}<>=+-…。、“”",
    *"éÉßǅжЖ中字かカーｶﾞ한각ᄒ\u1161\u11abगि\u093fไทยאَ",
    *"\u0300\u0301\u0323\ufe0f\u20e3\u200d❤😀🏽ﬁΩㅎ①㍿",
    "\r\n",
    "e\u0301",
    "a\u0323\u0302",
    "1234567",
    "don't",
    "HTTPServer",
    "    ",
]
"""What patterns and normalizers look at."""


def disagreement(tokenizer: bi.Tokenizer, documents: Sequence[str]) -> float:
    """Return the objective of the exact training text at its true mixture, every interval of a pair a rival."""
    half = {"even": list(documents[::2]), "odd": list(documents[1::2] or documents)}
    if not all(any(map(tokenizer.pretokenizer.split, documents)) for documents in half.values()):
        return 0.0  # a pattern that finds nothing in one of them
    counts = bi.count_pretokens(bi.Corpus.from_texts(half), tokenizer.pretokenizer)
    trajectories = tokenizer_rivals(tokenizer, trace(tokenizer.merges, counts))
    if not np.any(trajectories.merge_counts):
        return 0.0
    problem = MixtureProblem.from_trajectories(trajectories, form="interval")
    pairs = trajectories.initial_pairs
    return float(evaluate(problem, problem.weights(pairs / pairs.sum())).objective)


def tokenizer_rivals(tokenizer: bi.Tokenizer, trajectories: Any) -> Any:
    """Leave out the rivals that the trainer was not allowed to merge, as `infer` does."""
    limits = tokenizer.limits
    if limits is not None:
        return trajectories.allowed_by(limits)
    return trajectories


def tokens_of(tokenizer: bi.Tokenizer, pretokens: Sequence[bytes]) -> list[bytes]:
    """Return the tokens of some pretokens by our replay, without what the alphabet lacks."""
    blob = np.frombuffer(b"".join(pretokens), dtype=np.uint8)
    offsets = np.cumsum([0, *map(len, pretokens)])
    done = replay(tokenizer.merges, blob, offsets)
    symbols = tokenizer.merges.symbols
    numbers = done.nodes.symbol[done.tokens].tolist()
    return [symbols[number] for number in numbers if number < len(symbols)]


def compare(twin: Twin) -> tuple[dict[str, str], int, float]:
    """Load the twin's file and hold it against the library; return what failed, merges and disagreement."""
    failed: dict[str, str] = {}
    try:
        tokenizer = bi.load_tokenizer(twin.file, pretokenizer=twin.pretokenizer)
    except bi.BpeInferError as error:
        refused = any(words in str(error) for words in twin.refusals)
        return {} if refused else {"load": str(error)}, 0, 0.0
    splitter = tokenizer.pretokenizer
    pieces = splitter.pieces(twin.held_out)
    bounds, fast = pieces.first.tolist(), pieces.pretokens()
    for number, text in enumerate(twin.held_out):
        slow = splitter.split(text)
        if slow != (found := fast[bounds[number] : bounds[number + 1]]):
            failed.setdefault("fast split", _difference(text, slow, found))
        if twin.split is not None and slow != (own := twin.split(text)):
            failed.setdefault("split", _difference(text, own, slow))
        if twin.encode is not None:
            encoded = twin.encode(text)
            tokens = twin.tokens(slow) if twin.tokens else tokens_of(tokenizer, slow)
            if encoded is not None and encoded != tokens:
                failed.setdefault("encode", _difference(text, encoded, tokens))
    distance = disagreement(tokenizer, twin.training)
    if distance > ROUNDING and not twin.not_told:
        failed["disagreement"] = f"{distance:.2g}"
    return failed, len(tokenizer.merges), distance


def _difference(text: str, expected: Sequence[bytes], found: Sequence[bytes]) -> str:
    """Show where two lists part."""
    place = next(
        (place for place, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]),
        min(len(expected), len(found)),
    )
    window = slice(max(0, place - 1), place + 3)
    shown = [
        [piece.decode("utf-8", "backslashreplace") for piece in side[window]] for side in (expected, found)
    ]
    return f"expected {shown[0]}, found {shown[1]} in {text[:120]!r}"


def run(library: str, maker: Maker, seed: int) -> Outcome | None:
    """Make and compare the tokenizer of one seed."""
    draw = random.Random(f"{library} {seed}")
    with tempfile.TemporaryDirectory(prefix="bpeinfer-twin-") as folder:
        twin = maker(draw, Path(folder))
        if twin is None:
            return None
        try:
            failed, merges, distance = compare(twin)
        except Exception:
            failed, merges, distance = {"crash": traceback.format_exc(limit=-3)}, 0, 0.0
    return Outcome(
        library=library,
        seed=seed,
        options=dict(twin.options),
        failed=failed,
        merges=merges,
        disagreement=distance,
        not_told=twin.not_told,
    )


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a table by library and option: tokenizers, failures, the largest disagreement."""
    rows: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.library, "all"].append(outcome)
        for option, value in outcome.options.items():
            for part in value.split(" + "):
                rows[outcome.library, f"{option}: {part}"].append(outcome)
        if outcome.not_told:
            rows[outcome.library, f"not told by the file: {outcome.not_told}"].append(outcome)
    lines = [
        f"{'library':14} {'option':52} {'made':>6} {'merges':>8} {'failed':>7} {'largest disagreement':>21}"
    ]
    for (library, option), group in sorted(rows.items()):
        wrong = sum(bool(outcome.failed) for outcome in group)
        told = [o.disagreement for o in group if not o.not_told or option.startswith("not told")]
        lines.append(
            f"{library:14} {option[:52]:52} {len(group):6,} {sum(o.merges for o in group):8,} {wrong:7,} "
            f"{max(told, default=0.0):21.1e}"
        )
    kinds = Counter(kind for group in [rows] for o in _all(group) for kind in o.failed)
    return "\n".join([*lines, f"failures by check: {dict(kinds) or 'none'}"])


def _all(rows: Mapping[tuple[str, str], list[Outcome]]) -> list[Outcome]:
    return [outcome for (_, option), group in rows.items() if option == "all" for outcome in group]


def main(
    library: Annotated[list[str] | None, typer.Option(help="Libraries (default: all installed).")] = None,
    seeds: Annotated[str, typer.Option(help="FIRST:STOP.")] = "0:200",
    state: Annotated[Path | None, typer.Option(help="Keep outcomes here, one JSON line each.")] = None,
    only_table: Annotated[bool, typer.Option("--table", help="Print the table of --state only.")] = False,
    again: Annotated[bool, typer.Option(help="Run the failed seeds of --state again.")] = False,
) -> None:
    """Run the twins and print the table; exit status 1 if any part."""
    lines = state.read_text("utf-8").splitlines() if state and state.exists() else []
    known = [Outcome(**json.loads(line)) for line in lines]
    done = {(o.library, o.seed): o for o in known if not (again and o.failed)}
    first, stop = map(int, seeds.split(":"))
    if not only_table:
        for name, maker in makers().items():
            if library and name not in library:
                continue
            for seed in range(first, stop):
                if (name, seed) in done or (outcome := run(name, maker, seed)) is None:
                    continue
                done[name, seed] = outcome
                if outcome.failed:
                    print(
                        f"{name} {seed} {outcome.options}", *outcome.failed.items(), sep="\n   ", flush=True
                    )
                if state:
                    with state.open("a", encoding="utf-8") as stream:
                        stream.write(json.dumps(vars(outcome), ensure_ascii=False) + "\n")
    print(table(done.values()))
    raise SystemExit(any(outcome.failed for outcome in done.values()))


if __name__ == "__main__":
    typer.run(main)
