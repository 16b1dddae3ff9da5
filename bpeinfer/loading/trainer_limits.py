"""`TrainerLimits`: which tokens sentencepiece's BPE trainer was allowed to make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize.sentencepiece_scripts import INHERITED, is_digit, trainer_scripts

__all__ = ["SPACE", "TrainerLimits"]

SPACE = "▁"
_ANY = 0  # in place of a script: compatible with every script


@dataclass(frozen=True, kw_only=True)
class TrainerLimits:
    """Which pairs the trainer was allowed to merge; a forbidden pair is not a rival. None means "not limited".

    Attributes:
        longest_token: characters in the longest token that may be made.
        one_script: a token may not mix Unicode scripts (Hiragana, Katakana and Han count as one).
        numbers_apart: a token may not mix digits and other characters (only with `one_script`).
        single_digits: a digit is never merged.
        split_at_spaces: a token has a space mark only at one edge, the end with `space_last`, else the start.
        space_last: the space mark is at the end of a pretoken instead of its start.
        space_runs: tokens made only of space marks are allowed.
        each_once: a pair is never merged if another pair has already made its token.

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
    each_once: bool = False

    def allows(self, token: str) -> bool:
        """Return whether the trainer could have made `token`; if not, a pair that would make it was not a rival."""
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
        before = _ANY
        for script in self._scripts(token):
            if script not in (_ANY, INHERITED) and before not in (_ANY, script):
                return True
            before = before if script == INHERITED else script
        return False

    def _scripts(self, token: str) -> list[int]:
        """Return the script of each character except space marks; digits may be compatible with any."""
        scripts = trainer_scripts()
        return [
            _ANY if not self.numbers_apart and is_digit(character) else int(scripts[ord(character)])
            for character in token
            if character != SPACE
        ]

    def allowed_pairs(
        self, symbols: Sequence[str], left: NDArray[np.int32], right: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Return for each pair of symbols whether the trainer could have merged it: whether `allows` its product.

        Args:
            symbols: the symbols that `left` and `right` (int32[K]) index, each a single character or itself allowed.
        """
        length = np.array(list(map(len, symbols)))
        good = np.ones(len(left), dtype=bool)
        if self.longest_token is not None:
            good &= length[left] + length[right] <= self.longest_token
        if self.single_digits:
            digit = np.array([any(map(is_digit, symbol)) for symbol in symbols], dtype=bool)
            good &= ~(digit[left] | digit[right])
        good &= self._spaces_placed(symbols, length, left, right)
        if self.one_script:
            good &= self._of_one_script(symbols, left, right)
        return good

    def _spaces_placed(
        self,
        symbols: Sequence[str],
        length: NDArray[np.int64],
        left: NDArray[np.int32],
        right: NDArray[np.int32],
    ) -> NDArray[np.bool_]:
        marks = np.array([symbol.count(SPACE) for symbol in symbols])
        begins = np.array([symbol.startswith(SPACE) for symbol in symbols], dtype=bool)
        ends = np.array([symbol.endswith(SPACE) for symbol in symbols], dtype=bool)
        placed: NDArray[np.bool_]
        if self.split_at_spaces and self.space_last:
            placed = (marks[left] == 0) & (marks[right] == ends[right])
        elif self.split_at_spaces:
            placed = (marks[left] == begins[left]) & (marks[right] == 0)
        else:
            placed = ~begins[left] if self.space_last else ~ends[right]
        if self.space_runs:
            placed |= (marks[left] == length[left]) & (marks[right] == length[right])
        return placed

    def _of_one_script(
        self, symbols: Sequence[str], left: NDArray[np.int32], right: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        first = np.full(len(symbols), _ANY)
        last = np.full(len(symbols), _ANY)
        for number, symbol in enumerate(symbols):
            scripts = [script for script in self._scripts(symbol) if script != INHERITED]
            if scripts:
                first[number], last[number] = scripts[0], scripts[-1]
        # The script that the right symbol requires, and the one in which the left symbol ends.
        asked, held = first[right], last[left]
        fits: NDArray[np.bool_] = (asked == _ANY) | (held == _ANY) | (asked == held)
        return fits
