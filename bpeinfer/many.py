"""`infer_many`: the mixtures of many tokenizers, counting the samples once for each way of splitting text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.corpora.layout import AS_IT_IS, Layout
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.errors import BpeInferError, InferenceError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.files import shown
from bpeinfer.inference.job import infer
from bpeinfer.inference.not_chosen import folder_for_counts
from bpeinfer.inference.tracing import counts_of
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_tokenizer, load_tokenizer
from bpeinfer.progress import SILENT, Progress

__all__ = ["Outcome", "infer_many"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome for one tokenizer: an estimate, or the error that prevented one.

    Attributes:
        place: its number among those given, from 0.
        source: the source that was given.
        estimate: the result, None if it failed.
        error: why it failed, None if it did not.
    """

    place: int
    source: str
    estimate: MixtureEstimate | None = None
    error: BpeInferError | None = None


def infer_many(
    tokenizers: Iterable[GivenTokenizer],
    samples: GivenCorpus,
    *,
    names: Sequence[str] = (),
    load: Callable[[str], Tokenizer] = load_tokenizer,
    layout: Callable[[Tokenizer], Layout] | None = None,
    workers: int = 1,
    cache: str | Path | None = None,
    memory: int | Budget | None = None,
    progress: Progress = SILENT,
    **options: Any,
) -> Iterator[Outcome]:
    """Infer from many tokenizers; yield each outcome when it is ready, grouped by how the tokenizers split text.

    If there are several, a list shorter than `merges` is used whole. One that fails does not stop the others. Counts
    are kept for one way of splitting at a time.

    Args:
        tokenizers: sources for `load`, or loaded tokenizers.
        samples: sample text by category, as `infer` takes it.
        names: what reports call them, one for each in the same order (default: see `load_tokenizer`).
        load: makes a tokenizer from a source.
        layout: returns the layout of the samples for a tokenizer (None: as they are).
        workers, cache, memory, progress: as of `infer`.
        options: other arguments of `infer`.

    Example:
        >>> from bpeinfer import load_corpus
        >>> outcomes = infer_many(["no/such-file.json"], load_corpus("bundled:starter", categories="en-law,de"))
        >>> [(outcome.source, type(outcome.error).__name__) for outcome in outcomes]
        [('no/such-file.json', 'TokenizerNotFoundError')]

    Raises:
        InferenceError: there are names, but not one for each tokenizer, or an empty one.
    """
    corpus, given = as_corpus(samples), _with_names(list(tokenizers), names)
    folder = folder_for_counts(corpus, cache) if options.get("ask_others", True) else None
    cache = cache if folder is None else folder.path
    groups: dict[tuple[str, Layout], list[tuple[int, str, Tokenizer]]] = {}
    for place, (asked, name) in enumerate(given):
        source = shown(asked) if isinstance(asked, str | os.PathLike) else type(asked).__name__
        try:
            source, tokenizer = _read(asked, load, name)
            wanted = layout(tokenizer) if layout else AS_IT_IS
        except BpeInferError as error:
            yield Outcome(place=place, source=source, error=error)
            continue
        groups.setdefault((tokenizer.pretokenizer.fingerprint, wanted), []).append((place, source, tokenizer))
    for (_, wanted), members in groups.items():
        counts: AnyCounts | None = None
        for place, source, tokenizer in members:
            try:
                laid_out = corpus.rewritten(wanted)
                if counts is None and len(members) > 1:
                    counts = counts_of(laid_out, None, tokenizer, progress, workers, cache, memory)
                estimate = infer(
                    tokenizer,
                    laid_out,
                    counts=counts,
                    workers=workers,
                    cache=cache,
                    memory=memory,
                    progress=progress,
                    **options,
                )
            except BpeInferError as error:
                yield Outcome(place=place, source=source, error=error)
            else:
                yield Outcome(place=place, source=source, estimate=estimate)


def _with_names(
    tokenizers: Sequence[GivenTokenizer], names: Sequence[str]
) -> list[tuple[GivenTokenizer, str | None]]:
    """Return each tokenizer with its name, None where there are no names."""
    if names and len(names) != len(tokenizers):
        raise InferenceError(
            f"{len(names)} names for {len(tokenizers)} tokenizers; give one for each, or none"
        )
    if not all(name.strip() for name in names):
        raise InferenceError("a name given for a tokenizer is empty")
    return list(zip(tokenizers, names or repeat(None, len(tokenizers)), strict=True))


def _read(asked: GivenTokenizer, load: Callable[[str], Tokenizer], name: str | None) -> tuple[str, Tokenizer]:
    """Return where a tokenizer comes from, and the tokenizer, under another name if one is given."""
    if isinstance(asked, str | os.PathLike):
        source, tokenizer = shown(asked), load(os.fspath(asked))
    else:
        tokenizer = as_tokenizer(asked)
        source = tokenizer.provenance.source
    return source, tokenizer if name is None else replace(tokenizer, name=name)
