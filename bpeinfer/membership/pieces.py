"""Pieces that are peculiar to one of several texts, and whether a merge list has more of them than by chance.

A piece is a merge of the list, or a pair of symbols that is still unmerged at the end of it: both could have been
merged, and the list says which of them were. A piece is peculiar to a text if it is far more frequent there than in
the reference and in the other texts: names, tags, boilerplate.

That a text has many peculiar pieces in the list proves nothing by itself, since the training text has sources that
the reference lacks. So the peculiar pieces of every text are compared with those of the other texts that are as
frequent, in their own text and outside it, and each text gets the excess of pieces found. All texts are treated
alike: if one of them is no more in the training text than the others, its excess is the largest of all by chance
alone, with the odds of one to their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, vstack

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.loading import Tokenizer
from bpeinfer.pair_history import PairHistory
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import replay
from bpeinfer.trajectory import PairTrajectories

__all__ = [
    "FEWEST_TIMES",
    "LEAST_EXCESS",
    "UNSEEN",
    "Peculiar",
    "Pieces",
    "peculiar_pieces",
    "pieces_of",
    "replayed_pieces",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

FEWEST_TIMES = 5
"""Occurrences in a text below which a piece is not looked at."""
LEAST_EXCESS = 5.0
"""How many times as frequent as outside a piece must be in a text to be peculiar to it."""
UNSEEN = 0.5
"""Occurrences assumed of a piece that the other texts lack."""
CELL = 0.5
"""Pieces are as frequent as each other if the logarithms of both frequencies fall into the same interval of this
width."""
PRIOR = 2.0
"""Weight, in pieces, of all pieces that are as frequent outside, beside those as frequent in their text, too."""
SURE = 1e-3
"""No piece is expected in the list with a chance nearer to 0 or 1 than this."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pieces:
    """What is in the list or could be next.

    Attributes:
        left, right: int32[k], symbol ids of each piece's two parts.
        rank: int32[k], rank in the list, -1 for pairs that were not merged.
        counts: csc float64 (k × n), occurrences in each of n texts.
    """

    left: Ints
    right: Ints
    rank: Ints
    counts: csc_array


@dataclass(frozen=True, eq=False, kw_only=True)
class Peculiar:
    """The pieces that are peculiar to some texts, one entry for each piece of each text.

    Attributes:
        text: int64[e], the text.
        piece: int64[e], the piece.
        times: float64[e], its frequency in the text divided by that outside.
        found: bool[e], whether the list has it.
        chance: float64[e], share of the equally frequent peculiar pieces of the other texts that the list has; NaN
            if there is one text only.
        excess: float64[n], for each text the sum over its pieces of log(times) · (found − chance), in standard
            deviations as if pieces were independent; NaN if there is one text only.
    """

    text: Longs
    piece: Longs
    times: Floats
    found: NDArray[np.bool_]
    chance: Floats
    excess: Floats


def replayed_pieces(
    tokenizer: Tokenizer,
    counts: PretokenCounts,
    columns: csr_array,
    first: int,
    last: int,
    progress: Progress = SILENT,
) -> Pieces:
    """Replay merges 0 to `last`-1 on some texts, and return their pieces from merge `first` on.

    Args:
        tokenizer: whose list it is.
        counts: of the texts, P pretokens in K blocks.
        columns: csr int64 (K × n), how often each block belongs to each text.
        first, last: the ranks used.
        progress: receives a callback for each phase.
    """
    progress.start("replaying merges", total=float(len(counts.blob)), unit="B")
    segmentation = replay(tokenizer.merges.head(last), counts.blob, counts.offsets, progress.advance)
    sizes = np.asarray(counts.block_bytes() @ columns, dtype=np.int64)
    trajectories = PairHistory.of(segmentation).trajectories(csr_array(counts.counts @ columns), sizes)
    if tokenizer.limits is not None:
        trajectories = trajectories.allowed_by(tokenizer.limits)
    return pieces_of(trajectories, first)


def pieces_of(trajectories: PairTrajectories, first: int) -> Pieces:
    """Return the merges from rank `first` on, and the pairs that the trainer could have merged next."""
    merges = trajectories.merges
    left, right = (np.array(side, dtype=np.int32)[first:] for side in (merges.left, merges.right))
    last = np.flatnonzero(trajectories.interval_stop == len(merges))
    pairs = trajectories.interval_pair[last]
    made = csr_array(np.asarray(trajectories.merge_counts)[first:])
    return Pieces(
        left=np.concatenate([left, trajectories.pair_left[pairs]]),
        right=np.concatenate([right, trajectories.pair_right[pairs]]),
        rank=np.concatenate([np.arange(first, len(merges)), np.full(len(pairs), -1)]).astype(np.int32),
        counts=csc_array(vstack([made, trajectories.sums.kept(last).counts()]), dtype=np.float64),
    )


def peculiar_pieces(pieces: Pieces, texts: int, sizes: Floats, expected: Floats, least: float) -> Peculiar:
    """Find the pieces peculiar to each text, and each text's excess of them in the list.

    Args:
        pieces: their first columns are the texts.
        texts: how many texts there are, n.
        sizes: float64[n], bytes of each.
        expected: float64[k], occurrences of each piece for each byte in the reference.
        least: frequency, per byte, of a piece that the reference lacks, for one text alone.
    """
    own = pieces.counts[:, np.arange(texts)]
    often = own.data >= FEWEST_TIMES
    piece = own.indices[often].astype(np.int64)
    text = np.repeat(np.arange(texts), np.diff(own.indptr))[often]
    count = own.data[often]
    inside = count / sizes[text]
    outside = np.maximum(expected[piece], least)
    if texts > 1:
        others = np.asarray(own.sum(axis=1)).ravel()[piece] - count + UNSEEN
        outside = np.maximum(expected[piece], others / (sizes.sum() - sizes[text]))
    kept = inside >= LEAST_EXCESS * outside
    text, piece, inside, outside = text[kept], piece[kept], inside[kept], outside[kept]
    found = pieces.rank[piece] >= 0
    chance = np.full(len(text), np.nan)
    excess = np.full(texts, np.nan)
    if texts > 1:
        chance = _chances(text, found, inside, outside, texts)
        weight = np.log(inside / outside)
        surprise = np.bincount(text, weight * (found - chance), texts)
        # One unit of variance more, so that a text with a single piece does not stand out.
        variance = 1 + np.bincount(text, weight**2 * chance * (1 - chance), texts)
        excess = surprise / np.sqrt(variance)
    return Peculiar(text=text, piece=piece, times=inside / outside, found=found, chance=chance, excess=excess)


def _chances(text: Longs, found: NDArray[np.bool_], inside: Floats, outside: Floats, texts: int) -> Floats:
    """Return float64[e]: the share of the other texts' equally frequent pieces that the list has."""
    if not len(text):
        return np.empty(0)
    near = np.floor(np.log(outside) / CELL).astype(np.int64)
    far = np.floor(np.log(inside) / CELL).astype(np.int64)
    near, far = near - near.min(), far - far.min()
    _, cell = np.unique(near * (far.max() + 1) + far, return_inverse=True)
    in_all = (np.bincount(near, found) + 0.5) / (np.bincount(near) + 1)
    place = text * (cell.max() + 1) + cell
    cells = texts * (cell.max() + 1)
    there, here = np.bincount(cell), np.bincount(place, minlength=cells)
    found_there, found_here = np.bincount(cell, found), np.bincount(place, found, cells)
    known = there[cell] - here[place]
    chance = (found_there[cell] - found_here[place] + PRIOR * in_all[near]) / (known + PRIOR)
    bounded: Floats = np.clip(chance, SURE, 1 - SURE)
    return bounded
