"""Do the merges fit the pre-tokenizer? If no pretoken can hold a learned token, the wrong one is declared."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from bpeinfer.merges import MergeList

__all__ = ["unproducible_merges"]

_NEIGHBOURS = ("", "a", " ", "\n", "1", ".", "(", "A", "m", " " * 3, " " * 7)


def unproducible_merges(
    merges: MergeList, split: Callable[[str], list[bytes]], among: Sequence[int] | None = None
) -> list[int]:
    """Return the ranks of merges whose product lies in no pretoken of any text tried.

    Each product is split by itself and, where that cuts it, between neighbours of several kinds. Fragments of
    characters are completed to characters of each kind. Passing is necessary, not sufficient: that a pretoken
    holds the product does not say that training met it.

    Args:
        merges: the learned merges.
        split: text → pretokens (UTF-8 bytes after normalisation).
        among: look at these ranks only.
    """
    seen: dict[int, bool] = {}
    ranks = []
    products = merges.product.tolist()
    for rank in range(len(merges)) if among is None else among:
        product = products[rank]
        if product not in seen:
            seen[product] = _fits(_unmarked(merges.symbols[product], merges), split)
        if not seen[product]:
            ranks.append(rank)
    return ranks


def _unmarked(symbol: bytes, merges: MergeList) -> bytes:
    return symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)


def _fits(token: bytes, split: Callable[[str], list[bytes]]) -> bool:
    readings = list(_readings(token))
    return any(
        any(token in pretoken for pretoken in split(left + text + right))
        for left, right in _contexts()
        for text in readings
    )


@cache
def _contexts() -> tuple[tuple[str, str], ...]:
    """Neighbours to try, the plainest first."""
    both = [(left, right) for left in _NEIGHBOURS for right in _NEIGHBOURS]
    return tuple(sorted(both, key=lambda pair: len(pair[0]) + len(pair[1])))


def _readings(token: bytes) -> Iterator[str]:
    """Texts whose UTF-8 holds `token`: itself, or with the cut characters at its edges completed."""
    try:
        yield token.decode()
        return
    except UnicodeDecodeError:
        pass
    tail = next((place for place, byte in enumerate(token) if byte & 0xC0 != 0x80), len(token))
    front, rest = token[:tail], token[tail:]
    cut = _cut_character(rest)
    middle, back = rest[: len(rest) - cut], rest[len(rest) - cut :]
    try:
        text = middle.decode()
    except UnicodeDecodeError:
        return
    for before in _completions(front, at_start=True) if front else ("",):
        for after in _completions(back, at_start=False) if back else ("",):
            yield before + text + after


def _cut_character(data: bytes) -> int:
    """How many bytes at the end begin a character that is not finished."""
    for length in (1, 2, 3):
        if length <= len(data) and data[-length] >= 0xC0:
            need = 2 if data[-length] < 0xE0 else 3 if data[-length] < 0xF0 else 4
            return length if need > length else 0
    return 0


@cache
def _completions(fragment: bytes, *, at_start: bool) -> tuple[str, ...]:
    """Characters of different kinds and blocks whose UTF-8 ends (`at_start`) or begins with `fragment`."""
    kinds: dict[tuple[str, int], str] = {}
    for character in _characters_ending(fragment) if at_start else _characters_beginning(fragment):
        kinds.setdefault((unicodedata.category(character), ord(character) >> 12), character)
    return tuple(kinds.values())


def _characters_ending(fragment: bytes) -> Iterator[str]:
    for lead in range(0xC2, 0xF5):
        length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        if len(fragment) < length:
            yield from _decoded(
                bytes([lead]) + filler + fragment for filler in _fillers(length - 1 - len(fragment))
            )


def _characters_beginning(fragment: bytes) -> Iterator[str]:
    lead = fragment[0]
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    yield from _decoded(fragment + filler for filler in _fillers(length - len(fragment)))


def _fillers(length: int) -> Iterator[bytes]:
    if length <= 0:
        yield b""
        return
    for byte in range(0x80, 0xC0):
        for rest in _fillers(min(length - 1, 1)):
            yield bytes([byte]) + (b"\x80" * (length - 1 - len(rest))) + rest


def _decoded(candidates: Iterable[bytes]) -> Iterator[str]:
    for data in candidates:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        yield text
