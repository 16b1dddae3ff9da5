"""How sentencepiece's BPE trainer cuts text, as specifications; its limits, inferred from the tokens.

The trainer splits sentences (lines) at its space mark ``▁`` and allows no tokens that mix scripts or digits; see
`bpeinfer.pretokenize.sentencepiece`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bpeinfer.loading.raw import Spec
from bpeinfer.loading.trainer_limits import SPACE, TrainerLimits
from bpeinfer.pretokenize.sentencepiece import TYPE as SENTENCEPIECE
from bpeinfer.pretokenize.sentencepiece_scripts import INHERITED, is_digit, trainer_scripts

__all__ = ["as_the_trainer", "limits_of_tokens", "marks_the_start", "normalizer_spec", "pre_tokenizer_spec"]

EXCEPTIONS = 10_000
DEFAULT_LONGEST = 16
"""sentencepiece's default for max_sentencepiece_length.

Taken for the limit of every list without a longer token: where the trainer's was another, a few rivals that lost are
left out.
"""


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
        collapse_spaces: runs of spaces become one, spaces at the edges of lines are dropped.
        space_last: the mark goes to the end of a word.
        charsmap: sentencepiece's precompiled character map in base64.
        longest_line: the trainer skips lines of more bytes than this (0: none).
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
    """Return the trainer's normalizer, given that of a converted tokenizer.json, which treats a text as one line.

    Converters write sentencepiece's steps as Precompiled, Strip, Replace and Prepend, or as a Metaspace that does not
    split; other steps stay before them.
    """
    steps = list(_flat(normalizer, "normalizers"))
    said: dict[str, Any] = {
        "prepend_space": marks_the_start(pre_tokenizer),
        "collapse_spaces": False,
        "space_last": space_last,
    }
    rest: list[Spec] = []
    for step in steps:
        known = _option(step)
        if known is None:
            rest.append(step)
        else:
            said |= known
    made = normalizer_spec(**said)
    return {"type": "Sequence", "normalizers": [*rest, made]} if rest else made


def marks_the_start(pre_tokenizer: Spec | None) -> bool:
    """Return whether a pre-tokenizer of `tokenizers` has a Metaspace that puts its sign before a text."""
    return any(_prepends(step) for step in _flat(pre_tokenizer, "pretokenizers"))


def _option(step: Spec) -> dict[str, Any] | None:
    """Return what a converter's step says about the trainer's normalizer, or None for any other step."""
    kind, pattern = step.get("type"), step.get("pattern") or {}
    if kind == "Prepend" and step.get("prepend") == SPACE:
        return {"prepend_space": True}
    if kind == "Precompiled":
        return {"charsmap": step.get("precompiled_charsmap") or ""}
    if kind == "Replace" and pattern.get("Regex") == " {2,}":
        return {"collapse_spaces": True}
    if kind == "Strip" or (kind == "Replace" and pattern.get("String") == " "):
        return {}
    return None


def _prepends(step: Spec) -> bool:
    if step.get("type") != "Metaspace":
        return False
    scheme = step.get("prepend_scheme")
    return scheme != "never" if scheme else bool(step.get("add_prefix_space", True))


def _flat(spec: Spec | None, parts: str) -> Iterator[Spec]:
    if spec is not None and isinstance(spec.get(parts), list):
        for part in spec[parts]:
            yield from _flat(part, parts)
    elif spec is not None:
        yield spec


def pre_tokenizer_spec(limits: TrainerLimits, symbols: Iterable[str] = (), delimiter: str = "") -> Spec:
    """Return the pre-tokenizer that cuts where no token may cross: lines, space marks, scripts, digits.

    Args:
        limits: the trainer's limits.
        symbols: special and user-defined symbols, which the trainer removes from the text before it counts.
        delimiter: another string that it removes, in pre-tokenised text.
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
    """Infer the trainer's limits from the tokens it made.

    A limit holds if at most one token in `EXCEPTIONS` breaks it (Gemma 3 has one such token, added by hand).

    Returns:
        the limits, and the tokens that break a limit that holds.

    Example:
        >>> limits, exceptions = limits_of_tokens(["▁a", "▁▁", "in", "▁in"])
        >>> limits.split_at_spaces, limits.space_runs, exceptions
        (True, True, [])
    """
    longer = [token for token in tokens if len(token) > 1]
    few = len(longer) // EXCEPTIONS
    breaking = _breaking(longer)
    space_last = len(breaking["space inside or last"]) > few >= len(breaking["space first"])
    spaces = breaking["space first" if space_last else "space inside or last"]
    scripts, with_digits, digits = breaking["scripts"], breaking["scripts with digits"], breaking["digits"]
    longest = max(map(len, longer), default=0)
    limits = TrainerLimits(
        longest_token=DEFAULT_LONGEST if longest <= DEFAULT_LONGEST else None,
        one_script=len(scripts) <= few,
        numbers_apart=len(scripts) <= few and len(with_digits) <= few,
        single_digits=len(digits) <= few,
        split_at_spaces=len(spaces) <= few,
        space_last=space_last,
        space_runs=any(set(token) == {SPACE} for token in longer),
        each_once=True,
    )
    exceptions = [
        *(scripts if limits.one_script else []),
        *(with_digits if limits.numbers_apart else []),
        *(digits if limits.single_digits else []),
        *(spaces if limits.split_at_spaces else []),
    ]
    return limits, list(dict.fromkeys(exceptions))


def _breaking(tokens: Sequence[str]) -> dict[str, list[str]]:
    """Return the tokens that break each limit.

    "scripts with digits": tokens that have two scripts only if their digits are counted.
    """
    numbers = trainer_scripts()
    characters = set().union(*tokens) - {SPACE}
    script = {character: int(numbers[ord(character)]) for character in characters}
    digits = {character for character in characters if is_digit(character)}
    inside, before = re.compile(f"[^{SPACE}]{SPACE}"), re.compile(f"{SPACE}[^{SPACE}]")
    found: dict[str, list[str]] = {"scripts": [], "scripts with digits": []}
    for token in tokens:
        letters = set(token) - {SPACE}
        if _scripts(letters, script) > 1:
            found["scripts" if _scripts(letters - digits, script) > 1 else "scripts with digits"].append(
                token
            )
    found["digits"] = [token for token in tokens if not digits.isdisjoint(token)]
    found["space inside or last"] = [token for token in tokens if inside.search(token)]
    found["space first"] = [token for token in tokens if before.search(token)]
    return found


def _scripts(characters: set[str], script: Mapping[str, int]) -> int:
    return len({script[character] for character in characters} - {INHERITED})
