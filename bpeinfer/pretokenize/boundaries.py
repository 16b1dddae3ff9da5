"""Where pretokens start, for the split patterns that nearly all tokenizers share, on whole arrays of bytes.

A buffer is UTF-8 bytes with END before, between and after documents, and CUT between the pieces of an earlier
split, which do not see each other. Each byte gets the flags of the character it belongs to; a start is then a
change of flags, corrected by rules that look at the adjacent character or run. Nothing here loops over
characters.

More than 300 lines: the rules correct one another, in the order given here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize.buffers import BAR, CUT, END, Buffer, spread
from bpeinfer.pretokenize.character_classes import CATEGORIES, ClassTable, Engine, FixedClasses, class_table

__all__ = ["WordRule", "character_flags", "character_starts", "word_starts"]


LETTER, NUMBER, SPACE, NEWLINE, MARK, UPPER, LOWER, STOP = (1 << bit for bit in range(8))
STRAY = (
    32  # in place of UPPER: not a letter, punctuation or space (DeepSeek V3 leaves these out of its matches)
)
ABSORBED = 64  # among kinds only: line breaks (and slashes) that belong to the punctuation before them
_KINDS = LETTER | NUMBER | SPACE | STOP

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class WordRule:
    """One family of split patterns: words, numbers, punctuation and spaces.

    Attributes:
        spaces: "join": a space joins the word, number or punctuation after it (GPT-2); "lines": the pattern
            has ``\\s*[\\r\\n]+``, letters take any one character before them, punctuation takes a space
            before it and line breaks after it (cl100k); "drop": white space is dropped (CLIP).
        contractions: "" none; "lower" at a start, as written; "any" at a start, any case; "suffix" after a
            word, any case.
        marks: how marks (\\p{M}) are treated: "punctuation", "letter" (in letters only), "both".
        cased: words end where a capital follows a lower-case letter.
        digits: longest run of digits that stays together; 0: any.
        slashes: punctuation takes slashes after its line breaks.
        whole_end: white space at the end of a text stays together.
        ascii_words: letters take no punctuation before them, but one ASCII sign and ASCII letters are a word;
            punctuation is \\p{P} and \\p{S} only, and all other characters are left unmatched (DeepSeek V3).
    """

    spaces: Literal["join", "lines", "drop"] = "lines"
    contractions: Literal["", "lower", "any", "suffix"] = ""
    marks: Literal["punctuation", "letter", "both"] = "punctuation"
    cased: bool = False
    digits: int = 0
    slashes: bool = False
    whole_end: bool = False
    ascii_words: bool = False


def _flags_of_categories(rule: WordRule) -> Bytes:
    """Return the flags of each category number."""
    flags = {
        r"\p{Lu}": LETTER | UPPER,
        r"\p{Lt}": LETTER | UPPER,
        r"\p{Ll}": LETTER | LOWER,
        r"\p{Lm}": LETTER,
        r"\p{Lo}": LETTER,
        r"\p{M}": {"punctuation": 0, "letter": LETTER, "both": LETTER | MARK}[rule.marks],
        r"\p{N}": NUMBER,
        r"\s": SPACE,
    }
    table = [0, *(flags.get(category, 0) for category in CATEGORIES), 0]
    if rule.ascii_words:
        table = [flag & ~(UPPER | LOWER) for flag in table]
        table[CATEGORIES.index(r"\p{N}") + 1] = table[-1] = STRAY
    return np.array(table, dtype=np.uint8)


def character_flags(
    buffer: Buffer, table: ClassTable | FixedClasses, by_class: Bytes, line_break: int = NEWLINE
) -> Bytes:
    """Return the flags of the character that each byte belongs to.

    `by_class` (uint8) gives the flags of each class number; line breaks also get NEWLINE, and END and CUT get
    STOP.
    """
    if not (table.numbers[0] and table.numbers[ord("▁")]):
        table.ensure(np.array([0, ord("▁")]))
    ascii_flags = np.zeros(256, dtype=np.uint8)
    ascii_flags[:128] = by_class[table.numbers[:128]]
    ascii_flags[[10, 13]] |= line_break
    ascii_flags[[END, CUT]] = STOP
    ascii_flags[BAR] = by_class[table.numbers[ord("▁")]]
    flags = np.frombuffer(bytearray(buffer.data).translate(ascii_flags.tobytes()), dtype=np.uint8)
    places, points = buffer.wide
    if len(places):
        numbers = table.numbers[points]
        if not numbers.all():
            table.ensure(points)
            numbers = table.numbers[points]
        flags[places] = by_class[numbers]
        for mask in buffer.continuing:
            flags[1:] |= flags[:-1] & mask[1:]
    return flags


def character_starts(codes: Bytes, places: Places) -> Places:
    """Return where the characters whose last bytes are at `places` begin."""
    places = places.copy()
    while True:
        inside = (codes[places] & 0xC0) == 0x80
        if not inside.any():
            return places
        places[inside] -= 1


def word_starts(buffer: Buffer, rule: WordRule, engine: Engine) -> Bools | None:
    """Mark the bytes at which pretokens start, and each END and CUT. None: a rare case, to be split slowly.

    `buffer` must begin with END and end with at least four of them.
    """
    codes = buffer.codes
    flags = character_flags(buffer, class_table(engine), _flags_of_categories(rule))
    if rule.marks == "both" and not _swallow_marks(codes, flags, rule):
        return None
    kinds = flags & np.uint8(_KINDS | (STRAY if rule.ascii_words else 0))
    lines = rule.spaces == "lines"
    newline = (flags & NEWLINE) != 0
    if lines:
        _absorb(codes, kinds, newline, rule.slashes)
        newline &= kinds == SPACE
    starts = np.empty(len(codes), dtype=bool)
    starts[0] = True
    np.not_equal(kinds[1:], kinds[:-1], out=starts[1:])
    starts |= kinds == STOP
    punctuation = kinds == 0
    letter = kinds == LETTER
    if lines:
        starts[1:] &= ~((kinds[1:] == ABSORBED) & punctuation[:-1])
        _after_line_breaks(kinds, newline, starts, rule.whole_end)
    if rule.spaces != "drop":
        # The last white space before something else is a piece of its own, or joins what follows.
        last = np.zeros(len(codes), dtype=bool)
        last[:-1] = (kinds[:-1] == SPACE) & ((kinds[1:] & (SPACE | STOP)) == 0)
        if lines:
            last &= ~newline
        blank = last & (codes == 32)
        _start_characters(codes, last, starts)
        if lines:
            joins = (last[:-1] & letter[1:]) | (blank[:-1] & punctuation[1:])
            lone = _lone(codes, starts, punctuation)
            if rule.ascii_words:
                plain = letter & (codes < 0x80)
                lone = lone[:-1] & plain[1:] & (codes[:-1] < 0x80)
                _end_words(plain, letter, np.flatnonzero(lone) + 1, starts)
                stray = (kinds[:-1] == STRAY) & letter[1:]
                _start_characters(codes, np.append(stray, False), starts)
                joins |= lone | stray
            else:
                joins |= lone[:-1] & letter[1:]
            starts[1:] &= ~joins
        else:
            starts[1:] &= ~blank[:-1]
    if rule.contractions:
        begin, stop = _contractions(codes, kinds, starts, rule)
        starts[stop] = True
    if rule.cased:
        _split_cases(flags, letter, starts)
    if rule.contractions:
        if rule.contractions == "suffix":
            starts[begin] = False
        starts[spread(begin + 1, stop)] = False
    if rule.digits:
        _split_digits(codes, kinds == NUMBER, starts, rule.digits)
    return starts


def _start_characters(codes: Bytes, last: Bools, starts: Bools) -> None:
    """Set starts at the first bytes of the characters whose last bytes are marked."""
    wide = last & (codes >= 0x80)
    starts |= last ^ wide
    starts[character_starts(codes, np.flatnonzero(wide))] = True


def _end_words(plain: Bools, letter: Bools, begin: Places, starts: Bools) -> None:
    """End words of ASCII letters that begin at `begin` where other letters follow."""
    finish = np.flatnonzero(plain[:-1] & ~plain[1:]) + 1
    stop = finish[np.searchsorted(finish, begin, side="right")]
    starts[stop[letter[stop]]] = True


def _lone(codes: Bytes, starts: Bools, punctuation: Bools) -> Bools:
    """Mark last bytes of punctuation characters at which a match starts (no space joined before them)."""
    first = punctuation & starts
    first[1:] &= codes[:-1] != 32
    wide = np.flatnonzero(first & (codes >= 0x80) & (codes < CUT))
    if len(wide):
        first[wide] = False
        length = 2 + (codes[wide] >= 0xE0).astype(np.int64) + (codes[wide] >= 0xF0)
        first[wide + length - 1] = True
    return first


def _absorb(codes: Bytes, kinds: Bytes, newline: Bools, slashes: bool) -> None:
    """Turn line breaks right after punctuation (and slashes among them) into the kind ABSORBED."""
    begin = np.flatnonzero(newline[1:] & (kinds[:-1] == 0)) + 1
    if not len(begin):
        return
    run = newline | (codes == 47) if slashes else newline
    finish = np.flatnonzero(run[:-1] & ~run[1:])
    stop = finish[np.searchsorted(finish, begin)] + 1
    kinds[spread(begin, stop)] = ABSORBED


def _after_line_breaks(kinds: Bytes, newline: Bools, starts: Bools, whole_end: bool) -> None:
    """Start a new piece after the last line break of a run of white space."""
    other = (kinds == SPACE) & ~newline
    begin = np.flatnonzero(other[1:] & newline[:-1]) + 1
    if not len(begin):
        return
    # Ends of runs, without single spaces between words, which are the majority.
    finish = np.flatnonzero(other[1:-1] & ~other[2:] & (other[:-2] | newline[:-2])) + 2
    stop = finish[np.searchsorted(finish, begin, side="right")]
    after = ~newline[stop]
    if whole_end:
        after &= kinds[stop] != STOP
    starts[begin[after]] = True


def _contractions(codes: Bytes, kinds: Bytes, starts: Bools, rule: WordRule) -> tuple[Places, Places]:
    """Return where English contractions ('s, 't, 're, 've, 'm, 'll, 'd) begin and where they end."""
    apostrophe = (codes == 39) & (kinds == 0)
    if rule.contractions == "suffix":
        apostrophe[1:] &= kinds[:-1] == LETTER
    else:
        if rule.spaces != "drop":
            apostrophe[1:] &= codes[:-1] != 32
        apostrophe &= starts
    begin = np.flatnonzero(apostrophe)
    fold = 0 if rule.contractions == "lower" else 0x20
    first, second = codes[begin + 1] | fold, codes[begin + 2] | fold
    one = (first == ord("s")) | (first == ord("t")) | (first == ord("m")) | (first == ord("d"))
    two = ((first == ord("r")) | (first == ord("v"))) & (second == ord("e"))
    two |= (first == ord("l")) & (second == ord("l"))
    if fold:  # ſ counts as s for patterns that ignore case
        two |= (codes[begin + 1] == 0xC5) & (codes[begin + 2] == 0xBF)
    found = one | two
    begin, stop = begin[found], (begin + 2 + two)[found]
    if rule.contractions == "suffix" and len(begin) > 1:
        # What directly follows a contraction is not a suffix of it: in a chain, every second one counts.
        follows = np.concatenate([[False], begin[1:] == stop[:-1]])
        order = np.arange(len(begin))
        counts = (order - np.maximum.accumulate(np.where(follows, 0, order))) % 2 == 0
        begin, stop = begin[counts], stop[counts]
    return begin, stop


def _split_cases(flags: Bytes, letter: Bools, starts: Bools) -> None:
    """Start a word at a capital after lower-case letters; caseless letters (and marks) go with either.

    The pattern reads capitals and caseless letters as far as possible, then lower-case and caseless ones. If no
    lower-case letter follows, it backtracks to just after the last caseless letter.
    """
    upper = letter & ((flags & UPPER) != 0)
    lower = letter & ((flags & LOWER) != 0)
    turn = np.flatnonzero(upper[1:] & letter[:-1] & ~upper[:-1] & ~starts[1:]) + 1
    if not len(turn):
        return
    after_lower = lower[turn - 1]
    starts[turn[after_lower]] = True
    open_turns = turn[~after_lower]
    if not len(open_turns):
        return
    caseless = letter & ~upper & ~lower
    begins = np.flatnonzero(caseless & (np.concatenate([[True], ~caseless[:-1]]) | starts))
    begin = begins[np.searchsorted(begins, open_turns - 1, side="right") - 1]
    small_before = lower[begin - 1] & ~starts[begin]
    finish = np.flatnonzero(upper[:-1] & ~upper[1:]) + 1
    gives_back = ~letter[finish[np.searchsorted(finish, open_turns, side="right")]]
    starts[open_turns[small_before | gives_back]] = True


def _split_digits(codes: Bytes, number: Bools, starts: Bools, longest: int) -> None:
    """Start a new piece after every `longest` digits of a run."""
    digits = np.flatnonzero(number & ((codes & 0xC0) != 0x80))
    if not len(digits):
        return
    order = np.arange(len(digits))
    rank = order - np.maximum.accumulate(np.where(number[digits - 1], 0, order))
    starts[digits[rank % longest == 0]] = True


def _swallow_marks(codes: Bytes, flags: Bytes, rule: WordRule) -> bool:
    """Turn marks that belong to a run of punctuation into punctuation; False if slashes make that unclear.

    A mark after a lone punctuation character at which a match starts belongs to the letters (the character is
    taken as their prefix); after a space and punctuation, or two punctuation characters, it is one more of them.
    """
    mark = (flags & MARK) != 0
    punctuation = (flags & _KINDS) == 0
    begin = np.flatnonzero(mark[1:] & punctuation[:-1]) + 1
    if not len(begin):
        return True
    finish = np.flatnonzero(mark[:-1] & ~mark[1:]) + 1
    stop = finish[np.searchsorted(finish, begin, side="right")]
    runs = np.flatnonzero(punctuation[1:] & ~punctuation[:-1]) + 1
    before = runs[np.searchsorted(runs, begin, side="left") - 1]
    if rule.slashes and np.any((codes[before] == 47) & ((flags[before - 1] & NEWLINE) != 0)):
        return False
    head = codes[before]
    length = 1 + (head >= 0xC0).astype(np.int64) + (head >= 0xE0) + (head >= 0xF0)
    spaced = codes[before - 1] == 32
    single = before + length == begin
    same = single & ~spaced & np.concatenate([[False], stop[:-1] == before[1:]])
    order = np.arange(len(begin))
    decided = np.maximum.accumulate(np.where(same, 0, order))
    swallowed = (~single | spaced)[decided]
    places = spread(begin[swallowed], stop[swallowed])
    flags[places] &= np.uint8(0xFF ^ LETTER ^ MARK)
    return True
