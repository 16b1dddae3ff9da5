"""`PretokenCounts`: how often each distinct pretoken occurs in each block of each category's sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.corpora import Category, Corpus
from bpeinfer.errors import CorpusError
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["BLOCKS", "PretokenCounts", "Progress", "count_pretokens"]

BLOCKS = 200
"""At most this many blocks a category: enough for a bootstrap, few enough for one sparse column each."""

Progress = Callable[[str, int], None]
"""Called as ``progress(category, bytes)`` after each piece of text, with the bytes it had."""


@dataclass(frozen=True, eq=False)
class PretokenCounts:
    """Counts of distinct pretokens, P of them, in K blocks of text that belong to n categories.

    A block is one or more whole documents of one category (or a piece of a long one): the bootstrap's unit.

    Attributes:
        blob: uint8[B], the bytes of the distinct pretokens, one after the other, in ascending order.
        offsets: int64[P + 1], pretoken p is ``blob[offsets[p]:offsets[p + 1]]``.
        counts: scipy csc array int64 (P × K), occurrences of pretoken p in block k.
        block_category: int32[K], the category of each block, ascending.
        categories, groups: names of the n categories and of the groups they belong to ("" if none).
        category_bytes: int64[n], UTF-8 bytes of raw text (before normalisation) of each category.
        documents: int64[n], documents of each category.
        fingerprint: of the pretokenizer that made the counts.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    counts: sparse.csc_array
    block_category: NDArray[np.int32]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    category_bytes: NDArray[np.int64]
    documents: NDArray[np.int64]
    fingerprint: str = ""

    def __post_init__(self) -> None:
        kinds = {
            "blob": np.uint8,
            "offsets": np.int64,
            "block_category": np.int32,
            "category_bytes": np.int64,
            "documents": np.int64,
        }
        for name, kind in kinds.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=kind)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        counts = sparse.csc_array(self.counts, dtype=np.int64)
        counts.sort_indices()
        for array in (counts.data, counts.indices, counts.indptr):
            array.flags.writeable = False
        object.__setattr__(self, "counts", counts)
        n = len(self.categories)
        if counts.shape != (len(self.offsets) - 1, len(self.block_category)):
            raise ValueError(
                f"counts are {counts.shape}, but there are {len(self.offsets) - 1} pretokens and "
                f"{len(self.block_category)} blocks"
            )
        if not len(self.groups) == len(self.category_bytes) == len(self.documents) == n:
            raise ValueError(
                f"groups, category_bytes and documents must have one entry for each of {n} categories"
            )
        if len(self.offsets) == 0 or self.offsets[0] != 0 or self.offsets[-1] != len(self.blob):
            raise ValueError("offsets must run from 0 to the length of the blob")
        if np.any(np.diff(self.offsets) <= 0):
            raise ValueError("pretokens must not be empty, and offsets must ascend")
        if np.any(np.diff(self.block_category) < 0) or (
            len(self.block_category) and not 0 <= self.block_category[0] <= self.block_category[-1] < n
        ):
            raise ValueError(f"block_category must ascend within 0..{n - 1}")
        if counts.nnz and counts.data.min() < 1:
            raise ValueError("stored counts must be at least 1")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        return (
            f"PretokenCounts({len(self):,} pretokens, {int(self.counts.sum()):,} occurrences, "
            f"{len(self.block_category)} blocks, {len(self.categories)} categories, "
            f"{int(self.category_bytes.sum()):,} bytes)"
        )

    def pretoken(self, number: int) -> bytes:
        """Return the bytes of one distinct pretoken."""
        return self.blob[self.offsets[number] : self.offsets[number + 1]].tobytes()

    def pretokens(self) -> list[bytes]:
        """Return the bytes of all distinct pretokens, in ascending order."""
        blob = self.blob.tobytes()
        return [blob[start:stop] for start, stop in pairwise(self.offsets.tolist())]

    def by_category(self) -> sparse.csr_array:
        """Return the counts summed over the blocks of each category: csr int64 (P × n)."""
        blocks = len(self.block_category)
        membership = sparse.csr_array(
            (np.ones(blocks, dtype=np.int64), (np.arange(blocks), self.block_category)),
            shape=(blocks, len(self.categories)),
        )
        return sparse.csr_array(self.counts @ membership)

    def select(self, categories: Sequence[str]) -> PretokenCounts:
        """Return the counts of some categories only, in the order given; pretokens they lack are dropped.

        Raises:
            CorpusError: a name is not among the categories.
        """
        unknown = [name for name in categories if name not in self.categories]
        if unknown:
            raise CorpusError(f"no category {unknown[0]!r}; there are: {', '.join(self.categories)}")
        numbers = [self.categories.index(name) for name in categories]
        columns = np.concatenate([np.flatnonzero(self.block_category == number) for number in numbers])
        counts = self.counts[:, columns]
        kept = np.unique(counts.indices)
        blob, offsets = _take(self.blob, self.offsets, kept)
        return PretokenCounts(
            blob,
            offsets,
            sparse.csr_array(counts)[kept].tocsc(),
            np.repeat(
                np.arange(len(numbers)), [int((self.block_category == number).sum()) for number in numbers]
            ),
            tuple(categories),
            tuple(self.groups[number] for number in numbers),
            self.category_bytes[numbers],
            self.documents[numbers],
            self.fingerprint,
        )


def _take(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return blob and offsets of the chosen pretokens only."""
    lengths = np.diff(offsets)[rows]
    new = np.concatenate([[0], np.cumsum(lengths)])
    positions = np.arange(new[-1]) + np.repeat(offsets[rows] - new[:-1], lengths)
    return blob[positions], new


def count_pretokens(
    corpus: Corpus, pretokenizer: Pretokenizer, *, progress: Progress | None = None
) -> PretokenCounts:
    """Count the pretokens of every category of `corpus`, block by block.

    Raises:
        CorpusError: a category is empty, has no pretokens, or cannot be read.
    """
    tables: list[list[Counter[bytes]]] = []
    sizes, documents = [], []
    for category in corpus.categories:
        blocks, size, count = _count_category(category, pretokenizer, progress)
        tables.append(blocks)
        sizes.append(size)
        documents.append(count)
    distinct = sorted(set().union(*(block for blocks in tables for block in blocks)))
    number = {pretoken: row for row, pretoken in enumerate(distinct)}
    columns = [block for blocks in tables for block in blocks]
    return PretokenCounts(
        np.frombuffer(b"".join(distinct), dtype=np.uint8),
        np.concatenate([[0], np.cumsum([len(pretoken) for pretoken in distinct])]),
        sparse.csc_array(
            (
                np.array([count for block in columns for count in block.values()], dtype=np.int64),
                np.array([number[pretoken] for block in columns for pretoken in block], dtype=np.int64),
                np.concatenate([[0], np.cumsum([len(block) for block in columns])]),
            ),
            shape=(len(distinct), len(columns)),
        ),
        np.repeat(np.arange(len(tables)), [len(blocks) for blocks in tables]),
        corpus.names,
        corpus.groups,
        np.array(sizes),
        np.array(documents),
        pretokenizer.fingerprint,
    )


def _count_category(
    category: Category, pretokenizer: Pretokenizer, progress: Progress | None
) -> tuple[list[Counter[bytes]], int, int]:
    """Count one category; whenever there are twice too many blocks, neighbours are pooled."""
    blocks: list[Counter[bytes]] = []
    sizes: list[int] = []
    documents = 0
    for document in category.documents():
        documents += 1
        for piece in cut(document):
            blocks.append(pretokenizer.count(piece))
            sizes.append(len(piece.encode()))
            if progress:
                progress(category.name, sizes[-1])
            if len(blocks) > 8 * BLOCKS:
                blocks, sizes = _pool(blocks, sizes)
    if not any(blocks):
        raise CorpusError(f"category {category.name!r} is empty: no text in it; add text or leave it out")
    blocks, sizes = _pool(blocks, sizes)
    return blocks, sum(sizes), documents


def _pool(blocks: list[Counter[bytes]], sizes: list[int]) -> tuple[list[Counter[bytes]], list[int]]:
    """Join neighbouring blocks until there are at most BLOCKS of them, of similar size."""
    if len(blocks) <= BLOCKS:
        return blocks, sizes
    ends = np.cumsum(sizes)
    target = np.minimum((ends - 1) * BLOCKS // ends[-1], BLOCKS - 1)
    pooled: list[Counter[bytes]] = []
    totals: list[int] = []
    for start, stop in pairwise([0, *(np.flatnonzero(np.diff(target)) + 1).tolist(), len(blocks)]):
        joined = blocks[start]
        for block in blocks[start + 1 : stop]:
            joined.update(block)
        pooled.append(joined)
        totals.append(sum(sizes[start:stop]))
    return pooled, totals


def cut(document: str, lines: int = 50, characters: int = 100_000) -> Iterator[str]:
    """Cut a long document at line ends into pieces of about 50 lines, the bootstrap's unit for such.

    The cut falls after a newline that follows and precedes a non-space character where there is one within
    the next 50 lines: there no common pattern looks across, so the pretokens stay the same.
    """
    start = position = 0
    seen = 0
    while (position := document.find("\n", position) + 1) > 0:
        seen += 1
        if seen < lines and position - start < characters:
            continue
        before, after = document[position - 2 : position - 1], document[position : position + 1]
        clean = not before.isspace() and not after.isspace()
        if after and (clean or (seen >= 2 * lines and not after.isspace())):
            yield document[start:position]
            start, seen = position, 0
    if start < len(document):
        yield document[start:]
