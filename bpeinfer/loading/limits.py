"""`TrainerLimits`: which tokens sentencepiece's BPE trainer was allowed to make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bpeinfer.scripts import scripts_of

__all__ = ["SPACE", "TrainerLimits", "is_digit", "trainer_scripts"]

SPACE = "▁"


@dataclass(frozen=True)
class TrainerLimits:
    """Which pairs the trainer was allowed to merge; a forbidden pair is no rival. None means "not limited".

    Attributes:
        longest_token: characters in the longest token that may be made.
        one_script: a token may not mix Unicode scripts (Hiragana, Katakana and Han count as one).
        numbers_apart: a token may not mix digits and other characters (only with `one_script`).
        single_digits: a digit is never merged.
        split_at_spaces: a token has its space mark only at its edge, where `space_last` says.
        space_last: the space mark stands at the end of a pretoken instead of its start.
        space_runs: tokens of nothing but space marks are allowed.

    Example:
        >>> limits = TrainerLimits(longest_token=16, one_script=True, split_at_spaces=True)
        >>> [limits.allows(token) for token in ("▁the", "the▁", "aж", "a" * 17)]
        [True, False, False, False]

    Source: sentencepiece's trainer_spec (max_sentencepiece_length, split_by_unicode_script, split_by_number,
    split_digits, split_by_whitespace, treat_whitespace_as_suffix, allow_whitespace_only_pieces).
    """

    longest_token: int | None = None
    one_script: bool = False
    numbers_apart: bool = False
    single_digits: bool = False
    split_at_spaces: bool = False
    space_last: bool = False
    space_runs: bool = False

    def allows(self, token: str) -> bool:
        """Say whether the trainer could have made `token`; if not, a pair that would make it was no rival."""
        if self.longest_token is not None and len(token) > self.longest_token:
            return False
        if (
            SPACE in token
            and not (self.space_runs and set(token) == {SPACE})
            and self._space_misplaced(token)
        ):
            return False
        if self.single_digits and len(token) > 1 and any(map(is_digit, token)):
            return False
        return not self.one_script or not self._mixes_scripts(token)

    def _space_misplaced(self, token: str) -> bool:
        places = [place for place, character in enumerate(token) if character == SPACE]
        edge, far = (len(token) - 1, 0) if self.space_last else (0, len(token) - 1)
        if self.split_at_spaces:
            return any(place != edge for place in places)
        return edge != far and far in places

    def _mixes_scripts(self, token: str) -> bool:
        before: str | None = None
        for character in token:
            if character == SPACE:
                continue
            script: str | None = _script(character)
            if script == "Inherited":
                script = before
            if not self.numbers_apart and is_digit(character):
                script = None
            if script is not None and before is not None and script != before:
                return True
            before = script
        return False


def is_digit(character: str) -> bool:
    """Say whether a character is a decimal digit of any script."""
    return unicodedata.category(character) == "Nd"


def trainer_scripts(characters: Iterable[str]) -> dict[str, str]:
    """Scripts as the trainer tells them apart: kana count as Han, characters without a script as Common."""
    merged = {"Hiragana": "Han", "Katakana": "Han"}
    return {
        character: "Common" if unicodedata.category(character) in ("Co", "Cn") else merged.get(script, script)
        for character, script in scripts_of(characters).items()
    } | {"ー": "Han"}


@cache
def _script(character: str) -> str:
    return trainer_scripts(character)[character]
