"""Does our reading of a file encode text as the library that the file is for does? We run the library to find out.

`tokenizers` is always there, sentencepiece only if it is installed. Formats that no installed library reads completely
(ranks without a pattern, merges.txt, GGUF) are not checked.

More than 300 lines: what is asked of each library stands beside what is compared.
"""

from __future__ import annotations

import heapq
import importlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer as Library
from tokenizers import __version__ as library_version

from bpeinfer.errors import TokenizerFileError
from bpeinfer.files import decompress
from bpeinfer.loading import Tokenizer
from bpeinfer.loading.sentencepiece_rules import marks_the_start
from bpeinfer.loading.trainer_limits import SPACE
from bpeinfer.loading.vocabulary import is_byte_fallback
from bpeinfer.pretokenize.guard import call_library, panics_as_errors
from bpeinfer.pretokenize.huggingface import display_bytes
from bpeinfer.pretokenize.sentencepiece import flat
from bpeinfer.replay import replay
from bpeinfer.starting_symbols import starting_symbols

__all__ = ["PROBE", "LibraryEncoder", "SelfCheck", "self_check"]

PROBE = (
    "The quick brown fox, aged 42, can't jump over 1,234,567 lazy dogs -- or can it?\n\n  It's “fine”… (see §3.1)",
    "def f(x):\n    return x**2 + 1  # a comment\n\n\tif (a >= b && !c) { s += 1; }\r\n\r\n<p class='x'>&amp;</p>",
    "L'été à Genève, où l'œuf coûte 3,50 €. Straße und Übermut. Ñandú, ¿qué tal? Příliš žluťoučký kůň. Tiếng Việt đẹp.",
    "Съешь же ещё этих мягких французских булок. Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Հայերեն ქართული",
    "我能吞下玻璃而不伤身体。いろはにほへと ちりぬるを、カタカナｶﾅ 123。키스의 고유조건은 입술끼리",
    "نص حكيم له سر قاطع ١٢٣ וזה סימן לך उन्होंने १९४७ में कहा। สวัสดีชาวโลก ជំរាបសួរ বাংলা தமிழ்",
    "e\u0301 n\u0303 ﬁ ½ ² Ⅷ ǅ ſ \u00a0\u2003\u200b👍🏽 👩‍👩‍👧 http://www.example.com/a_b?c=d%20e camelCase SHOUT",
)
"""Texts that exercise the usual rules: words, numbers, code, white space, accents, scripts."""


@dataclass(frozen=True, kw_only=True)
class SelfCheck:
    """The outcome of encoding texts with a library and with our replay.

    Attributes:
        library: name and version.
        pretokens: how many were compared; not those with unknown characters, if training skipped these.
        parted: for how many the library's tokens differ from ours.
        example: the first of these, in words; "" if there is none.
    """

    library: str
    pretokens: int
    parted: int
    example: str = ""

    @property
    def verdict(self) -> str:
        """One line for reports."""
        if not self.pretokens:
            return (
                f"nothing to compare with {self.library}: every pretoken of the texts has unknown characters"
            )
        agreed = (
            f"agrees with {self.library} on {self.pretokens - self.parted:,} of {self.pretokens:,} pretokens"
        )
        return f"{agreed}; {self.example}" if self.parted else agreed

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return vars(self) | {"verdict": self.verdict}


def self_check(
    tokenizer: Tokenizer, texts: Iterable[str] = PROBE, *, encoder: LibraryEncoder | None = None
) -> SelfCheck | None:
    """Encode texts with the library that the tokenizer's file is for, and with our replay.

    Characters outside the alphabet are left out on both sides, since libraries encode them in many ways.

    Args:
        tokenizer: what is checked.
        texts: what is encoded.
        encoder: the library's, if it is not one of those that bpeinfer asks itself.

    Returns:
        None if the file's splitting was overridden (by the caller or the registry), if no installed library reads the
        format or the library fails, or if the file has gone.
    """
    try:
        with panics_as_errors():
            asked = encoder or _library(tokenizer)
    except (
        Exception
    ):  # the file has gone or changed, or the library, which raises plain Exceptions, refuses it
        return None
    if asked is None:
        return None
    read: list[tuple[list[bytes], list[bytes]]] = []
    for given in texts:
        text = reduce(lambda left, symbol: left.replace(symbol, " "), asked.cut_out, given)
        pieces = tokenizer.pretokenizer.split(text)
        try:
            read.append((pieces, call_library(asked.encode, text, asked.name)))
        except TokenizerFileError:  # it cannot run this file's rules: nothing to compare with
            return None
    bare = _without_marks(tokenizer)
    distinct = list(dict.fromkeys(piece for pieces, _ in read for piece in pieces))
    ours = dict(zip(distinct, map(bare, _own_tokens(tokenizer, distinct, asked)), strict=True))
    left_out = _with_unknown(tokenizer, distinct)
    pretokens = parted = 0
    example = ""
    for pieces, theirs in read:
        pretokens += sum(piece not in left_out for piece in pieces)
        compared = [(ours[piece], piece not in left_out) for piece in pieces]
        wrong, first = _part(compared, bare(theirs))
        parted += wrong
        example = example or first
    return SelfCheck(library=asked.name, pretokens=pretokens, parted=parted, example=example)


def _without_marks(tokenizer: Tokenizer) -> Callable[[Sequence[bytes]], list[bytes]]:
    """Return what takes the marks off tokens, so that they add up to the text."""
    end, prefix = tokenizer.merges.end_of_word, tokenizer.merges.continuing_prefix
    return lambda tokens: [token.removesuffix(end).removeprefix(prefix) for token in tokens]


def _with_unknown(tokenizer: Tokenizer, pretokens: Sequence[bytes]) -> set[bytes]:
    """Return the pretokens in which an unknown character parts its neighbours, but not in training."""
    if not tokenizer.merges.skips_unknown:
        return set()
    blob, offsets = np.frombuffer(b"".join(pretokens), dtype=np.uint8), np.cumsum([0, *map(len, pretokens)])
    symbols, starts = starting_symbols(replace(tokenizer.merges, skips_unknown=False), blob, offsets)
    unknown = np.flatnonzero(symbols == tokenizer.merges.alphabet_size)
    return {pretokens[number] for number in np.searchsorted(starts, unknown, side="right") - 1}


def _part(ours: Sequence[tuple[Sequence[bytes], bool]], theirs: Sequence[bytes]) -> tuple[int, str]:
    """Count our pretokens whose tokens differ from the library's at the same place in the text; show the first.

    Args:
        ours: tokens of each pretoken, and whether it is compared at all.
        theirs: the library's tokens of the text.
    """
    flat = [token for tokens, _ in ours for token in tokens]
    if b"".join(flat) != b"".join(theirs):
        place = next((n for n, pair in enumerate(zip(flat, theirs, strict=False)) if pair[0] != pair[1]), 0)
        shown = [_shown(side[place : place + 3]) for side in (theirs, flat)]
        return sum(is_compared for _, is_compared in ours), f"the texts differ at {shown[0]}, here {shown[1]}"
    ends = np.cumsum([0, *map(len, theirs)]).tolist()
    wrong, first, start = 0, "", 0
    for tokens, is_compared in ours:
        own = [start, *(start + end for end in accumulate(map(len, tokens)))]
        inside = ends[bisect_left(ends, start) : bisect_right(ends, own[-1])]
        if own != inside and tokens and is_compared:
            wrong += 1
            first = first or f"differs at {_shown(tokens)}, which it encodes otherwise"
        start = own[-1]
    return wrong, first


def _shown(tokens: Sequence[bytes]) -> str:
    return " ".join(repr(token.decode("utf-8", "backslashreplace")) for token in tokens[:4])


Ranks = Callable[[bytes, bytes], int | None]
"""The encoder's rank of a pair of neighbours, None if it does not join them."""


@dataclass(frozen=True)
class LibraryEncoder:
    """A library to compare with: its name, its encoder, and where encoding differs from training.

    Attributes:
        name: with version.
        encode: text → tokens that are in our list.
        ranks: of pairs, if training made only a part of the file's list (every split is listed, or scores replace it).
        whole: whether a pretoken that is a token is taken whole (``ignore_merges``).
        cut_out: symbols that training cut out of the text but that the library encodes as text (also a delimiter).
    """

    name: str
    encode: Callable[[str], list[bytes]]
    ranks: Ranks | None = None
    whole: bool = False
    cut_out: tuple[str, ...] = ()


def _own_tokens(tokenizer: Tokenizer, pretokens: Sequence[bytes], asked: LibraryEncoder) -> list[list[bytes]]:
    """Return our tokens of distinct pretokens, without characters that the alphabet lacks."""
    symbols = tokenizer.merges.symbols
    if asked.ranks is not None:
        known = set(symbols)
        made = [
            [part for part in _joined(pretoken, tokenizer.merges.unit, asked.ranks) if part in known]
            for pretoken in pretokens
        ]
    else:
        offsets = np.cumsum([0, *map(len, pretokens)])
        done = replay(tokenizer.merges, np.frombuffer(b"".join(pretokens), dtype=np.uint8), offsets)
        numbers = done.nodes.symbol[done.tokens].tolist()
        made = [
            [symbols[number] for number in numbers[start:stop] if number < len(symbols)]
            for start, stop in pairwise(done.offsets.tolist())
        ]
    if asked.whole:
        known = set(symbols)
        made = [
            [pretoken] if pretoken in known else parts
            for pretoken, parts in zip(pretokens, made, strict=True)
        ]
    return made


def _joined(pretoken: bytes, unit: str, rank_of: Ranks) -> list[bytes]:
    """Join the pair of neighbours of lowest rank, the leftmost of several, until none can be joined."""
    if unit == "byte":
        parts = [pretoken[place : place + 1] for place in range(len(pretoken))]
    else:
        parts = [character.encode() for character in pretoken.decode()]
    after = [*range(1, len(parts)), -1]
    before = [-1, *range(len(parts) - 1)]
    waiting: list[tuple[int, int, bytes, bytes]] = []

    def consider(left: int) -> None:
        right = after[left] if left >= 0 else -1
        if right >= 0 and (rank := rank_of(parts[left], parts[right])) is not None:
            heapq.heappush(waiting, (rank, left, parts[left], parts[right]))

    for place in range(len(parts) - 1):
        consider(place)
    while waiting:
        _, place, left, right = heapq.heappop(waiting)
        other = after[place]
        if other < 0 or (parts[place], parts[other]) != (left, right):
            continue
        parts[place], parts[other] = left + right, b""
        after[place] = after[other]
        if after[place] >= 0:
            before[after[place]] = place
        consider(before[place])
        consider(place)
    return [part for part in parts if part]


def _library(tokenizer: Tokenizer) -> LibraryEncoder | None:
    """Return the library that reads this file, if there is one and the splitting is the file's own."""
    path = tokenizer.provenance.path
    told = tokenizer.pretokenizer_origin
    if path is None or not path.is_file() or not (told == "the file" or told.startswith("the merges")):
        return None  # a pipe cannot be read again
    if tokenizer.provenance.format == "tokenizer.json":
        return _tokenizers(tokenizer, _contents(path))
    if tokenizer.provenance.format == "sentencepiece":
        try:
            library: Any = importlib.import_module("sentencepiece")
        except ImportError:
            return None
        return _sentencepiece(tokenizer, _contents(path), library)
    return None


def _contents(path: Path) -> bytes:
    limit = 1 << 31  # the file was read before, within the caller's limits
    return decompress(path.read_bytes(), str(path), limit, refusal=TokenizerFileError)


def _tokenizers(tokenizer: Tokenizer, data: bytes) -> LibraryEncoder:
    document = json.loads(data.decode("utf-8-sig"))
    model = document["model"]
    # Added tokens are cut out of the text before it is split, but training knew only those that our splitter cuts out,
    # and cut them out of the normalised text.
    cut = (json.loads(tokenizer.pretokenizer.pre_tokenizer) or {}).get("symbols", ())
    never = dict.fromkeys(("single_word", "lstrip", "rstrip", "special"), False)
    added = [
        never | {"id": model["vocab"][symbol], "content": symbol, "normalized": True}
        for symbol in cut
        if symbol in model["vocab"]
    ]
    plain = {"added_tokens": added, "truncation": None, "padding": None, "model": model | {"dropout": None}}
    library = Library.from_str(json.dumps(document | plain))  # dropout leaves merges out at random
    known = set(tokenizer.merges.symbols)
    table = display_bytes()
    lines = tokenizer.limits is not None  # under sentencepiece's rules the trainer read lines
    # Metaspace puts no mark before a line that begins with a space, sentencepiece's trainer does.
    one_blank_less = (
        lines
        and marks_the_start(document.get("pre_tokenizer"))
        and any(
            step.get("remove_extra_whitespaces") is False
            for step in flat(json.loads(tokenizer.pretokenizer.normalizer))
        )
    )

    def as_bytes(token: str) -> bytes:
        if tokenizer.merges.unit == "byte":
            return b"".join(table.get(sign) or sign.encode() for sign in token)
        return b"" if is_byte_fallback(token) else token.encode()

    def encode(text: str) -> list[bytes]:
        parts = text.split("\n") if lines else [text]
        if one_blank_less:
            parts = [f" {part}" if part.startswith((" ", SPACE)) else part for part in parts]
        found = (token for part in parts for token in library.encode(part, add_special_tokens=False).tokens)
        return [token for token in map(as_bytes, found) if token in known]

    ranks: Ranks | None = None
    if tokenizer.audit.method == "replay":
        listed: dict[tuple[bytes, bytes], int] = {}
        for rank, merge in enumerate(model["merges"]):
            left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
            listed[as_bytes(left), as_bytes(right)] = rank
        ranks = lambda left, right: listed.get((left, right))  # noqa: E731
    name = f"tokenizers {library_version}"
    return LibraryEncoder(name, encode, ranks, bool(model.get("ignore_merges")))


def _sentencepiece(tokenizer: Tokenizer, data: bytes, library: Any) -> LibraryEncoder:
    model = library.SentencePieceProcessor(model_proto=data)
    known = set(tokenizer.merges.symbols)
    scores = {model.id_to_piece(n).encode(): model.get_score(n) for n in range(model.get_piece_size())}
    # Of two pieces with equal scores the leftmost in the text is merged first, whichever they are.
    order = {score: rank for rank, score in enumerate(sorted(set(scores.values()), reverse=True))}
    ranks = {piece: order[score] for piece, score in scores.items() if piece in known}

    def encode(text: str) -> list[bytes]:
        pieces = (
            model.id_to_piece(number).encode() for line in text.split("\n") for number in model.encode(line)
        )
        return [piece for piece in pieces if piece in known]

    numbers = range(model.get_piece_size())
    symbols = [model.id_to_piece(n) for n in numbers if model.is_control(n) or model.is_unknown(n)]
    if delimiter := (json.loads(tokenizer.pretokenizer.pre_tokenizer) or {}).get("delimiter"):
        symbols.append(delimiter)
    name = f"sentencepiece {library.__version__}"
    return LibraryEncoder(name, encode, lambda left, right: ranks.get(left + right), cut_out=tuple(symbols))
