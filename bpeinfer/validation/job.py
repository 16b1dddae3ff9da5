"""`validate`: infer the mixtures of tokenizers whose makers published them, and compare."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from bpeinfer.corpora.given import GivenCorpus
from bpeinfer.errors import InferenceError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.job import DEFAULT_RESAMPLES
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.many import Outcome, infer_many
from bpeinfer.progress import SILENT, Progress
from bpeinfer.reports.units import known_units, shares_in
from bpeinfer.validation.result import Component, Validation, Validations
from bpeinfer.validation.truths import PublishedTruth, published_truths

__all__ = ["check_truths", "validate"]

NO_FILE = "there is no fixed place to fetch it from: give a file, as {name}=FILE"


def validate(
    names: Iterable[str] | Mapping[str, str | os.PathLike[str]],
    samples: GivenCorpus,
    *,
    merges: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    seed: int = 0,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: Progress = SILENT,
) -> Validations:
    """Infer the mixtures of tokenizers whose makers published them, and show both side by side.

    A tokenizer that cannot be read, or whose shares are withheld, is in the result with the reason.

    Args:
        names: of published truths (none: all), or name → file, folder or hub id to read instead of the
            published source.
        samples: sample text by category, as `infer` takes it; counted once for each way of splitting.
        merges: use the merges before this rank (None: as `infer`).
        limits: on what is read.
        seed: of the bootstrap.
        workers: processes that count text; with more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: there is no such truth.
        CorpusError: a sample cannot be read.
    """
    given = (
        {name: os.fspath(source) for name, source in names.items()}
        if isinstance(names, Mapping)
        else dict.fromkeys(names, "")
    )
    truths = check_truths(given)
    sources = [given.get(truth.name) or truth.source for truth in truths]
    places = [place for place, source in enumerate(sources) if source]
    inferred = infer_many(
        [sources[place] for place in places],
        samples,
        load=partial(load_tokenizer, limits=limits),
        merges=merges,
        resamples=DEFAULT_RESAMPLES,
        seed=seed,
        workers=workers,
        cache=cache,
        progress=progress,
    )
    outcomes = {places[outcome.place]: outcome for outcome in inferred}
    return Validations(
        tuple(
            _row(truth, source, outcomes.get(place))
            for place, (truth, source) in enumerate(zip(truths, sources, strict=True))
        )
    )


def _row(truth: PublishedTruth, source: str, outcome: Outcome | None) -> Validation:
    estimate = None if outcome is None else outcome.estimate
    if outcome is None:
        error = NO_FILE.format(name=truth.name)
    elif estimate is not None and estimate.withheld is not None:
        error = f"the shares are withheld: {estimate.withheld}"
    else:
        error = str(outcome.error or "")
    if estimate is None or error:
        return Validation(truth=truth, source=source, components=(), estimate=None, error=error)
    result = estimate.to_dict()
    in_unit = shares_in(result, truth.unit) if truth.unit in known_units(result) else None
    components = tuple(_component(truth, name, estimate, in_unit) for name in truth.shares)
    return Validation(truth=truth, source=source, components=components, estimate=estimate, error=None)


def check_truths(names: Iterable[str]) -> list[PublishedTruth]:
    """Return the truths with these names, or all if there are no names.

    Raises:
        InferenceError: there is no such truth.
    """
    known = published_truths()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InferenceError(f"no published truth is called {unknown[0]!r}; there are: {', '.join(known)}")
    return [known[name] for name in names] or list(known.values())


def _component(
    truth: PublishedTruth, name: str, estimate: MixtureEstimate, in_unit: Mapping[str, float] | None
) -> Component:
    categories = tuple(truth.samples_of(name, estimate.categories, estimate.groups))
    shares = estimate.sum_of(categories) if categories else {}
    ends = (shares.get("total_interval") or {}).get("byte_share")
    return Component(
        name=name,
        truth=truth.shares[name],
        byte_share=shares.get("byte_share"),
        pair_share=shares.get("pair_share"),
        unit_share=sum(in_unit[category] for category in categories) if in_unit and categories else None,
        total_interval=None if ends is None else (ends[0], ends[1]),
        categories=categories,
    )
