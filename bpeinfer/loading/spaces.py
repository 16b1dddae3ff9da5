"""How sentencepiece's BPE trainer cuts text, as tokenizer.json specs; its limits, read off the tokens.

The trainer splits sentences (lines) at its space mark ``▁`` and refuses tokens that mix scripts or digits. A
token can then never cross such a place, so "may not mix" is the same as "is split there" and the split
carries it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bpeinfer.loading.limits import SPACE, TrainerLimits, is_digit, trainer_scripts
from bpeinfer.loading.raw import Spec

__all__ = ["limits_of_tokens", "line_by_line", "normalizer_spec", "pre_tokenizer_spec"]

EXCEPTIONS = 10_000
DEFAULT_LONGEST = 16
"""sentencepiece's default for max_sentencepiece_length."""


def normalizer_spec(
    *,
    prepend_space: bool,
    collapse_spaces: bool,
    space_last: bool = False,
    charsmap: str = "",
) -> Spec:
    """Return the normalizer: compiled character map, spaces, and the space mark, line by line.

    Args:
        prepend_space: each line starts (or, with `space_last`, ends) with a space mark.
        collapse_spaces: runs of spaces become one, spaces at the edges of lines go.
        space_last: the mark goes to the end of a word.
        charsmap: sentencepiece's precompiled character map in base64.
    """
    steps: list[Spec] = []
    if charsmap:
        steps.append({"type": "Precompiled", "precompiled_charsmap": charsmap})
    if collapse_spaces:
        steps += [_replace(r"(?m)^ +| +$", ""), _replace(" {2,}", " ")]
    if prepend_space:
        steps.append(_SPACE_AFTER_LINES if space_last else _SPACE_BEFORE_LINES)
    steps.append({"type": "Replace", "pattern": {"String": " "}, "content": SPACE})
    return {"type": "Sequence", "normalizers": steps}


def _replace(pattern: str, content: str) -> Spec:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


_SPACE_BEFORE_LINES = _replace(r"(?<=\A|\n)(?=[^\n])", SPACE)
_SPACE_AFTER_LINES = _replace(r"(?<=[^\n])(?=\n|\z)", SPACE)


def line_by_line(spec: Spec | None) -> Spec | None:
    """Put the space mark before each line, as the trainer did, not once before the whole text."""
    if spec is None:
        return None
    if spec.get("type") == "Prepend" and spec.get("prepend") == SPACE:
        return _SPACE_BEFORE_LINES
    if isinstance(spec.get("normalizers"), list):
        return spec | {"normalizers": [line_by_line(part) for part in spec["normalizers"]]}
    return spec


def pre_tokenizer_spec(limits: TrainerLimits, alphabet: Iterable[str]) -> Spec:
    """Return the pre-tokenizer that cuts where no token may cross: lines, space marks, scripts, digits.

    Characters whose script does not occur in `alphabet` are in no token; they are left between the pretokens.
    """
    lines: Spec = {"type": "Split", "pattern": {"Regex": r"\n+"}, "behavior": "Removed", "invert": False}
    words = {
        "type": "Split",
        "pattern": {"Regex": _pattern(limits, alphabet)},
        "behavior": "Isolated",
        "invert": False,
    }
    return {"type": "Sequence", "pretokenizers": [lines, words]}


def _pattern(limits: TrainerLimits, alphabet: Iterable[str]) -> str:
    digits_apart = limits.single_digits or not limits.numbers_apart
    outside = SPACE + r"\n" + (r"\p{Nd}" if digits_apart else "")
    if limits.one_script:
        body = _one_script(alphabet, outside)
        if not limits.single_digits and not limits.numbers_apart:  # a digit may stand between any two scripts
            body = rf"(?=[^{SPACE}\n])(?:(?:{body})?\p{{Nd}}+)*(?:{body})?"
    else:
        body = rf"[^{outside}]+" if limits.single_digits else rf"[^{SPACE}\n]+"
    if not limits.split_at_spaces:
        body = rf"(?:{SPACE}?(?:{body}))+"
    run = f"{SPACE}*" if limits.space_runs else f"{SPACE}?"
    word = f"(?:{body}){run}" if limits.space_last else f"{run}(?:{body})"
    alternatives = [word, f"{SPACE}+" if limits.space_runs else SPACE]
    if limits.single_digits:
        alternatives.insert(0, r"\p{Nd}")
    return "|".join(alternatives)


def _one_script(alphabet: Iterable[str], outside: str) -> str:
    """A run of one script; combining marks belong to whatever stands before them, or to what follows."""
    names = sorted(set(trainer_scripts(alphabet).values()) - {"Inherited", "Other"})
    runs = []
    for name in names:
        members = _MEMBERS.get(name, rf"\p{{{name}}}")
        not_here = outside + ("ー" if name == "Common" else "")
        runs.append(rf"(?![{not_here}])[{members}](?:(?![{not_here}])[{members}\p{{Inherited}}])*")
    return rf"\p{{Inherited}}*(?:{'|'.join(runs)})|\p{{Inherited}}+"


_MEMBERS = {
    "Han": r"\p{Han}\p{Hiragana}\p{Katakana}ー",
    "Common": r"\p{Common}\p{Co}\p{Cn}",  # sentencepiece counts characters without a script as common
}


def limits_of_tokens(tokens: Sequence[str]) -> tuple[TrainerLimits, list[str]]:
    """Read the trainer's limits off the tokens it made.

    A limit holds if at most one token in `EXCEPTIONS` breaks it (Gemma 3 has one such token, added by hand).

    Returns:
        the limits, and the tokens that break one of those that hold.

    Example:
        >>> limits, exceptions = limits_of_tokens(["▁a", "▁▁", "in", "▁in"])
        >>> limits.split_at_spaces, limits.space_runs, exceptions
        (True, True, [])
    """
    longer = [token for token in tokens if len(token) > 1]
    script = trainer_scripts(set().union(*longer))
    digits = {character for character in script if is_digit(character)}
    inside, before = re.compile(f"[^{SPACE}]{SPACE}"), re.compile(f"{SPACE}[^{SPACE}]")
    crossing = [token for token in longer if inside.search(token)]
    leading = [token for token in longer if before.search(token)]
    with_digit = [token for token in longer if not digits.isdisjoint(token)]
    mixed: list[str] = []
    mixed_with_digits: list[str] = []
    for token in longer:
        found = {script[character] for character in token if character != SPACE} - {"Inherited"}
        if len(found) > 1:
            apart = {
                script[character] for character in token if character not in digits and character != SPACE
            }
            (mixed_with_digits if len(apart - {"Inherited"}) < 2 else mixed).append(token)
    few = len(longer) // EXCEPTIONS
    space_last = len(crossing) > few >= len(leading)
    crosses = leading if space_last else crossing
    longest = max(map(len, longer), default=0)
    limits = TrainerLimits(
        longest_token=longest if longest == DEFAULT_LONGEST else None,
        one_script=len(mixed) <= few,
        numbers_apart=len(mixed) <= few and len(mixed_with_digits) <= few,
        single_digits=len(with_digit) <= few,
        split_at_spaces=len(crosses) <= few,
        space_last=space_last,
        space_runs=any(set(token) == {SPACE} for token in longer),
    )
    broken = [
        token
        for holds, breaking in (
            (limits.one_script, mixed),
            (limits.numbers_apart, mixed_with_digits),
            (limits.single_digits, with_digit),
            (limits.split_at_spaces, crosses),
        )
        if holds
        for token in breaking
    ]
    return limits, list(dict.fromkeys(broken))
