"""Write bpeinfer/pretokenize/sentencepiece_scripts.txt: the scripts that sentencepiece's trainer tells apart.

    python tools/build_sentencepiece_scripts.py       # needs sentencepiece; about 10 s

Its table of scripts is compiled in (Unicode 9.0 in 0.2.3) and cannot be read, but it shows: the trainer joins two
characters only if they are of one script or one of them is a mark of no script (Inherited). So each code point is
trained beside a full stop, a letter z, and a letter of the script that `regex` gives it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import regex
import sentencepiece

TARGET = Path(__file__).parents[1] / "bpeinfer" / "pretokenize" / "sentencepiece_scripts.txt"
# fmt: off
SCRIPTS = (
    "Adlam", "Caucasian_Albanian", "Ahom", "Arabic", "Imperial_Aramaic", "Armenian", "Avestan", "Balinese", "Bamum",
    "Bassa_Vah", "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid", "Chakma",
    "Canadian_Aboriginal", "Carian", "Cham", "Cherokee", "Coptic", "Cypriot", "Cyrillic", "Devanagari", "Deseret",
    "Duployan", "Egyptian_Hieroglyphs", "Elbasan", "Ethiopic", "Georgian", "Glagolitic", "Gothic", "Grantha", "Greek",
    "Gujarati", "Gurmukhi", "Hangul", "Han", "Hanunoo", "Hatran", "Hebrew", "Hiragana", "Anatolian_Hieroglyphs",
    "Pahawh_Hmong", "Old_Hungarian", "Old_Italic", "Javanese", "Kayah_Li", "Katakana", "Kharoshthi", "Khmer", "Khojki",
    "Kannada", "Kaithi", "Tai_Tham", "Lao", "Latin", "Lepcha", "Limbu", "Linear_A", "Linear_B", "Lisu", "Lycian",
    "Lydian", "Mahajani", "Mandaic", "Manichaean", "Marchen", "Mende_Kikakui", "Meroitic_Cursive",
    "Meroitic_Hieroglyphs", "Malayalam", "Modi", "Mongolian", "Mro", "Meetei_Mayek", "Multani", "Myanmar",
    "Old_North_Arabian", "Nabataean", "Newa", "Nko", "Ogham", "Ol_Chiki", "Old_Turkic", "Oriya", "Osage", "Osmanya",
    "Palmyrene", "Pau_Cin_Hau", "Old_Permic", "Phags_Pa", "Inscriptional_Pahlavi", "Psalter_Pahlavi", "Phoenician",
    "Miao", "Inscriptional_Parthian", "Rejang", "Runic", "Samaritan", "Old_South_Arabian", "Saurashtra",
    "SignWriting", "Shavian", "Sharada", "Siddham", "Khudawadi", "Sinhala", "Sora_Sompeng", "Sundanese",
    "Syloti_Nagri", "Syriac", "Tagbanwa", "Takri", "Tai_Le", "New_Tai_Lue", "Tamil", "Tangut", "Tai_Viet", "Telugu",
    "Tifinagh", "Tagalog", "Thaana", "Thai", "Tibetan", "Tirhuta", "Ugaritic", "Vai", "Warang_Citi", "Old_Persian",
    "Cuneiform", "Yi",
)
# fmt: on
"""Unicode's scripts up to version 10; later ones are of no script to the trainer."""
WHOLE = ((0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0x17000, 0x187EC), (0x20000, 0x2A6D6))
"""Ranges of one script that are too large to train on; their first code point stands for all."""
RESERVED = {0x2581, 0x2585}


def joined(characters: Iterable[str], other: str) -> set[str]:
    """Return the characters that the trainer joins with what follows them."""
    found = set()
    waiting = iter(characters)
    while part := tuple(islice(waiting, 3_000)):  # the trainer looks through all pairs in every step
        stream = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([character + other for character in part]),
            model_writer=stream,
            model_type="bpe",
            vocab_size=4 + 2 * len(part),
            hard_vocab_limit=False,
            character_coverage=1.0,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            minloglevel=3,
        )
        model = sentencepiece.SentencePieceProcessor(model_proto=stream.getvalue())
        pieces = {model.id_to_piece(number) for number in range(model.get_piece_size())}
        found |= {character for character in part if character + other in pieces}
    return found


def ranges(points: Iterable[int]) -> str:
    """Write code points as ranges in hexadecimal."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in spans)


def members(name: str) -> list[str]:
    """Return the code points that `regex` puts into a script, of the `WHOLE` ranges the first only."""
    inside = {point for first, last in WHOLE for point in range(first + 1, last + 1)} | RESERVED
    everything = "".join(chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF)
    found: list[str] = regex.findall(rf"\p{{Script={name}}}", everything)
    return [character for character in found if ord(character) not in inside]


def scripts() -> dict[str, set[int]]:
    """Ask the trainer."""
    found: dict[str, set[int]] = {}
    for name in SCRIPTS:
        candidates = members(name)
        newer = joined(candidates, ".")  # of no script to the trainer, as the full stop
        scripted = [character for character in candidates if character not in newer]
        kept = _alike(scripted)
        if kept:
            found[name] = {ord(character) for character in kept}
    marks = members("Inherited")
    real = joined(marks, ".") & joined(marks, "z")
    found["Inherited"] = {ord(mark) for mark in real}
    for mark in sorted(set(marks) - joined(marks, ".")):  # U+0953 and U+0954 were Devanagari once
        for name in SCRIPTS:
            if name in found and joined([mark], chr(min(found[name]))):
                found[name].add(ord(mark))
                break
    for first, last in WHOLE:
        for points in found.values():
            if first in points:
                points.update(range(first, last + 1))
    return found


def _alike(characters: Sequence[str]) -> set[str]:
    """Keep the characters that the trainer joins with the first of them."""
    return {characters[0], *joined(characters, characters[0])} if characters else set()


if __name__ == "__main__":
    TARGET.write_text(
        "".join(f"{name} {ranges(points)}\n" for name, points in sorted(scripts().items())), "utf-8"
    )
