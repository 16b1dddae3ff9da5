"""How sentencepiece's BPE trainer cuts text, as specifications; its limits, read off the tokens.

The trainer splits sentences (lines) at its space mark ``▁`` and refuses tokens that mix scripts or digits; see
`bpeinfer.pretokenize.sentencepiece`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bpeinfer.loading.raw import Spec
from bpeinfer.loading.trainer_limits import SPACE, TrainerLimits
from bpeinfer.pretokenize.sentencepiece import TYPE as SENTENCEPIECE
from bpeinfer.pretokenize.sentencepiece_scripts import INHERITED, is_digit, trainer_scripts

__all__ = ["as_the_trainer", "limits_of_tokens", "normalizer_spec", "pre_tokenizer_spec"]

EXCEPTIONS = 10_000
DEFAULT_LONGEST = 16
"""sentencepiece's default for max_sentencepiece_length."""


def normalizer_spec(
    *,
    prepend_space: bool,
    collapse_spaces: bool,
    space_last: bool = False,
    charsmap: str = "",
    longest_line: int = 0,
) -> Spec:
    """Return the normalizer: compiled character map, spaces, and the space mark, line by line.

    Args:
        prepend_space: each line starts (or, with `space_last`, ends) with a space mark.
        collapse_spaces: runs of spaces become one, spaces at the edges of lines go.
        space_last: the mark goes to the end of a word.
        charsmap: sentencepiece's precompiled character map in base64.
        longest_line: bytes above which the trainer skipped a line (0: none).
    """
    return {
        "type": SENTENCEPIECE,
        "charsmap": charsmap,
        "add_dummy_prefix": prepend_space,
        "remove_extra_whitespaces": collapse_spaces,
        "treat_whitespace_as_suffix": space_last,
        "max_sentence_length": longest_line,
    }


def as_the_trainer(normalizer: Spec | None, pre_tokenizer: Spec | None, space_last: bool = False) -> Spec:
    """Return the trainer's normalizer behind that of a converted tokenizer.json, which takes a text as one line.

    Converters write sentencepiece's steps as Precompiled, Strip, Replace and Prepend, or as a Metaspace that does not
    split; other steps stay in front.
    """
    said: dict[str, Any] = {"prepend_space": False, "collapse_spaces": False, "space_last": space_last}
    rest: list[Spec] = []
    for step in _flat(normalizer, "normalizers"):
        kind, pattern = step.get("type"), step.get("pattern") or {}
        if kind == "Prepend" and step.get("prepend") == SPACE:
            said["prepend_space"] = True
        elif kind == "Precompiled":
            said["charsmap"] = step.get("precompiled_charsmap") or ""
        elif kind == "Replace" and pattern.get("Regex") == " {2,}":
            said["collapse_spaces"] = True
        elif kind != "Strip" and not (kind == "Replace" and pattern.get("String") == " "):
            rest.append(step)
    for step in _flat(pre_tokenizer, "pretokenizers"):
        if step.get("type") == "Metaspace":
            scheme = step.get("prepend_scheme") or (
                "always" if step.get("add_prefix_space", True) else "never"
            )
            said["prepend_space"] |= scheme != "never"
    made = normalizer_spec(**said)
    return {"type": "Sequence", "normalizers": [*rest, made]} if rest else made


def _flat(spec: Spec | None, parts: str) -> Iterator[Spec]:
    if spec is not None and isinstance(spec.get(parts), list):
        for part in spec[parts]:
            yield from _flat(part, parts)
    elif spec is not None:
        yield spec


def pre_tokenizer_spec(limits: TrainerLimits, symbols: Iterable[str] = (), delimiter: str = "") -> Spec:
    """Return the pre-tokenizer that cuts where no token may cross: lines, space marks, scripts, digits.

    Args:
        limits: the trainer's.
        symbols: what it takes out of the text before it counts (special and user-defined symbols).
        delimiter: another such, for pre-tokenised text.
    """
    return {
        "type": SENTENCEPIECE,
        "symbols": sorted(set(symbols) - {""}),
        "delimiter": delimiter,
        "split_by_whitespace": limits.split_at_spaces,
        "treat_whitespace_as_suffix": limits.space_last,
        "allow_whitespace_only_pieces": limits.space_runs,
        "split_by_unicode_script": limits.one_script,
        "split_by_number": limits.numbers_apart,
        "split_digits": limits.single_digits,
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
    numbers = trainer_scripts()
    script = {character: int(numbers[ord(character)]) for character in set().union(*longer)}
    digits = {character for character in script if is_digit(character)}
    inside, before = re.compile(f"[^{SPACE}]{SPACE}"), re.compile(f"{SPACE}[^{SPACE}]")
    crossing = [token for token in longer if inside.search(token)]
    leading = [token for token in longer if before.search(token)]
    with_digit = [token for token in longer if not digits.isdisjoint(token)]
    mixed: list[str] = []
    mixed_with_digits: list[str] = []
    for token in longer:
        found = {script[character] for character in token if character != SPACE} - {INHERITED}
        if len(found) > 1:
            apart = {
                script[character] for character in token if character not in digits and character != SPACE
            }
            (mixed_with_digits if len(apart - {INHERITED}) < 2 else mixed).append(token)
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
        each_once=True,
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
