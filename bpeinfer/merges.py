"""`MergeList`: the ordered merges of a BPE tokenizer over a table of symbols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.files import digest

__all__ = ["MergeList"]

# Merges that `repr` shows; a whole list would fill a notebook.
SHOWN = 16


MOST_RISES = 0.01
"""Largest share of merges whose count is above the one before, in a list with a trainer's counts."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MergeList:
    """The learned merges of a tokenizer, in the order in which training made them.

    Merge ``t`` joins the symbols ``left[t]`` and ``right[t]`` into ``product[t]``; "before merge t" means
    after ``t`` merges. Symbols are numbered: the alphabet first, then one symbol for each distinct product.

    Attributes:
        symbols: the bytes of each symbol (UTF-8 for character alphabets), with `end_of_word` or
            `continuing_prefix` where the symbol carries that mark; all different.
        alphabet_size: number of symbols that training started from; they come first in `symbols`.
        left, right, product: int32 arrays of length T, symbol ids. A product is usually new at its merge, but
            a trainer may reach the same symbol by a second pair later; then the product id appears twice.
        unit: what one alphabet symbol stands for, a byte or a character (code point).
        end_of_word: mark that the last symbol of every pretoken carries (CLIP's ``</w>``), else ``b""``.
        continuing_prefix: mark that every symbol but a pretoken's first carries (``##``), else ``b""``; the
            right part of a merge loses it.
        skips_unknown: whether what is not in the alphabet is dropped, which makes its neighbours adjacent (Hugging
            Face's trainer); otherwise it separates them.
        joined_marks: whether a letter and the combining marks after it are one unit of a character alphabet
            (OpenNMT).
        counts: int64[T], the trainer's count of each pair just before its merge, where the file records it
            (fastBPE), else None.

    If the alphabet contains the bare end-of-word mark (subword-nmt before version 0.2), the mark is a symbol of its
    own that follows the last one of every pretoken; see `mark_symbol`.

    Example:
        >>> merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"ab")])
        >>> merges.symbols, merges.product.tolist()
        ((b'a', b'b', b'ab', b'abab'), [2, 3])

    Source: Hayase et al. 2024, section 2.
    """

    symbols: tuple[bytes, ...]
    alphabet_size: int
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    product: NDArray[np.int32]
    unit: Literal["byte", "character"] = "byte"
    end_of_word: bytes = b""
    continuing_prefix: bytes = b""
    skips_unknown: bool = False
    joined_marks: bool = False
    counts: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if self.counts is not None:
            counts = np.ascontiguousarray(self.counts, dtype=np.int64)
            counts.flags.writeable = False
            object.__setattr__(self, "counts", counts)
            if counts.shape != np.shape(self.left):
                raise ValueError("counts must have one entry for each merge")
        for name in ("left", "right", "product"):
            array = np.ascontiguousarray(getattr(self, name), dtype=np.int32)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if not self.left.shape == self.right.shape == self.product.shape or self.left.ndim != 1:
            raise ValueError("left, right and product must be one-dimensional arrays of one length")
        if not 0 < self.alphabet_size <= len(self.symbols):
            raise ValueError(f"alphabet_size {self.alphabet_size} does not fit {len(self.symbols)} symbols")

    def __len__(self) -> int:
        return len(self.left)

    def __repr__(self) -> str:
        shown = min(len(self), SHOWN)
        pairs = [f"{left!r}+{right!r}" for left, right in map(self.pair, range(shown))]
        of_them = ", ".join([*pairs, "…"] if shown < len(self) else pairs)
        return f"MergeList({len(self):,} merges over {self.alphabet_size:,} {self.unit}s: {of_them})"

    def head(self, count: int) -> MergeList:
        """Return the first `count` merges (all of them if there are fewer) over the same symbols."""
        return replace(
            self,
            left=self.left[:count],
            right=self.right[:count],
            product=self.product[:count],
            counts=None if self.counts is None else self.counts[:count],
        )

    @cached_property
    def falling_counts(self) -> NDArray[np.int64] | None:
        """The `counts` if they can be a trainer's, else None: they are positive and hardly ever rise.

        A trainer that counts runs of one symbol without overlaps has counts below those that follow; such counts are
        raised to the largest that follows. More than one rise in a hundred merges is no trainer's.

        Example:
            >>> merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"ab")])
            >>> found = [replace(merges, counts=np.array(counts)).falling_counts for counts in ([7, 7], [7, 8])]
            >>> found[0].tolist(), found[1]
            ([7, 7], None)
        """
        if self.counts is None or (self.counts < 1).any() or self.rising_counts > MOST_RISES * len(self):
            return None
        return np.maximum.accumulate(self.counts[::-1])[::-1]

    @property
    def rising_counts(self) -> int:
        """The number of merges whose count is above that of the merge before."""
        return 0 if self.counts is None else int(np.count_nonzero(np.diff(self.counts) > 0))

    @cached_property
    def sha256(self) -> str:
        """The sha256 (hex) of the merges in order, whatever format they were read from.

        It is computed over one line per merge: the bytes of the left and right symbols in hexadecimal, a space between.

        Example:
            >>> MergeList.from_pairs([b"a", b"b"], [(b"a", b"b")]).sha256 == digest(b"61 62\\n")
            True
        """
        shown = [symbol.hex() for symbol in self.symbols]
        pairs = zip(self.left.tolist(), self.right.tolist(), strict=True)
        return digest("".join(f"{shown[left]} {shown[right]}\n" for left, right in pairs).encode())

    @property
    def mark_symbol(self) -> int | None:
        """The symbol that follows the last one of every pretoken, or None if there is none."""
        alphabet = self.symbols[: self.alphabet_size]
        return alphabet.index(self.end_of_word) if self.end_of_word and self.end_of_word in alphabet else None

    def pair(self, rank: int) -> tuple[bytes, bytes]:
        """Return the bytes of the two symbols that merge number `rank` (0-based) joins."""
        return self.symbols[self.left[rank]], self.symbols[self.right[rank]]

    def comparable_symbols(self) -> list[bytes]:
        """Return the symbols with the space sign of character alphabets (``▁``, else ``Ġ``) as a space.

        This makes the tokens of byte-level and sentencepiece tokenizers comparable.
        """
        sign = self.space_sign
        return list(self.symbols) if sign == b" " else [symbol.replace(sign, b" ") for symbol in self.symbols]

    @property
    def space_sign(self) -> bytes:
        """What stands for a space in the alphabet: ``▁`` or ``Ġ`` in those of characters, else a space itself."""
        if self.unit == "byte":
            return b" "
        alphabet = set(self.symbols[: self.alphabet_size])
        return next((mark.encode() for mark in "▁Ġ" if mark.encode() in alphabet), b" ")

    @classmethod
    def from_pairs(
        cls,
        alphabet: Sequence[bytes],
        pairs: Iterable[tuple[bytes, bytes]],
        unit: Literal["byte", "character"] = "byte",
        end_of_word: bytes = b"",
        continuing_prefix: bytes = b"",
    ) -> MergeList:
        """Number the symbols of an ordered list of pairs, given as bytes, over `alphabet`.

        Raises:
            ValueError: a pair uses a symbol that is neither in the alphabet nor the product of an earlier
            merge.
        """
        ids: dict[bytes, int] = {}
        for symbol in alphabet:
            ids.setdefault(symbol, len(ids))
        left, right, product = [], [], []
        for rank, (first, second) in enumerate(pairs):
            if first not in ids or second not in ids:
                raise ValueError(
                    f"merge {rank} joins {first!r} and {second!r}, one of which does not exist yet"
                )
            left.append(ids[first])
            right.append(ids[second])
            whole = first + second.removeprefix(continuing_prefix)
            product.append(ids.setdefault(whole, len(ids)))
        size = len(set(alphabet))
        lefts, rights, products = (np.array(column, dtype=np.int32) for column in (left, right, product))
        return cls(
            symbols=tuple(ids),
            alphabet_size=size,
            left=lefts,
            right=rights,
            product=products,
            unit=unit,
            end_of_word=end_of_word,
            continuing_prefix=continuing_prefix,
        )
