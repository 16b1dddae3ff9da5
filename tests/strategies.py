"""Generated inputs that several test modules share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.interval_sums import IntervalSums
from bpeinfer.merges import MergeList
from bpeinfer.trajectory import PairTrajectories

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


def trajectories_of(
    merge_counts: NDArray[np.int64],
    initial_pairs: NDArray[np.int64],
    *,
    pair: NDArray[np.int32],
    start: NDArray[np.int32],
    stop: NDArray[np.int32],
    counts: csr_array,
) -> PairTrajectories:
    """Trajectories with these merges and intervals; the merge list itself, which no program reads, is a stand-in."""
    return PairTrajectories(
        merges=MergeList.from_pairs([b"a", b"b"], [(b"a", b"b")]),
        merge_counts=merge_counts,
        pair_left=np.zeros(int(pair.max(initial=-1)) + 1, np.int32),
        pair_right=np.zeros(int(pair.max(initial=-1)) + 1, np.int32),
        interval_pair=pair,
        interval_start=start,
        interval_stop=stop,
        sums=IntervalSums.of(counts),
        initial_pairs=initial_pairs,
        category_bytes=2 * initial_pairs,
    )
