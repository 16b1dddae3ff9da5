"""Unicode normal forms: Python's, or those of `tokenizers` for characters that are newer than Python's tables."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize import huggingface

__all__ = ["Form", "UnicodeForm"]

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]


@lru_cache(maxsize=1)
def _unknown() -> NDArray[np.bool_]:
    """Mark the code points that this Python's Unicode does not know: bool[0x110000]."""
    unknown = np.ones(0x110000, dtype=bool)  # planes 4 to 13 are unassigned
    for first, stop in ((0, 0x40000), (0xE0000, 0x110000)):
        unknown[first:stop] = [
            category == "Cn" for category in map(unicodedata.category, map(chr, range(first, stop)))
        ]
    return unknown


def _with_unknown(texts: list[str]) -> set[int]:
    """Return the places of texts that contain a character that this Python's Unicode does not know."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return set(np.searchsorted(ends, np.flatnonzero(_unknown()[points]), side="right").tolist())


class UnicodeForm:
    """A Unicode normal form of many texts.

    Unicode's stability policy guarantees that Python and `tokenizers` agree on the characters that Python knows.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._newer = huggingface.normalizing_function(json.dumps({"type": form}))

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the texts in normal form."""
        if all(map(str.isascii, texts)):
            return texts
        newer = _with_unknown(texts)
        return [
            self._newer(text) if place in newer else unicodedata.normalize(self._form, text)
            for place, text in enumerate(texts)
        ]
