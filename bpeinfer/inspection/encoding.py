"""Encoding by rank alone, for lists in any order: `bpeinfer.replay` asks that a merge come after those of its parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList
from bpeinfer.pair_ranks import NEVER, PairRanks
from bpeinfer.ragged import run_starts
from bpeinfer.starting_symbols import starting_symbols

__all__ = ["encode_by_rank"]

Ints = NDArray[np.int32]


def encode_by_rank(
    merges: MergeList, pretokens: Sequence[bytes], ranks: PairRanks
) -> tuple[Ints, NDArray[np.int64]]:
    """Join the leftmost pair of lowest rank in each pretoken, again and again, as encoders do.

    Returns:
        (symbols int32[M], offsets int64[P+1]); what is outside the alphabet has the number after the last symbol.

    Example:
        >>> merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"a")])
        >>> symbols, offsets = encode_by_rank(merges, [b"aba", b"b"], PairRanks(merges))
        >>> [merges.symbols[symbol] for symbol in symbols], offsets.tolist()
        ([b'aba', b'b'], [0, 1, 2])
    """
    blob = np.frombuffer(b"".join(pretokens), dtype=np.uint8)
    symbols, offsets = starting_symbols(merges, blob, np.cumsum([0, *map(len, pretokens)]))
    symbols = symbols.copy()
    symbols[symbols == merges.alphabet_size] = len(merges.symbols)
    word = np.repeat(np.arange(len(pretokens)), np.diff(offsets))
    done_symbols: list[Ints] = []
    done_words: list[NDArray[np.int64]] = []
    while len(symbols):
        rank = np.full(len(symbols), NEVER, dtype=np.int32)
        inside = np.flatnonzero(word[:-1] == word[1:])
        birth = np.full(len(inside), -1, dtype=np.int32)
        rank[inside] = ranks.find(symbols[inside], symbols[inside + 1], birth)
        starts = np.flatnonzero(run_starts(word))
        lowest = np.minimum.reduceat(rank, starts)
        lengths = np.diff(np.append(starts, len(word)))
        here = np.repeat(lowest, lengths)
        places = np.flatnonzero((rank == here) & (here != NEVER))
        places = places[run_starts(word[places])]
        symbols[places] = merges.product[rank[places]]
        stays = here != NEVER
        done_symbols.append(symbols[~stays])
        done_words.append(word[~stays])
        stays[places + 1] = False
        symbols, word = symbols[stays], word[stays]
    words = np.concatenate([np.zeros(0, dtype=np.int64), *done_words])
    order = np.argsort(words, kind="stable")
    made = np.concatenate([np.zeros(0, dtype=np.int32), *done_symbols])[order]
    return made, np.searchsorted(words[order], np.arange(len(pretokens) + 1))
