"""The Unicode script of a character, for trainer limits and for the composition of a merge list."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import regex

__all__ = ["SCRIPTS", "scripts_of"]

# fmt: off
SCRIPTS = (
    "Latin", "Common", "Inherited", "Han", "Cyrillic", "Arabic", "Hangul", "Hiragana", "Katakana",
    "Devanagari", "Greek", "Hebrew", "Thai", "Bengali", "Tamil", "Telugu", "Georgian", "Armenian",
    "Malayalam", "Kannada", "Gujarati", "Gurmukhi", "Khmer", "Sinhala", "Myanmar", "Lao", "Ethiopic",
    "Oriya", "Tibetan", "Mongolian", "Syriac", "Thaana", "Nko", "Cherokee", "Canadian_Aboriginal",
    "Bopomofo", "Yi", "Tifinagh", "Javanese", "Balinese", "Sundanese", "Meetei_Mayek", "Ol_Chiki", "Coptic",
    "Gothic", "Runic", "Ogham", "Braille", "Vai", "Lisu", "Bamum", "Limbu", "Tai_Le", "New_Tai_Lue",
    "Tai_Viet", "Tai_Tham", "Cham", "Buginese", "Lepcha", "Saurashtra", "Kayah_Li", "Rejang", "Tagalog",
    "Hanunoo", "Buhid", "Tagbanwa", "Samaritan", "Mandaic", "Glagolitic", "Phags_Pa", "Syloti_Nagri",
    "Batak", "Deseret", "Osmanya", "Shavian", "Old_Italic", "Old_Persian", "Old_Turkic", "Ugaritic",
    "Phoenician", "Linear_A", "Linear_B", "Cypriot", "Cuneiform", "Egyptian_Hieroglyphs", "Brahmi",
    "Kaithi", "Chakma", "Adlam", "Osage", "Tangut", "Nushu", "Wancho",
)
# fmt: on
"""The scripts distinguished, by their Unicode names; every other script is called ``Other``."""


@cache
def _finder(script: str) -> regex.Pattern[str]:
    return regex.compile(rf"\p{{Script={script}}}")


def scripts_of(characters: Iterable[str]) -> dict[str, str]:
    """Return the script of each distinct character.

    Example:
        >>> scripts_of("aж1")
        {'a': 'Latin', 'ж': 'Cyrillic', '1': 'Common'}
    """
    waiting = dict.fromkeys(characters, "Other")
    text = "".join(waiting)
    for script in SCRIPTS:
        found = _finder(script).findall(text)
        if found:
            waiting.update(dict.fromkeys(found, script))
            text = _finder(script).sub("", text)
        if not text:
            break
    return waiting
