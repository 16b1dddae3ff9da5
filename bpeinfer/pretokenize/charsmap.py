"""sentencepiece's compiled character map: from leftmost-longest strings to strings.

The map is a darts-clone double-array trie over UTF-8, followed by the replacement strings. sentencepiece walks
through a text and replaces, at each place, the longest key that begins there. The `tokenizers` library approximates
this by whole grapheme clusters, which differs on decomposed text (Vietnamese, conjoining jamo, halfwidth kana with
marks), so the trie is read here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import TokenizerFileError
from bpeinfer.ragged import ranges

__all__ = ["CharacterMap", "character_map"]

_LONGEST_KEY = 256  # bytes; keys of sentencepiece's own rules have at most 30
_MOST_KEYS = 1_000_000


class CharacterMap:
    """A character map, read once into dictionaries.

    Attributes:
        keys: key → its replacement.

    Raises:
        TokenizerFileError: the map is damaged.
    """

    def __init__(self, data: bytes) -> None:
        size = int.from_bytes(data[:4], "little")
        if len(data) < 4 or size % 4 or not 0 < size <= len(data) - 4:
            raise TokenizerFileError(
                "a character map that does not have the length it declares; fetch the file again"
            )
        units = np.frombuffer(data, dtype="<u4", count=size // 4, offset=4)
        strings = data[4 + size :]
        self.keys: dict[str, str] = {}
        for key, place in _walk(units):
            end = strings.find(b"\0", place)
            if place >= len(strings) or end < 0:
                raise TokenizerFileError("a character map that points past its end; fetch the file again")
            if b"\n" in key:
                continue  # the trainer reads lines
            try:
                self.keys[key.decode()] = strings[place:end].decode()
            except UnicodeDecodeError:
                continue  # a key or string that no UTF-8 text can contain

    def apply(self, text: str) -> str:
        """Return the text with the longest key at each place replaced, from the left.

        A match of several characters can only begin just before a character that some key has after its first,
        so the rest is translated one character at a time.
        """
        single = self._single
        if self._further is None:
            return text.translate(single)
        parts = []
        start = 0
        for found in self._further.finditer(text):
            parts.append(text[start : found.start()].translate(single))
            parts.append(self._longest(found.group()))
            start = found.end()
        parts.append(text[start:].translate(single))
        return "".join(parts)

    def walk(self, text: str) -> list[str]:
        """Return what each match or single character of the text becomes, the simple way, place by place."""
        made = []
        place = 0
        while place < len(text):
            for length in range(min(self._length, len(text) - place), 0, -1):
                replacement = self.keys.get(text[place : place + length])
                if replacement is not None:
                    break
            else:
                length, replacement = 1, text[place]
            made.append(replacement)
            place += length
        return made

    @cached_property
    def makes_runs_of_spaces(self) -> bool:
        """Whether some key becomes several spaces in a row (none of sentencepiece's own rules does this)."""
        return any("  " in made for made in self.keys.values())

    @cached_property
    def _longest(self) -> Callable[[str], str]:
        return lru_cache(maxsize=1 << 16)(lambda piece: "".join(self.walk(piece)))

    @cached_property
    def _length(self) -> int:
        return max(map(len, self.keys), default=1)

    @cached_property
    def _single(self) -> dict[int, str]:
        return {ord(key): made for key, made in self.keys.items() if len(key) == 1}

    @cached_property
    def _further(self) -> re.Pattern[str] | None:
        """Runs of characters that some key has after its first, and the character before each run."""
        further = {character for key in self.keys for character in key[1:]}
        if not further:
            return None
        members = "".join(map(re.escape, sorted(further)))
        return re.compile(f"[^{members}]?[{members}]+", re.DOTALL)


@lru_cache(maxsize=8)
def character_map(encoded: str) -> CharacterMap:
    """Return the map in a base64 text, as tokenizer.json writes it."""
    return CharacterMap(base64.b64decode(encoded))


def _walk(units: NDArray[np.uint32]) -> Iterator[tuple[bytes, int]]:
    """Yield all keys of a double-array trie with their values, level by level.

    The child of a node for a byte is at the node's base XOR the byte and has the byte as its label, so in units
    sorted by place XOR label the children of each base are next to one another.
    """
    offsets = ((units >> 10) << ((units & 0x200) >> 6)).astype(np.int64)
    labels = (units & np.uint32(0x800000FF)).astype(np.int64)
    has_value = (units >> 8) & 1
    children = np.flatnonzero((labels > 0) & (labels < 256))
    owners = children ^ labels[children]
    order = np.argsort(owners, kind="stable")
    children, owners = children[order], owners[order]
    bases, prefixes = offsets[:1], [b""]
    for _ in range(_LONGEST_KEY):
        first = np.searchsorted(owners, bases, side="left")
        counts = np.searchsorted(owners, bases, side="right") - first
        if not counts.any():
            return
        if counts.sum() > _MOST_KEYS:
            break
        nodes = children[ranges(first, counts)]
        prefixes = [
            prefixes[parent] + bytes([byte])
            for parent, byte in zip(
                np.repeat(np.arange(len(counts)), counts).tolist(), labels[nodes].tolist(), strict=True
            )
        ]
        bases = nodes ^ offsets[nodes]
        for number in np.flatnonzero(has_value[nodes] & (bases < len(units))).tolist():
            yield prefixes[number], int(units[bases[number]] & np.uint32(0x7FFFFFFF))
    raise TokenizerFileError("a character map with endless keys; fetch the file again")
