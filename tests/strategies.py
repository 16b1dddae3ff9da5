"""Generated inputs that several test modules share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from bpeinfer.merges import MergeList

LETTERS = b"abc"


def pretoken_lists(max_pretokens: int = 10) -> st.SearchStrategy[list[bytes]]:
    """Lists of distinct pretokens over two or three letters: few letters make overlaps and repeats likely."""
    letters = st.sampled_from([LETTERS[i : i + 1] for i in range(len(LETTERS))])
    pretoken = st.lists(letters, min_size=1, max_size=14).map(b"".join)
    return st.lists(pretoken, min_size=1, max_size=max_pretokens, unique=True)


@st.composite
def merge_lists(draw: st.DrawFn, max_merges: int = 14) -> MergeList:
    """Any valid merge list, sensible or not: with products reached twice and pairs listed twice."""
    alphabet = [LETTERS[i : i + 1] for i in range(len(LETTERS))]
    symbols = list(alphabet)
    pairs = []
    for _ in range(draw(st.integers(0, max_merges))):
        pair = (draw(st.sampled_from(symbols)), draw(st.sampled_from(symbols)))
        pairs.append(pair)
        if pair[0] + pair[1] not in symbols:
            symbols.append(pair[0] + pair[1])
    return MergeList.from_pairs(alphabet, pairs)


def packed(pretokens: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Lay pretokens out as the counting core takes them: all bytes, and where each pretoken starts."""
    offsets = np.cumsum([0, *map(len, pretokens)], dtype=np.int64)
    return np.frombuffer(b"".join(pretokens), dtype=np.uint8), offsets
