"""How sentencepiece's BPE trainer cuts text, written as tokenizer.json specs; and its limits, read off the tokens.

The trainer splits sentences (lines) at its space mark ``▁`` and refuses tokens that mix scripts or digits. A token
can then never cross such a place, so "may not mix" is the same as "is split there" and the split carries it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bpeinfer.loading.raw import Spec, TrainerLimits
from bpeinfer.scripts import scripts_of

__all__ = ["SPACE", "limits_of_tokens", "normalizer_spec", "pre_tokenizer_spec"]

SPACE = "▁"


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
        steps.append(_replace(r"(?<=[^\n])(?=\n|\z)" if space_last else r"(?<=\A|\n)(?=[^\n])", SPACE))
    steps.append({"type": "Replace", "pattern": {"String": " "}, "content": SPACE})
    return {"type": "Sequence", "normalizers": steps}


def _replace(pattern: str, content: str) -> Spec:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def pre_tokenizer_spec(limits: TrainerLimits, alphabet: Iterable[str]) -> Spec:
    """Return the pre-tokenizer that cuts where no token may cross: lines, space marks, scripts, digits.

    Characters whose script does not occur in `alphabet` are in no token; they are left between the pretokens.
    """
    lines: Spec = {"type": "Split", "pattern": {"Regex": r"[\r\n]+"}, "behavior": "Removed", "invert": False}
    words = {
        "type": "Split",
        "pattern": {"Regex": _pattern(limits, alphabet)},
        "behavior": "Isolated",
        "invert": False,
    }
    return {"type": "Sequence", "pretokenizers": [lines, words]}


def _pattern(limits: TrainerLimits, alphabet: Iterable[str]) -> str:
    digits_apart = limits.single_digits or not limits.numbers_apart
    outside = SPACE + r"\r\n" + (r"\p{Nd}" if digits_apart else "")
    if limits.one_script:
        body = _one_script(alphabet, outside)
        if not limits.single_digits and not limits.numbers_apart:  # a digit may stand between any two scripts
            body = rf"(?=[^{SPACE}\r\n])(?:(?:{body})?\p{{Nd}}+)*(?:{body})?"
    else:
        body = rf"[^{outside}]+" if limits.single_digits else rf"[^{SPACE}\r\n]+"
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
    names = sorted({_merged(script) for script in scripts_of(alphabet).values()} - {"Inherited", "Other"})
    runs = []
    for name in names:
        members = {"Han": r"\p{Han}\p{Hiragana}\p{Katakana}ー"}.get(name, rf"\p{{{name}}}")
        not_here = outside + ("ー" if name == "Common" else "")
        runs.append(rf"(?![{not_here}])[{members}](?:(?![{not_here}])[{members}\p{{Inherited}}])*")
    return rf"\p{{Inherited}}*(?:{'|'.join(runs)})|\p{{Inherited}}+"


def _merged(script: str) -> str:
    return "Han" if script in ("Hiragana", "Katakana") else script


def limits_of_tokens(tokens: Sequence[str]) -> TrainerLimits:
    """Read the trainer's limits off the tokens it made: a limit holds if not one token of two characters breaks it.

    Example:
        >>> limits_of_tokens(["▁a", "▁▁", "in", "▁in"]).split_at_spaces
        True
    """
    longer = [token for token in tokens if len(token) > 1]
    script = {character: _merged(name) for character, name in scripts_of(char for token in longer for char in token).items()}
    script["ー"] = "Han"
    inside = re.compile(f"[^{SPACE}]{SPACE}")
    before = re.compile(f"{SPACE}[^{SPACE}]")
    crossing = any(inside.search(token) for token in longer)
    leading = any(before.search(token) for token in longer)
    runs = any(set(token) == {SPACE} for token in longer)
    digits = any(unicodedata.category(character) == "Nd" for token in longer for character in token)
    mixed = mixed_numbers = False
    for token in longer:
        found = {script[character] for character in token if character != SPACE} - {"Inherited"}
        if len(found) > 1:
            if found - {"Common"} and len(found - {"Common"}) == 1 and all(
                unicodedata.category(character) == "Nd"
                for character in token
                if script[character] == "Common" and character != SPACE
            ):
                mixed_numbers = True
            else:
                mixed = True
    longest = max(map(len, longer), default=0)
    return TrainerLimits(
        longest_token=longest if longest == 16 else None,
        one_script=not mixed,
        numbers_apart=not mixed and not mixed_numbers,
        single_digits=not digits,
        split_at_spaces=not (crossing and leading),
        space_last=crossing and not leading,
        space_runs=runs,
    )
