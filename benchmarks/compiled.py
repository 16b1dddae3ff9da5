"""What counting would gain from loops compiled by numba: the same pretokens and counts, part by part.

    pip install numba && python benchmarks/compiled.py --corpus DIR   # one sub-folder or file a category

Splitting: a scalar loop that tries the alternatives of a `WordRule` at each place, and one for `ClassRuns`, so that all
patterns with a plan have it. Counting: one open-addressing table of each category's pretokens, by the same hashes as
`bpeinfer.counting.keys`, with the bytes of long ones compared at every occurrence, and counts in blocks. Both are held
against the NumPy way: other pretokens or counts end the run. Times are of this process's processor, the best of a few.

numba's private option ``_nrt=False`` matters: with its reference counts, each array given from function to function
costs more than the work on it.

More than 300 lines: it is an experiment that stands alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import typer
from counting import documents, sum_bytes
from numpy.typing import NDArray

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.block_counter import CHUNK, BlockCounter
from bpeinfer.counting.blocks import BLOCKS, BlockCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.counting.keys import LONG, SHORT
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.pretokenize import Pieces, Pretokenizer
from bpeinfer.pretokenize.boundaries import WordRule
from bpeinfer.pretokenize.buffers import BAR, CUT, END, Buffer
from bpeinfer.pretokenize.character_classes import CATEGORIES, ClassTable, class_table
from bpeinfer.pretokenize.plans import Plan
from bpeinfer.pretokenize.stages import ClassRuns, Stage, Words, piece_starts

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]
Places = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., Any])

LETTER, NUMBER, SPACE, NEWLINE, SIGN, PREFIX, CAPITAL, SMALL = (1 << bit for bit in range(8))
"""What a character may be matched as in words; PREFIX: before letters."""
IN, BLANK = 1, 2
"""What a character is to runs of a class: a member; what joins a run of them."""
JOINS, CONTRACTED, SUFFIXED, CASED, SLASHES, WHOLE_END, ASCII_WORDS = (1 << bit for bit in range(7))
"""What a `WordRule` says, as bits; CONTRACTED: contractions at a start, SUFFIXED: at the end of a word."""

_FIRST, _LAST, _SIZE, _AGAIN = (
    np.uint64(number)
    for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)
)  # as in bpeinfer.counting.keys
_8, _29, _32, _56, _64, _1 = (np.uint64(number) for number in (8, 29, 32, 56, 64, 1))
HUGE = 1024
"""Pretokens beyond this are hashed by another function in `bpeinfer.counting.keys`; none may occur here."""


def compiled(function: Function) -> Function:
    """Return the function as machine code, made at its first call."""
    return cast(Function, numba.njit(cache=True, _nrt=False)(function))


@compiled
def _decode(codes: Bytes, at: int) -> tuple[Any, int]:
    byte = np.int64(codes[at])
    second = np.int64(codes[at + 1]) & 0x3F
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | second, 2
    third = np.int64(codes[at + 2]) & 0x3F
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | second << 6 | third, 3
    return (byte & 0x07) << 18 | second << 12 | third << 6 | (np.int64(codes[at + 3]) & 0x3F), 4


@compiled
def _fill_flags(
    codes: Bytes, at: int, of_ascii: Bytes, numbers: Bytes, by_class: Bytes, flags: Bytes
) -> tuple[int, int]:
    """Write the flags of the character that each byte belongs to, from a place on.

    Args:
        codes: uint8[n], a buffer.
        at: the place, where a character begins.
        of_ascii: uint8[256], the flags of bytes that are characters.
        numbers: uint8[0x110000], the class number of every code point, 0 of those not looked up.
        by_class: uint8, the flags of each class number.
        flags: uint8[n], filled.

    Returns:
        Place and code point of a character that was not looked up, or n and 0.
    """
    while at < len(codes):
        byte = codes[at]
        if byte < 0x80 or byte >= 0xFD:
            flags[at] = of_ascii[byte]
            at += 1
            continue
        point, width = _decode(codes, at)
        if numbers[point] == 0:
            return at, point
        found = by_class[numbers[point]]
        for place in range(at, at + width):
            flags[place] = found
        at += width
    return at, 0


@compiled
def _next(codes: Bytes, at: int) -> Any:
    """Return where the next character begins."""
    byte = codes[at]
    if byte < 0xC0 or byte >= 0xFD:
        return at + 1
    return at + 2 + (byte >= 0xE0) + (byte >= 0xF0)


@compiled
def _run(flags: Bytes, at: int, end: int, wanted: int) -> int:
    """Return where a run of characters that have a flag ends."""
    while at < end:
        if not flags[at] & wanted:
            break
        at += 1
    return at


@compiled
def _contraction(codes: Bytes, at: int, end: int, fold: int) -> int:
    """Return the bytes of the contraction that begins here ('s, 't, 'm, 'd, 're, 've, 'll), or 0."""
    if at + 1 >= end or codes[at] != 39:
        return 0
    first = codes[at + 1] | fold
    if first == 115 or first == 116 or first == 109 or first == 100:
        return 2
    if at + 2 >= end:
        return 0
    if fold and codes[at + 1] == 0xC5 and codes[at + 2] == 0xBF:  # ſ counts as s
        return 3
    second = codes[at + 2] | fold
    if second == 101:
        return 3 if first == 114 or first == 118 else 0
    return 3 if first == 108 and second == 108 else 0


@compiled
def _spaces(flags: Bytes, codes: Bytes, at: int, end: int, to_line: bool, whole_end: bool) -> int:
    """Match ``\\s*[\\r\\n]+`` (if `to_line`), ``\\s+(?!\\S)`` and ``\\s+``."""
    stop = last = at
    newline = 0
    while stop < end:
        if not flags[stop] & SPACE:
            break
        last = stop
        stop = _next(codes, stop)
        if flags[last] & NEWLINE:
            newline = stop
    if whole_end and stop == end:
        return stop
    if to_line and newline:
        return newline
    return stop if stop == end or last == at else last


@compiled
def _joined(flags: Bytes, codes: Bytes, at: int, end: int) -> int:
    """Match a run of letters, numbers or signs with a space before it, or white space."""
    begin = at + 1 if codes[at] == 32 and at + 1 < end else at
    kind = flags[begin] & (LETTER | NUMBER | SIGN)
    if kind:
        return _run(flags, begin + 1, end, kind)
    return _spaces(flags, codes, at, end, False, False)


@compiled
def _small_last(flags: Bytes, at: int, end: int) -> int:
    """Match capitals and caseless letters, then at least one small or caseless one; 0: no match."""
    last = 0
    while at < end:
        if not flags[at] & CAPITAL:
            break
        at += 1
        if flags[at - 1] & SMALL:
            last = at
    if at < end and flags[at] & SMALL:
        return _run(flags, at, end, SMALL)
    return last


@compiled
def _capital_first(flags: Bytes, at: int, end: int) -> int:
    """Match at least one capital or caseless letter, then small and caseless ones; 0: no match."""
    stop = _run(flags, at, end, CAPITAL)
    return _run(flags, stop, end, SMALL) if stop > at else 0


@compiled
def _cased(flags: Bytes, codes: Bytes, at: int, end: int) -> int:
    """Match a word that ends where a capital follows a small letter; 0: no match."""
    after = _next(codes, at) if flags[at] & PREFIX else at
    stop = _small_last(flags, after, end)
    if not stop and after > at:
        stop = _small_last(flags, at, end)
    if not stop:
        stop = _capital_first(flags, after, end)
    if not stop and after > at:
        stop = _capital_first(flags, at, end)
    return stop


@compiled
def _letters(flags: Bytes, codes: Bytes, at: int, end: int) -> int:
    """Match letters with any one sign or space before them; 0: no match."""
    if flags[at] & PREFIX:
        after = _next(codes, at)
        if after < end and flags[after] & LETTER:
            return _run(flags, after + 1, end, LETTER)
    return _run(flags, at + 1, end, LETTER) if flags[at] & LETTER else 0


@compiled
def _ascii_word(codes: Bytes, at: int, end: int) -> int:
    """Match one ASCII sign and ASCII letters; 0: no match."""
    sign = codes[at]
    if not (33 <= sign < 127) or 48 <= sign <= 57 or 65 <= sign <= 90 or 97 <= sign <= 122:
        return 0
    stop = at + 1
    while stop < end and 97 <= (codes[stop] | 0x20) <= 122:
        stop += 1
    return stop if stop > at + 1 else 0


@compiled
def _digits(flags: Bytes, codes: Bytes, at: int, end: int, longest: int) -> int:
    """Match a number of at most `longest` characters (0: any); `at` if there is none."""
    if not longest:
        return _run(flags, at, end, NUMBER)
    for _ in range(longest):
        if at >= end:
            break
        if not flags[at] & NUMBER:
            break
        at = _next(codes, at)
    return at


@compiled
def _signs(flags: Bytes, codes: Bytes, at: int, end: int, slashes: bool) -> int:
    """Match signs with a space before them and line breaks after them; `at`: no match."""
    begin = at + 1 if codes[at] == 32 else at
    stop = _run(flags, begin, end, SIGN)
    if stop == begin:
        return at
    while stop < end and (codes[stop] == 10 or codes[stop] == 13 or (slashes and codes[stop] == 47)):
        stop += 1
    return stop


@compiled
def _lined(flags: Bytes, codes: Bytes, at: int, end: int, rule: int, fold: int, digits: int) -> int:
    """Match as patterns with ``\\s*[\\r\\n]+`` do; `at`: no match."""
    stop = 0
    if rule & ASCII_WORDS:
        stop = _ascii_word(codes, at, end)
    if not stop:
        stop = _cased(flags, codes, at, end) if rule & CASED else _letters(flags, codes, at, end)
    if stop:
        return stop + _contraction(codes, stop, end, fold) if rule & SUFFIXED else stop
    stop = _digits(flags, codes, at, end, digits)
    if stop == at:
        stop = _signs(flags, codes, at, end, rule & SLASHES != 0)
    return stop if stop > at else _spaces(flags, codes, at, end, True, rule & WHOLE_END != 0)


@compiled
def _mark_piece(
    flags: Bytes, codes: Bytes, starts: Bools, at: int, end: int, rule: int, fold: int, digits: int
) -> None:
    """Mark where the words of one piece start; what no alternative matches stays together."""
    matched = True
    while at < end:
        stop = at
        if rule & CONTRACTED:
            stop += _contraction(codes, at, end, fold)
        if stop == at:
            stop = (
                _joined(flags, codes, at, end)
                if rule & JOINS
                else _lined(flags, codes, at, end, rule, fold, digits)
            )
        if matched or stop > at:
            starts[at] = True
        matched = stop > at
        at = stop if matched else _next(codes, at)


@compiled
def _mark_words(flags: Bytes, codes: Bytes, starts: Bools, rule: int, fold: int, digits: int) -> None:
    """Mark where words start within the pieces that begin at `starts`, in place.

    Args:
        flags, codes: uint8[n], of a buffer that ends with END.
        starts: bool[n].
        rule: the sum of what the `WordRule` says.
        fold: set in the bytes of letters before they are compared: 0x20 where case does not matter, else 0.
        digits: most characters of a number; 0: any.
    """
    at, last = 0, len(codes)
    while at < last:
        if codes[at] == END or codes[at] == CUT:
            at += 1
            continue
        end = at + 1
        while not starts[end]:
            end += 1
        _mark_piece(flags, codes, starts, at, end, rule, fold, digits)
        at = end


@compiled
def _mark_runs(flags: Bytes, codes: Bytes, starts: Bools, longest: int) -> None:
    """Mark where runs of a class start and end within the pieces that begin at `starts`, in place.

    Args:
        flags: uint8[n], IN or BLANK.
        codes: uint8[n], a buffer.
        starts: bool[n].
        longest: most characters in a run; 0: any.
    """
    at, last, before, rank = 0, len(codes), 0, 0
    while at < last:
        inside = flags[at] & IN
        if starts[at]:
            rank = 0
        elif inside != flags[before] & IN:
            rank = 0
            starts[before if inside and flags[before] & BLANK else at] = True
        if inside and longest:
            if rank % longest == 0:
                starts[at] = True
            rank += 1
        before = at
        at = _next(codes, at)


@compiled
def _pieces_of(codes: Bytes, starts: Bools, begins: Places, lengths: Places) -> int:
    """Write where pieces begin and how long they are, without END and CUT; return how many there are."""
    count, begin = 0, -1
    for at in range(len(codes)):
        if starts[at]:
            if begin >= 0:
                begins[count] = begin
                lengths[count] = at - begin
                count += 1
            begin = at if codes[at] != END and codes[at] != CUT else -1
    return count


def run_stage(stage: Stage, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
    """Do what ``stage.run`` does; the pieces are the same, but no CUT is put between them."""
    codes = buffer.codes
    if isinstance(stage, Words) and stage.rule.spaces != "drop":
        flags = _flags(buffer, class_table(stage.engine), *_flags_of_characters(stage.rule))
        starts = starts.copy()
        _mark_words(flags, codes, starts, *_in_numbers(stage.rule))
        return buffer, starts
    if isinstance(stage, ClassRuns) and not stage.drop:
        spaces = {32: BLANK} if stage.space == " " else {}
        flags = _flags(buffer, class_table(stage.engine, (stage.members,)), (0, IN, 0), spaces)
        if stage.space == "s":
            flags |= _flags(buffer, class_table(stage.engine, (r"\s",)), (0, BLANK, 0), {})
        starts = starts.copy()
        _mark_runs(flags, codes, starts, stage.longest)
        return buffer, starts
    return stage.run(buffer, starts)


def pieces_of(buffer: Buffer, starts: Bools) -> tuple[Places, Places]:
    """Return where pieces start in the buffer and how many bytes they have, int64, without END and CUT."""
    begins, lengths = np.empty((2, int(np.count_nonzero(starts))), dtype=np.int64)
    count = _pieces_of(buffer.codes, starts, begins, lengths)
    return begins[:count], lengths[:count]


def _flags(buffer: Buffer, table: ClassTable, by_class: tuple[int, ...], ascii_more: dict[int, int]) -> Bytes:
    """Return the flags of the character that each byte belongs to: those of its class or, of a few, their own."""
    table.ensure(np.array([0, ord("▁")]))
    of_class = np.array(by_class, dtype=np.uint8)
    of_ascii = np.zeros(256, dtype=np.uint8)
    of_ascii[:128] = of_class[table.numbers[:128]]
    of_ascii[BAR] = of_class[table.numbers[ord("▁")]]
    of_ascii[list(ascii_more)] = list(ascii_more.values())
    flags = np.empty(len(buffer.codes), dtype=np.uint8)
    at = 0
    while at < len(flags):
        at, point = _fill_flags(buffer.codes, at, of_ascii, table.numbers, of_class, flags)
        if at < len(flags):
            table.ensure(np.array([point]))
    return flags


@lru_cache(maxsize=64)
def _flags_of_characters(rule: WordRule) -> tuple[tuple[int, ...], dict[int, int]]:
    """Return what characters may be matched as: those of each category number, and line breaks."""
    prefix = 0 if rule.spaces == "join" else PREFIX
    sign = SIGN | (0 if rule.ascii_words else prefix)
    capital, small, letter = CAPITAL, SMALL, LETTER
    mark = {"punctuation": sign, "letter": letter, "both": sign | letter | capital | small}[rule.marks]
    of_category = {
        r"\p{Lu}": letter | capital,
        r"\p{Lt}": letter | capital,
        r"\p{Ll}": letter | small,
        r"\p{Lm}": letter | capital | small,
        r"\p{Lo}": letter | capital | small,
        r"\p{M}": mark,
        r"\p{N}": prefix if rule.ascii_words else NUMBER,
        r"\s": SPACE | prefix,
    }
    numbered = (0, *(of_category.get(category, sign) for category in CATEGORIES))
    other = prefix if rule.ascii_words else sign
    return (*numbered, other), dict.fromkeys((10, 13), SPACE | NEWLINE)


@lru_cache(maxsize=64)
def _in_numbers(rule: WordRule) -> tuple[int, int, int]:
    """Return a rule as `mark_words` takes it."""
    said = {
        JOINS: rule.spaces == "join",
        CONTRACTED: rule.contractions in ("lower", "any"),
        SUFFIXED: rule.contractions == "suffix",
        CASED: rule.cased,
        SLASHES: rule.slashes,
        WHOLE_END: rule.whole_end,
        ASCII_WORDS: rule.ascii_words,
    }
    return (
        sum(bit for bit, holds in said.items() if holds),
        0x20 * (rule.contractions != "lower"),
        rule.digits,
    )


@compiled
def _mix(state: Any, word: Any, odd: Any) -> Any:
    state = (state ^ word) * odd
    state ^= state >> _32
    state *= _AGAIN
    return state ^ (state >> _29)


@compiled
def _key(words: Keys, start: int, length: int) -> Any:
    """Return the key of a pretoken, as `bpeinfer.counting.keys` makes it."""
    first, size = words[start], np.uint64(length)
    if length <= SHORT:
        free = _64 - size * _8
        return ((first << free) >> free) | (size << _56)
    key = _mix(_mix(size * _SIZE, first, _FIRST), words[start + length - 8], _LAST)
    for place in range(8, length - 8, 8):
        key = _mix(key, words[start + place], _FIRST)
    return (key * _FIRST) | LONG


@compiled
def _same(words: Keys, start: int, kept: Keys, place: int, length: int) -> bool:
    """Return whether a pretoken equals the one kept at a place."""
    for at in range(0, length - 8, 8):
        if words[start + at] != kept[place + at]:
            return False
    return bool(words[start + length - 8] == kept[place + length - 8])


@compiled
def _count(
    words: Keys,
    starts: Places,
    lengths: Places,
    begin: int,
    end: int,
    slots: Keys,
    blob: Bytes,
    kept: Keys,
    long: Places,
    last: Places,
    rows: Places,
    counts: Places,
    state: Places,
) -> int:
    """Count the pretokens from `begin` to `end` in the current block; return where the table was too full, or `end`.

    `slots` has a key and a row for each of 2^m places; `long` place and length of a row's bytes in `blob`, whose words
    are `kept`; `last` the latest entry of a row; `rows` and `counts` the entries; `state` the numbers of rows,
    bytes and entries, the first entry of the block, and 1 after a collision.
    """
    mask = np.uint64(len(slots) // 2 - 1)
    for number in range(begin, end):
        start, length = starts[number], lengths[number]
        key = _key(words, start, length)
        slot = (key * _AGAIN >> _32) & mask
        while slots[slot + slot] != key and slots[slot + slot] != 0:
            slot = (slot + _1) & mask
        if slots[slot + slot] == 0:
            if 2 * state[0] >= mask or state[1] + length + 8 > len(blob):
                return number
            slots[slot + slot], slots[slot + slot + _1] = key, state[0]
            last[state[0]] = -1
            if length > SHORT:
                long[2 * state[0]], long[2 * state[0] + 1] = state[1], length
                for at in range(length):
                    blob[state[1] + at] = (
                        (words[start + at - 7] >> _56) if at >= 7 else words[start + at] & 0xFF
                    )
                state[1] += length
            state[0] += 1
        row = np.int64(slots[slot + slot + _1])
        if length > SHORT and (
            long[2 * row + 1] != length or not _same(words, start, kept, long[2 * row], length)
        ):
            state[4] = 1
        entry = last[row]
        if entry < state[3]:
            if state[2] == len(rows):
                return number
            entry = last[row] = state[2]
            rows[entry], counts[entry] = row, 0
            state[2] += 1
        counts[entry] += 1
    return end


@compiled
def _moved(slots: Keys, larger: Keys) -> None:
    """Put all keys into a larger table."""
    mask = np.uint64(len(larger) // 2 - 1)
    for old in range(0, len(slots), 2):
        if slots[old]:
            slot = (slots[old] * _AGAIN >> _32) & mask
            while larger[slot + slot] != 0:
                slot = (slot + _1) & mask
            larger[slot + slot], larger[slot + slot + _1] = slots[old], slots[old + 1]


class Table:
    """Counts of one category's pretokens in blocks, by one hash table."""

    def __init__(self) -> None:
        self.slots = np.zeros(2 << 10, dtype=np.uint64)
        self.last = np.zeros(1 << 9, dtype=np.int64)
        self.long = np.zeros(1 << 10, dtype=np.int64)
        self.blob = np.zeros(1 << 12, dtype=np.uint8)
        self.rows, self.counts = np.zeros((2, 1 << 12), dtype=np.int64)
        self.state = np.zeros(5, dtype=np.int64)

    def add(self, pieces: Pieces, begin: int, end: int) -> None:
        """Count some pretokens in the current block."""
        words = _words_of(pieces.buffer)
        while begin < end:
            kept = _words_of(self.blob)
            begin = _count(
                words,
                pieces.starts,
                pieces.lengths,
                begin,
                end,
                self.slots,
                self.blob,
                kept,
                self.long,
                self.last,
                self.rows,
                self.counts,
                self.state,
            )
            if begin < end:
                self._grow(int(pieces.lengths[begin]))

    def next_block(self) -> None:
        """Begin a block."""
        self.state[3] = self.state[2]

    def _grow(self, needed: int) -> None:
        rows, size, entries = self.state[:3].tolist()
        if 2 * rows >= len(self.slots) // 2 - 1:
            larger = np.zeros(2 * len(self.slots), dtype=np.uint64)
            _moved(self.slots, larger)
            self.slots = larger
            self.last, self.long = (
                np.resize(self.last, 2 * len(self.last)),
                np.resize(self.long, 2 * len(self.long)),
            )
        if size + needed + 8 > len(self.blob):
            self.blob = np.resize(self.blob, 2 * len(self.blob) + needed)
        if entries == len(self.rows):
            self.rows, self.counts = np.resize(self.rows, 2 * entries), np.resize(self.counts, 2 * entries)

    def totals(self) -> tuple[Keys, Places]:
        """Return the distinct keys, ascending, and how often each occurs; entries are put in the keys' order."""
        if self.state[4]:
            raise AssertionError("two pretokens have one key")
        rows, _, entries = self.state[:3].tolist()
        pairs = self.slots.reshape(-1, 2)
        pairs = pairs[pairs[:, 0] != 0]
        pairs = pairs[np.argsort(pairs[:, 0])]
        rank = np.empty(rows, dtype=np.int64)
        rank[pairs[:, 1].astype(np.int64)] = np.arange(rows)
        ranks = rank[self.rows[:entries]]
        return pairs[:, 0], np.bincount(ranks, self.counts[:entries], rows).astype(np.int64)


def _words_of(data: Any) -> Keys:
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


def compiled_pieces(plan: Plan, texts: list[str], encoded: list[bytes]) -> Pieces:
    """Return the pretokens of some texts by the compiled loops."""
    if plan.normalizers:
        for normalize in plan.normalizers:
            texts = normalize(texts)
        encoded = [text.encode() for text in texts]
    end = bytes([END])
    buffer = Buffer(end.join([b"", *encoded, end * 16]))
    starts = piece_starts(buffer)
    for stage in plan.stages:
        done = run_stage(stage, buffer, starts)
        if done is None:
            raise AssertionError("a rare case, left to the slow way: leave this text out")
        buffer, starts = done
    begins, lengths = pieces_of(buffer, starts)
    ends = np.flatnonzero(buffer.codes == END)[: len(texts) + 1]
    return Pieces(buffer.data, begins, lengths, np.searchsorted(begins, ends))


class Chunk(NamedTuple):
    """Some documents of a category."""

    texts: list[str]
    encoded: list[bytes]


def chunks_of(texts: list[str]) -> Iterator[Chunk]:
    """Cut documents into chunks, as `BlockCounter` does."""
    chunk, size = Chunk([], []), 0
    for text in texts:
        chunk.texts.append(text)
        chunk.encoded.append(text.encode())
        size += len(chunk.encoded[-1])
        if size >= CHUNK:
            yield chunk
            chunk, size = Chunk([], []), 0
    if size:
        yield chunk


class _Given:
    """Stands for a pretokenizer whose work is done."""

    def __init__(self, split: list[Pieces]) -> None:
        self._split = iter(split)

    def seen_by_trainer(self, text: str) -> str:
        return text

    def pieces(self, texts: list[str], encoded: list[bytes]) -> Pieces:
        return next(self._split)


def numpy_counts(texts: list[str], split: list[Pieces]) -> BlockCounts:
    """Count pretokens that are found already: what `bpeinfer` does."""
    counter = BlockCounter(cast(Pretokenizer, _Given(split)))
    for text in texts:
        counter.add(text)
    return counter.finish()


def read_only(texts: list[str]) -> None:
    """Encode and hash documents, which every way of counting does."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(len(data).to_bytes(8, "little") + data)


def table_counts(chunks: list[Chunk], split: list[Pieces]) -> tuple[Keys, Places]:
    """Count the same pretokens by one hash table, in blocks of whole documents."""
    table = Table()
    stretch = -(-sum(len(data) for chunk in chunks for data in chunk.encoded) // BLOCKS)
    size = 0
    for chunk, pieces in zip(chunks, split, strict=True):
        first = pieces.first.tolist()
        for number, data in enumerate(chunk.encoded):
            table.add(pieces, first[number], first[number + 1])
            if size // stretch != (size + len(data)) // stretch:
                table.next_block()
            size += len(data)
    return table.totals()


def timed(work: Callable[[], Any], times: int) -> tuple[Any, float]:
    """Return a result and the least processor time it took."""
    best = np.inf
    for _ in range(times):
        begin = time.process_time()
        result = work()
        best = min(best, time.process_time() - begin)
    return result, float(best)


def check(chunks: list[Chunk], split: list[Pieces], other: list[Pieces], counts: Any, table: Any) -> None:
    """Stop if the two ways differ."""
    for chunk, ours, theirs in zip(chunks, split, other, strict=True):
        if ours.pretokens() != theirs.pretokens() or not np.array_equal(ours.first, theirs.first):
            raise AssertionError(f"other pretokens, in the documents from {chunk.texts[0][:80]!r} on")
    totals = np.bincount(counts.rows, counts.counts, len(counts.keys)).astype(np.int64)
    if not (np.array_equal(counts.keys, table[0]) and np.array_equal(totals, table[1])):
        raise AssertionError("other counts")


def parts_of(texts: dict[str, list[str]], pretokenizer: Pretokenizer, times: int) -> dict[str, float]:
    """Return the seconds of each part, all categories together."""
    plan = cast(Plan, pretokenizer._plan)
    seconds = dict.fromkeys(("read", "split", "split, compiled", "tables", "tables, compiled"), 0.0)
    for documents_of in texts.values():
        chunks = list(chunks_of(documents_of))
        by: dict[str, Any] = {}

        def take(name: str, work: Callable[[], Any], into: dict[str, Any] = by) -> None:
            into[name], used = timed(work, times)
            seconds[name] += used

        take("read", lambda own=documents_of: read_only(own))  # type: ignore[misc]
        take("split", lambda own=chunks: [pretokenizer.pieces(*chunk) for chunk in own])  # type: ignore[misc]
        take("split, compiled", lambda own=chunks: [compiled_pieces(plan, *chunk) for chunk in own])  # type: ignore[misc]
        split = by["split"]
        if any(len(pieces.lengths) and pieces.lengths.max() > HUGE for pieces in split):
            raise AssertionError(f"a pretoken of more than {HUGE} bytes: leave this text out")
        take("tables", lambda own=documents_of, done=split: numpy_counts(own, done))  # type: ignore[misc]
        take("tables, compiled", lambda own=chunks, done=split: table_counts(own, done))  # type: ignore[misc]
        check(chunks, split, by["split, compiled"], by["tables"], by["tables, compiled"])
    seconds["tables"] -= seconds["read"]
    return seconds


def main(
    corpus: Annotated[str, typer.Option(help="Category samples.")],
    limit: Annotated[int, typer.Option(help="Bytes a category at most; 0: all.")] = 1_000_000,
    patterns: Annotated[str, typer.Option(help="Known pre-tokenizers.")] = (
        "r50k,cl100k,o200k,qwen2,deepseek-v3,deepseek-coder"
    ),
    times: Annotated[int, typer.Option(help="Measure each part so often.")] = 3,
) -> None:
    """Print nanoseconds a byte of each part, by both ways, and what the whole would gain."""
    begin = time.process_time()
    warm = {"": ["It's 1 way,\n and ünder another: longer words than seven bytes\n"]}
    for name in ("r50k", "deepseek-coder"):
        parts_of(warm, Pretokenizer.from_spec(KNOWN[name].normalizer, KNOWN[name].pre_tokenizer), 1)
    _moved(np.zeros(4, dtype=np.uint64), np.zeros(8, dtype=np.uint64))
    print(f"compiled, or read from numba's cache, in {time.process_time() - begin:.1f} s")
    texts = documents(corpus, limit)
    size = sum_bytes(texts)
    print(f"{size / 1e6:.1f} MB in {len(texts)} categories; ns a byte")
    print(
        f"{'':16}{'whole':>8}{'read':>8}{'split':>8}{'by loop':>9}{'tables':>8}{'by loop':>9}{'rest':>8}{'gain':>8}"
    )
    for name in patterns.split(","):
        pretokenizer = Pretokenizer.from_spec(KNOWN[name].normalizer, KNOWN[name].pre_tokenizer, name)
        seconds = parts_of(texts, pretokenizer, times)
        samples = Corpus.from_texts(texts)
        whole = timed(lambda own=pretokenizer, given=samples: count_pretokens(given, own), times)[1]  # type: ignore[misc]
        rest = whole - seconds["read"] - seconds["split"] - seconds["tables"]
        then = whole + sum(seconds[f"{part}, compiled"] - seconds[part] for part in ("split", "tables"))
        print(
            f"{name:16}{whole / size * 1e9:>8.1f}"
            + f"{seconds['read'] / size * 1e9:>8.1f}{seconds['split'] / size * 1e9:>8.1f}"
            + f"{seconds['split, compiled'] / size * 1e9:>9.1f}{seconds['tables'] / size * 1e9:>8.1f}"
            + f"{seconds['tables, compiled'] / size * 1e9:>9.1f}{rest / size * 1e9:>8.1f}{whole / then:>7.2f}x",
            flush=True,
        )


if __name__ == "__main__":
    typer.run(main)
