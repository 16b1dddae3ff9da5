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
    return np.fromiter(
        (unicodedata.category(chr(point)) == "Cn" for point in range(0x110000)), bool, 0x110000
    )


def _has_unknown(text: str) -> bool:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return bool(_unknown()[points].any())


class UnicodeForm:
    """A Unicode normal form of many texts.

    Unicode's stability policy guarantees that Python and `tokenizers` agree on the characters that Python knows.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._newer = huggingface.normalizing_function(json.dumps({"type": form}))

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the texts in normal form."""
        joined = "".join(texts)
        if joined.isascii():
            return texts
        newer = _has_unknown(joined)
        return [
            self._newer(text) if newer and _has_unknown(text) else unicodedata.normalize(self._form, text)
            for text in texts
        ]
