"""Random encodings of `tiktoken`, for twins.py."""

from __future__ import annotations

import base64
import functools
import random
from pathlib import Path

import tiktoken
from tiktoken._educational import bpe_train
from twin_tokenizers import PATTERNS, sources
from twins import Twin, random_texts

__all__ = ["LEFT_OUT", "MORE", "make", "pretokens"]

MORE = [
    r"^\s+|\w+|[^\w\s]",
    r"\p{N}{2,3}+|\p{L}{1,2}?|.",
    r"a{2}+|(?:ab){1,2}+|[\w-]+$",
    r"(?i:[a-f]{2}+)|\s",
]
LEFT_OUT = {r"\X", r"\R", r"\b", r"(?m).+", r"(\S)\1", r"x*", r"(?i:ss|k)+"}
"""What fancy-regex does not have or reads in a way of its own."""


def pretokens(pattern: str, text: str) -> list[bytes]:
    """Ask tiktoken how it splits a text: every stretch of the text is a token, so each pretoken becomes just one."""
    data = text.encode()
    pieces = {data[start:stop] for start in range(len(data)) for stop in range(start + 1, len(data) + 1)}
    singles = [bytes([byte]) for byte in range(256)]
    ranks = {piece: rank for rank, piece in enumerate([*singles, *sorted(pieces - set(singles))])}
    encoding = tiktoken.Encoding("probe", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    found: list[bytes] = encoding.decode_tokens_bytes(encoding.encode_ordinary(text))
    return found


def make(draw: random.Random, folder: Path) -> Twin | None:
    """Draw a pattern, train tiktoken's own teaching trainer on text, save the ranks."""
    pattern = draw.choice([*PATTERNS, *MORE])
    if pattern in LEFT_OUT:
        return None
    training = ["".join(random_texts(draw, draw.randint(10, 40), sources()))]
    for size in (draw.randint(300, 420), 275, 260):
        try:
            ranks = bpe_train(data=training[0], vocab_size=size, pat_str=pattern, visualise=None)
            encoding = tiktoken.Encoding("twin", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
            break
        except (
            Exception
        ):  # pairs run out, or `regex` does not read the pattern: the libraries have many errors
            continue
    else:
        return None
    file = folder / "twin.tiktoken"
    file.write_text("".join(f"{base64.b64encode(t).decode()} {r}\n" for t, r in ranks.items()), "utf-8")
    held_out = [text[:60] for text in random_texts(draw, 6, sources())]
    return Twin(
        options={"pattern": pattern},
        file=file,
        pretokenizer=pattern,
        training=training,
        held_out=[*held_out, "", " ", "a\n  ", "1234567 x"],
        split=functools.partial(pretokens, pattern),
        encode=lambda text: encoding.decode_tokens_bytes(encoding.encode_ordinary(text)),
        # The teaching trainer splits by Python's `regex`, not by the encoder's engine.
        not_told="trainer's engine"
        if any(sign in pattern for sign in ("&&", "[[:", "$", "^L", r"\h"))
        else "",
    )
