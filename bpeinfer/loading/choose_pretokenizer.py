"""Which pre-tokenizer belongs to a merge list: the caller's, the file's, the registry's, or the merges'."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bpeinfer.errors import TokenizerFileError, UnknownPretokenizerError
from bpeinfer.loading.best_pretokenizer import best_known
from bpeinfer.loading.fingerprints import known_for, overruling
from bpeinfer.loading.gguf_names import GGUF_NAMES
from bpeinfer.loading.known_pretokenizers import KNOWN, KnownPretokenizer
from bpeinfer.loading.raw import RawTokenizer, Spec
from bpeinfer.loading.sentencepiece_rules import (
    as_the_trainer,
    limits_of_tokens,
    normalizer_spec,
    pre_tokenizer_spec,
)
from bpeinfer.loading.slow_classes import CONFIG, splitting_of
from bpeinfer.loading.trainer_limits import SPACE, TrainerLimits
from bpeinfer.loading.youtokentome import FORMAT as YOUTOKENTOME
from bpeinfer.merges import MergeList
from bpeinfer.near_names import did_you_mean
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["AUTO", "Splitting", "choose_pretokenizer"]

AUTO = "auto"
"""The caller's word for "the known pre-tokenizer that fits best"."""


_PROBE = "The man, aged 42, said: 中文 или — ok?\n\n  Новый день."
"""A text that no pre-tokenizer leaves whole, except those of files converted from sentencepiece."""


@dataclass(frozen=True)
class Splitting:
    """A pre-tokenizer, its origin in words, and the trainer limits that go with it."""

    pretokenizer: Pretokenizer
    origin: str
    limits: TrainerLimits | None = None
    notes: tuple[str, ...] = ()


def choose_pretokenizer(raw: RawTokenizer, merges: MergeList, given: str | None, name: str) -> Splitting:
    """Decide how text is split.

    The caller's choice comes first, then a published pre-tokenizer that is known to contradict the file, then
    the file, then the registry (by GGUF's name, by the list or by the class of transformers). A file that splits
    nowhere although no learned token crosses a space mark was converted from sentencepiece: its trainer's rules are
    inferred from the tokens.

    Raises:
        TokenizerFileError: the format does not say how text is split, the list is unknown, and `given` is None.
    """
    if given is not None:
        return _as_given(raw, merges, given, name)
    learned = merges.symbols[merges.alphabet_size :]
    known = overruling(learned)
    if known is not None:
        note = (
            f"the file's own pre-tokenizer contradicts its merges; text is split instead as {known.origin} does, by "
            "which the list was trained"
        )
        return _registered(
            raw, known, f"registry: known list {known.name}", (note,), TrainerLimits(longest_token=17)
        )
    if raw.has_pre_tokenizer:
        return _as_the_file_says(raw, merges, name)
    if raw.splitting in KNOWN and raw.format == YOUTOKENTOME:
        return _registered(raw, KNOWN[raw.splitting], f"registry: {raw.format}'s own way")
    if raw.splitting in GGUF_NAMES:
        known = KNOWN[GGUF_NAMES[raw.splitting]]
        return _registered(raw, known, f"registry: {raw.format} names it {raw.splitting}")
    found = known_for(learned)
    if found is not None:
        return _registered(raw, found[0], f"registry: {found[1]}")
    by_class = splitting_of(raw.splitting, raw.space_prefix) if raw.unit == "byte" else None
    if by_class is not None:
        origin = f"registry: the class {raw.splitting} of transformers, which {CONFIG} names"
        return Splitting(_build(*by_class, name), origin, raw.limits)
    made_up = _like_sentencepiece(raw, merges, name)
    if made_up is not None:
        return made_up
    says = "this format does not say how text is split"
    if raw.splitting:
        says = f"the pre-tokenizer or class that is named, {raw.splitting!r:.60}, is not a known one"
    raise UnknownPretokenizerError(
        f"{name}: {says} and the list is not a known one; pass --pretokenizer auto to take the known one that "
        f"fits the merges best, or one of {', '.join(KNOWN)}, or a pattern"
    )


def _as_given(raw: RawTokenizer, merges: MergeList, given: str, name: str) -> Splitting:
    if given in KNOWN:
        return _registered(raw, KNOWN[given], f"given: {given}")
    if given != AUTO:
        return Splitting(_from_pattern(raw.normalizer, given, name), "given: a pattern", raw.limits)
    made_up = _like_sentencepiece(raw, merges, name)
    if made_up is not None:
        return made_up
    fit = best_known(merges)
    best = KNOWN[fit.name]
    made = _build(raw.normalizer or best.normalizer, best.pre_tokenizer, name)
    return Splitting(made, f"auto: {fit.name}; {fit.proof}", raw.limits)


def _as_the_file_says(raw: RawTokenizer, merges: MergeList, name: str) -> Splitting:
    made = _build(raw.normalizer, raw.pre_tokenizer, name)
    whole = raw.limits is None and len(made.split(_PROBE)) == 1
    like_sentencepiece = _like_sentencepiece(raw, merges, name) if whole else None
    return like_sentencepiece or Splitting(made, "the file", raw.limits)


def _registered(
    raw: RawTokenizer,
    known: KnownPretokenizer,
    origin: str,
    notes: tuple[str, ...] = (),
    limits: TrainerLimits | None = None,
) -> Splitting:
    return Splitting(
        _build(known.normalizer, known.pre_tokenizer, known.name), origin, limits or raw.limits, notes
    )


def _like_sentencepiece(raw: RawTokenizer, merges: MergeList, name: str) -> Splitting | None:
    """Infer the rules from the tokens, if these are sentencepiece's: space marks at the edges, no spaces."""
    if raw.unit != "character":
        return None
    symbols = _texts(merges.symbols)
    alphabet, learned = set(symbols[: merges.alphabet_size]), symbols[merges.alphabet_size :]
    if SPACE not in alphabet or " " in alphabet or merges.end_of_word or merges.continuing_prefix:
        return None
    limits, broken = limits_of_tokens(learned)
    edge = str.endswith if limits.space_last else str.startswith
    if not limits.split_at_spaces or not any(edge(token, SPACE) for token in learned):
        return None
    if raw.has_pre_tokenizer:
        normalizer = as_the_trainer(raw.normalizer, raw.pre_tokenizer, limits.space_last)
    else:
        normalizer = normalizer_spec(
            prepend_space=raw.space_prefix, collapse_spaces=False, space_last=limits.space_last
        )
    # Some vendors add ordinary tokens a second time. Where a file has no types, what no merge makes was given to the
    # trainer as a user-defined symbol, since all of its own pieces of several characters come from merges.
    unmade = (str(token) for token in raw.tokens if len(token) > 1)
    cut_out = {*raw.cut_out, *unmade}.difference(symbols)
    return Splitting(
        _build(normalizer, pre_tokenizer_spec(limits, cut_out), name),
        "the merges: no learned token crosses a space mark, so sentencepiece's rules are inferred from the tokens",
        limits,
        (f"tokens that break these rules: {len(broken):,} ({', '.join(broken[:5])})",) if broken else (),
    )


def _from_pattern(normalizer: Spec | None, pattern: str, name: str) -> Pretokenizer:
    """Return the pre-tokenizer of the caller's own pattern, whose matches are the pretokens."""
    if re.fullmatch(r"[\w.-]+", pattern):  # a bare word is never a pattern, so it is a misspelt name
        raise TokenizerFileError(
            f"{name}: --pretokenizer {pattern} is neither a known name nor a pattern; known are {', '.join(KNOWN)}"
            + did_you_mean(pattern, KNOWN)
        )
    made = Pretokenizer.from_pattern(pattern)
    if normalizer is None:
        return made
    return _build(normalizer, json.loads(made.pre_tokenizer), name)


def _texts(symbols: Sequence[bytes]) -> list[str]:
    return [symbol.decode("utf-8", "replace") for symbol in symbols]


def _build(normalizer: Spec | None, pre_tokenizer: Spec | None, name: str) -> Pretokenizer:
    try:
        return Pretokenizer.from_spec(normalizer, pre_tokenizer)
    except TokenizerFileError as error:
        raise TokenizerFileError(f"{name}: {error}") from error
    except RecursionError as error:
        raise TokenizerFileError(
            f"{name}: a normalizer or pre-tokenizer that cannot be built ({error})"
        ) from error
