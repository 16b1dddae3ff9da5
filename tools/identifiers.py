"""Word frequencies out of a language identifier's model: HeLI-OTS 2.0, as the package heliport ships it."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import regex
from markup import SCRIPTS
from numpy.typing import NDArray
from readers import files_in

__all__ = ["IN_MODEL", "model_words"]

# Places in the model's list of languages, which the file does not name; each was found by the share of our sample's
# words that its commonest words make up. Left out: languages written without spaces, Malayalam (cut at its chillu
# letters) and Uzbek (in Cyrillic). Hausa, Xhosa, Tswana and Sanskrit are not in the model.
IN_MODEL = {
    "af": 3, "am": 6, "az": 13, "be": 17, "cy": 40, "eo": 48, "et": 49, "eu": 51, "om": 70, "gd": 71, "ga": 72,
    "gl": 73, "gu": 78, "sr": 83, "hy": 91, "ig": 92, "kn": 103, "ka": 104, "kk": 105, "ky": 110, "ku": 111, "ko": 114,
    "la": 119, "lg": 127, "mr": 131, "mt": 138, "mn": 140, "mi": 141, "ne": 152, "nn": 156, "or": 162, "pa": 166,
    "ps": 167, "si": 188, "sn": 199, "so": 201, "st": 202, "sq": 204, "sw": 206, "tt": 209, "te": 211, "tg": 213,
    "ti": 216, "ts": 217, "ug": 223, "yo": 239, "zu": 240,
}  # fmt: skip

_LONG = 255  # a length of one byte that says: see the lengths of two bytes
_WORD = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+(?:['’ʻʼ-][\p{L}\p{M}]+)*['’ʻʼ]?|['’ʻʼ][\p{L}\p{M}]+")
Bytes = NDArray[np.uint8]


@functools.cache
def _model(path: Path) -> tuple[list[str], NDArray[np.int64], Bytes, NDArray[np.float64]]:
    """The words, and of each entry the word's place, the language's, and the word's frequency in that language.

    The file is Rust's `HashMap<String, Vec<(Language, f32)>>` as the crate bitcode writes it, column by column: the
    number of words; the words' lengths in bytes, those over 254 in a column of two bytes; the words; how many entries
    each has; the entries' languages; the lower three bytes of the negative logarithms to base 10 of the frequencies,
    then the upper ones.
    """
    data = np.frombuffer(path.read_bytes(), np.uint8)
    head = 7
    assert bytes(data[:2]) == b"\xff\x02"
    words = int(data[2:6].view("<u4")[0])
    lengths = data[head : head + words].astype(np.int64)
    at = head + words + 1
    long = lengths == _LONG
    lengths[long] = data[at : at + 2 * long.sum()].view("<u2")
    at += 2 * int(long.sum())
    ends = at + np.cumsum(lengths)
    raw = data.tobytes()
    listed = [
        raw[end - length : end].decode() for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    ]
    at = int(ends[-1]) + 1
    owners = np.repeat(np.arange(words), data[at : at + words])
    at += words
    count = len(owners)
    assert at + 5 * count + 1 == len(data)
    languages = data[at : at + count]
    lower = data[at + count : at + 4 * count].reshape(count, 3)
    logarithms = np.hstack([lower, data[at + 4 * count : -1, None]]).view("<f4")[:, 0]
    return listed, owners, languages, 10.0 ** -logarithms.astype(np.float64)


def model_words(root: Path, language: str) -> list[tuple[str, float]]:
    """The words that the model knows of a language, commonest first; what is no word of its script is left out."""
    words, owners, languages, frequencies = _model(files_in(root, "**/heliport/word.bin")[0])
    entries = np.flatnonzero(languages == IN_MODEL[language])
    scripts = "".join(rf"\p{{Script={name}}}" for name in SCRIPTS.get(language, "Latin").split())
    letter = regex.compile(f"[{scripts}]")
    found = [(words[owners[entry]], float(frequencies[entry])) for entry in entries]
    kept = (pair for pair in found if _WORD.fullmatch(pair[0]) and letter.search(pair[0]))
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))
