"""`check_includes`: find out from a tokenizer and samples whether each promise was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.errors import InferenceError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.arguments import names_of
from bpeinfer.inference.given import GivenSamples, as_samples
from bpeinfer.inference.job import DEFAULT_RESAMPLES, infer
from bpeinfer.inference.tracing import held_counts_of
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_tokenizer
from bpeinfer.near_names import there_are
from bpeinfer.progress import SILENT, Progress
from bpeinfer.promises.brought import Brought, brought_merges
from bpeinfer.promises.result import InclusionCheck, Promise, judge
from bpeinfer.provenance import describe_tokenizer

__all__ = ["DEFAULT_AT_LEAST", "check_includes", "check_promises"]

DEFAULT_AT_LEAST = 0.005
"""Promised share of bytes unless another is given."""


def check_includes(
    tokenizer: GivenTokenizer,
    includes: Iterable[str] | Mapping[str, float],
    samples: GivenSamples,
    *,
    at_least: float = DEFAULT_AT_LEAST,
    merges: int | None = None,
    seed: int = 0,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: Progress = SILENT,
) -> InclusionCheck:
    """Check that a tokenizer's training text included what it should.

    Two things break a promise: a total interval that ends below the promised share, and a list that lacks
    most of the merges that the share would have brought. These merges are found by training two lists on the
    samples in the fitted mixture, one without and one with the promised categories.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        includes: names of categories or groups, or name → share of bytes, from 0 to 1.
        samples: sample text of every category that the training text may contain, including the promised
            ones.
        at_least: the promised share of names given without one.
        merges: use the merges before this rank (None: as `infer`).
        seed: of the bootstrap.
        workers: processes that count text, and threads of the bootstrap; with more than one, a script needs
            ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: a name is neither a category nor a group, two of them overlap, or a share is out of
            range; or as `infer`.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.
    """
    promised = dict(includes) if isinstance(includes, Mapping) else dict.fromkeys(_names(includes), at_least)
    loaded, texts = as_tokenizer(tokenizer), as_samples(samples)
    check_promises(promised, names_of(texts), texts.groups)
    counts = held_counts_of(texts, loaded, progress, workers, cache)
    estimate = infer(
        loaded,
        texts,
        counts=counts,
        merges=merges,
        resamples=DEFAULT_RESAMPLES,
        size=False,
        ask_others=False,
        rule_out=False,  # a promise is judged here, by the merges that its own share would bring
        seed=seed,
        workers=workers,
        progress=progress,
    )
    own = _own_merges(loaded, counts, estimate, promised, progress)
    result = estimate.to_dict()
    groups = dict(zip(estimate.categories, estimate.groups, strict=True))
    entries = {entry["name"]: entry for entry in (*result["groups"], *result["categories"])}
    found = []
    for (name, share), brought in zip(promised.items(), own, strict=True):
        entry = entries[name]
        ends = (entry["total_interval"] or {}).get("byte_share")
        total = None if ends is None else (ends[0], ends[1])
        status, reason = judge(share, total, brought, estimate.withheld)
        if brought and _language_of(name, groups):
            reason += f"; own merges are those of {groups[name]}, of which {name} is one kind"
        found.append(
            Promise(
                name=name,
                at_least=share,
                byte_share=entry["byte_share"],
                total_interval=total,
                own=brought,
                status=status,
                reason=reason,
            )
        )
    return InclusionCheck(
        promises=tuple(found), tokenizer=MappingProxyType(describe_tokenizer(loaded)), estimate=estimate
    )


def _names(includes: Iterable[str]) -> list[str]:
    if isinstance(includes, str):
        raise InferenceError(f"includes is the string {includes!r}, expected names: [{includes!r}]")
    return list(includes)


def check_promises(promised: Mapping[str, float], categories: Iterable[str], groups: Iterable[str]) -> None:
    """Refuse promises that cannot be checked, before any work is done.

    Raises:
        InferenceError: there are none, a name is neither a category nor a group, a category is promised
            twice, a share is not between 0 and 1, or the shares add up to more than 1.
    """
    if not promised:
        raise InferenceError(
            "nothing to check: name categories or groups that should be included, such as fr,python"
        )
    for name, share in promised.items():
        if not (isinstance(share, int | float) and 0 < share < 1):
            raise InferenceError(
                f"{name}: promised share is {share!r}, expected one between 0 and 1 (0.005 is half a percent)"
            )
    if sum(promised.values()) > 1:
        raise InferenceError(
            f"the promised shares add up to {100 * sum(promised.values()):.4g} %, more than 100 %"
        )
    of = dict(zip(categories, groups, strict=True))
    for name in promised:
        if name not in of and name not in of.values():
            raise InferenceError(
                f"{name!r} is promised, but the samples have no such category or group"
                + (_group_of_kinds(name, of) or there_are(name, sorted({*of, *filter(None, of.values())})))
            )
        if of.get(name) in promised and of[name] != name:
            raise InferenceError(
                f"{name} is in the group {of[name]}, which is promised, too: name only one of them"
            )


def _group_of_kinds(name: str, of: Mapping[str, str]) -> str:
    """Return a hint if a language is named of which kinds (``en-books`` for ``en``) are categories, else ""."""
    kinds = [category for category in of if category.startswith(f"{name}-")]
    for group in {of[category] for category in kinds if of[category]}:
        if kinds == [category for category in of if of[category] == group]:
            return f"; did you mean the group {group}, which {kinds[0]} is in?"
    return ""


def _own_merges(
    tokenizer: Tokenizer,
    counts: PretokenCounts,
    estimate: MixtureEstimate,
    promised: Mapping[str, float],
    progress: Progress,
) -> list[Brought | None]:
    """Return each promise's own merges; None after a copied head, which samples cannot reproduce."""
    if estimate.first_merge or estimate.withheld is not None:
        return [None] * len(promised)
    progress.start("training comparison lists")
    listed = tokenizer.merges.head(estimate.merges)
    groups = dict(zip(estimate.categories, estimate.groups, strict=True))
    languages = {name: _language_of(name, groups) for name in promised}
    found: dict[str, Brought] = {}
    # Registers of one language overlap, so each is checked separately.
    alone = [[name] for name, members in languages.items() if members]
    for names in ([name for name, members in languages.items() if not members], *alone):
        sets = [(_members(name, languages[name], counts), promised[name]) for name in names]
        if names:
            brought = brought_merges(counts, estimate.byte_shares, sets, listed, tokenizer.limits)
            found |= dict(zip(names, brought, strict=True))
    return [found[name] for name in promised]


def _members(name: str, language: set[str], counts: PretokenCounts) -> NDArray[np.bool_]:
    """Return bool[n]: the categories that a promise is about, which are its language's, itself, or its group's."""
    named = language or ({name} if name in counts.categories else set())
    pairs = zip(counts.categories, counts.groups, strict=True)
    return np.array([category in named if named else group == name for category, group in pairs])


def _language_of(name: str, groups: Mapping[str, str]) -> set[str]:
    """Return all registers of the language that a category is one register of; none if it is not one of several.

    These are the categories of its group, if all of them are `relatives` (``en-law`` and ``en-news`` in the group of
    English). The merges that only a register's sample has are names and phrases of its
    particular texts; any text of that register would have brought the merges of the language.
    """
    group = groups.get(name)
    alike = relatives(tuple(groups), tuple(groups.values()))
    kinds = {kind for kind, of in zip(alike.tolist(), groups.values(), strict=True) if of == group}
    members = {other for other, of in groups.items() if group and of == group}
    return members if len(members) > 1 and len(kinds) == 1 else set()
