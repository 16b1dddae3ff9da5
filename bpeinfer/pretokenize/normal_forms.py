"""Unicode normal forms of many texts at once: only the places that a normal form touches are worked on."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize import huggingface

__all__ = ["Form", "UnicodeForm"]

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

_PLAIN, _TOUCHED, _UNKNOWN = 1, 2, 3  # 0: not asked yet
_PAGE = 256


@lru_cache(maxsize=1)
def _second_of_pairs() -> frozenset[str]:
    """Return the characters that can be composed with the one before them."""
    pairs = (unicodedata.decomposition(chr(point)).split() for point in range(0x20000))
    hangul = [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    return frozenset(seconds | set(map(chr, hangul)))


class UnicodeForm:
    """A Unicode normal form: Python's, where Python knows all characters, else that of `tokenizers`.

    The stability policy of Unicode promises that both agree on characters that Python knows. A character that is
    a starter, is in normal form and composes with nothing before it is *plain*: the form never looks across the
    place before it, so the text between two such places can be normalised by itself (UAX 15, section 9).
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._newer = huggingface.normalizing_function(json.dumps({"type": form}))
        self._kinds = np.zeros(0x110000, dtype=np.uint8)

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the texts in normal form."""
        joined = "".join(texts)
        if joined.isascii():
            return texts
        points = np.frombuffer(joined.encode("utf-32-le"), dtype="<u4")
        kinds = self._kinds[points]
        if not kinds.all():
            self._ask(points[kinds == 0])
            kinds = self._kinds[points]
        touched = np.flatnonzero(kinds != _PLAIN)
        if not len(touched):
            return texts
        ends = np.cumsum([0, *map(len, texts)])
        places = np.searchsorted(touched, ends)
        changed = list(texts)
        for number in np.flatnonzero(np.diff(places)).tolist():
            start, stop = ends[number], ends[number + 1]
            inside = touched[places[number] : places[number + 1]] - start
            known = not np.any(kinds[start:stop] == _UNKNOWN)
            changed[number] = self._normalized(texts[number], inside) if known else self._newer(texts[number])
        return changed

    def _normalized(self, text: str, touched: NDArray[np.int64]) -> str:
        """Normalise a text in which only these places are not plain."""
        if len(touched) * 20 > len(text):
            return unicodedata.normalize(self._form, text)
        # A piece to work on runs from the plain character before a run of touched ones to the end of the run.
        first = touched[np.flatnonzero(np.diff(touched, prepend=-2) > 1)]
        after = touched[np.flatnonzero(np.diff(touched, append=len(text) + 2) > 1)] + 1
        bounds = np.stack([np.maximum(first - 1, 0), after], axis=1)
        # A piece may begin where the one before ends or, after one plain character only, share it.
        flat = [0, *np.maximum.accumulate(bounds.ravel()).tolist(), len(text)]
        pieces = [text[begin:end] for begin, end in pairwise(flat)]
        pieces[1::2] = [unicodedata.normalize(self._form, piece) for piece in pieces[1::2]]
        return "".join(pieces)

    def _ask(self, points: NDArray[np.uint32]) -> None:
        """Find out about the pages of some code points."""
        for page in sorted(set((points // _PAGE).tolist())):
            for point in range(page * _PAGE, (page + 1) * _PAGE):
                sign = chr(point)
                kind = _PLAIN
                if unicodedata.category(sign) == "Cn":
                    kind = _UNKNOWN
                elif (
                    unicodedata.combining(sign)
                    or (not 0xD800 <= point <= 0xDFFF and not unicodedata.is_normalized(self._form, sign))
                    or (self._form in ("NFC", "NFKC") and sign in _second_of_pairs())
                ):
                    kind = _TOUCHED
                self._kinds[point] = kind
