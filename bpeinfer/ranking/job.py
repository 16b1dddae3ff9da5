"""`rank_texts`: find out which of several texts a tokenizer was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.misfit import misfit_of_one
from bpeinfer.diagnostics.null_distribution import compare_with_chance, misfits_by_chance
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.evidence_range import evidence_range
from bpeinfer.inference.tracing import follow, held_counts_of
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.loading.trainer_limits import TrainerLimits
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.progress import SILENT, Progress
from bpeinfer.provenance import describe_tokenizer
from bpeinfer.ranking.exact import Exactness, measure_exactness
from bpeinfer.ranking.feeding import FEEDINGS
from bpeinfer.ranking.fit import TextFit, measure_fit, of_column
from bpeinfer.ranking.given import GivenTexts, as_category, as_text, named_texts
from bpeinfer.ranking.result import Candidate, Likeness, TextRanking
from bpeinfer.trajectory import PairTrajectories

__all__ = ["rank_texts"]

PARTS = 20
"""Steps in which beginnings of each text are tried: a twentieth of it, two twentieths, …"""
PLAINLY_BETTER = 0.5
"""A beginning is reported if its disagreement is at most this fraction of the whole text's."""

SHARED = 0.25
"""Ratio of misfit to misfit by chance below which a text must have much in common with the training text."""


def rank_texts(
    tokenizer: GivenTokenizer,
    texts: GivenTexts,
    *,
    merges: int | None = None,
    first_merge: int | Literal["auto"] = "auto",
    seed: int = 0,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: Progress = SILENT,
) -> TextRanking:
    """Find out which of several texts a tokenizer was trained on.

    The list is replayed on each text. On the training text itself, every merge is the most frequent pair at
    its step, and ties are in the trainer's order: that is "this very text". Other texts are compared with
    chance: with a list trained on one half of the text and judged by the other half. Each text is tried as
    whole documents and line by line, and its beginnings are tried, too.

    A merge list cannot distinguish texts with the same pretokens in another order, or with all of them
    repeated equally often.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        texts: files or folders (a folder is one text, with everything in it), or name → documents, a path or
            a corpus.
        merges: use the merges before this rank (None: as `infer`).
        first_merge: the first merge used, as for `infer`.
        seed: seed of the comparison with chance.
        workers: processes that count text; with more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Returns:
        the texts, the likeliest first.

    Raises:
        InferenceError: there is no text, two have the same name, or the range does not fit the list.
        CorpusError: a text cannot be read.
    """
    loaded = as_tokenizer(tokenizer)
    candidates = named_texts(texts)
    first, last, notes = evidence_range(loaded, merges, first_merge, copied_head(loaded))
    named = {name: as_text(name, text) for name, text in candidates.items()}
    fed_texts = [(name, feeding) for name in named for feeding in FEEDINGS]
    categories = [as_category(name, named[name], feeding) for name, feeding in fed_texts]
    there = [number for number, category in enumerate(categories) if category is not None]
    corpus = Corpus(tuple(category for category in categories if category is not None), "candidate texts")
    counts = held_counts_of(corpus, loaded, progress, workers, cache)
    listed = loaded.merges.head(last)
    history, trajectories = follow(listed, counts, progress, Clock())
    run = _Run(listed, loaded.limits, first, counts, history, seed)
    found = []
    for name in named:
        progress.start(f"comparing {name}")
        columns = {
            fed_texts[number][1]: column
            for column, number in enumerate(there)
            if fed_texts[number][0] == name
        }
        found.append(_candidate(run, trajectories, name, columns))
    ranked = sorted(_told_apart(found), key=_place)
    return TextRanking(
        candidates=tuple(ranked),
        tokenizer=MappingProxyType(describe_tokenizer(loaded)),
        first_merge=first,
        merges=last,
        notes=tuple(notes),
    )


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """A text, or its beginning, in one feeding."""

    column: int
    feeding: str
    part: float
    fit: TextFit
    exactness: Exactness


@dataclass(frozen=True)
class _Run:
    """What all candidates are compared with."""

    listed: MergeList
    limits: TrainerLimits | None
    first: int
    counts: PretokenCounts
    history: PairHistory
    seed: int

    def look(
        self, trajectories: PairTrajectories, at: int, column: int, feeding: str, part: float
    ) -> _Looked:
        """Measure column `at` of some trajectories."""
        one = of_column(trajectories, at)
        if self.limits is not None:
            one = one.allowed_by(self.limits)
        return _Looked(
            column=column,
            feeding=feeding,
            part=part,
            fit=measure_fit(one, self.first),
            exactness=measure_exactness(one, self.first),
        )

    def blocks(self, column: int) -> NDArray[np.int64]:
        """Return the blocks of a column of the counts, in the order of the text."""
        return np.flatnonzero(self.counts.block_category == column)

    def beginnings(self, whole: _Looked) -> list[_Looked]:
        """Measure the beginnings of a text, first in twentieths, then block by block around the best."""
        blocks = self.blocks(whole.column)
        tried = np.unique(np.linspace(0, len(blocks), PARTS + 1).astype(int)[1:-1])
        tried = tried[tried > 0]
        found = self._begin(whole, blocks, tried)
        if not found:
            return []
        at = int(tried[int(np.argmin([one.fit.disagreement for one in found]))])
        near = np.arange(max(at - len(blocks) // PARTS, 1), min(at + len(blocks) // PARTS + 1, len(blocks)))
        return found + self._begin(whole, blocks, near[near != at])

    def _begin(self, whole: _Looked, blocks: NDArray[np.int64], ends: NDArray[np.int64]) -> list[_Looked]:
        """Measure the text up to each of several numbers of blocks."""
        if not len(ends):
            return []
        of = csr_array(self.counts.counts[:, blocks])
        inside = csr_array((np.arange(len(blocks))[:, None] < ends[None, :]).astype(np.int64))
        sizes = np.diff(self.counts.offsets) @ of
        upto = np.cumsum(sizes)[ends - 1]
        trajectories = self.history.trajectories(csr_array(of @ inside), upto)
        return [
            self.look(trajectories, at, whole.column, whole.feeding, float(upto[at] / sizes.sum()))
            for at in range(len(ends))
        ]


def _candidate(run: _Run, trajectories: PairTrajectories, name: str, columns: Mapping[str, int]) -> Candidate:
    """Choose the feeding and part that explain the list best, and say how the text relates to it."""
    looked = [run.look(trajectories, column, column, feeding, 1.0) for feeding, column in columns.items()]
    best = min(looked, key=lambda one: (not one.exactness.exact, one.fit.disagreement))
    if not best.exactness.exact:
        part = min(run.beginnings(best), key=lambda one: one.fit.disagreement, default=best)
        if part.exactness.exact or part.fit.disagreement <= PLAINLY_BETTER * best.fit.disagreement:
            best = part
    make = partial(
        Candidate,
        name=name,
        feeding=best.feeding,
        part=best.part,
        bytes=int(run.counts.category_bytes[columns["documents"]]),
        fit=best.fit,
        exactness=best.exactness,
    )
    of_it = "" if best.part == 1 else f"its first {100 * best.part:.0f} % "
    if best.exactness.exact:
        reason = f"{of_it}reproduces every merge of the list, with ties in order"
        return make(likeness=Likeness.THIS_TEXT, reason=reason, misfit=None, by_chance=None)
    misfit, by_chance = _against_chance(run, best)
    if by_chance is None:
        return make(
            likeness=Likeness.NOT_IT,
            reason="not the training text; too small, or the list too long, to compare with chance",
            misfit=misfit,
            by_chance=None,
        )
    other_half = "one half of this text explains a list trained on its other half"
    if compare_with_chance(misfit, by_chance) == "more":
        likeness, reason = Likeness.NOT_IT, f"{of_it}explains the list worse than {other_half}"
    elif misfit < SHARED * by_chance:
        likeness, reason = (
            Likeness.LIKE_IT,
            f"{of_it}explains the list far better than {other_half}: it shares text with the training text",
        )
    else:
        likeness, reason = Likeness.LIKE_IT, f"{of_it}explains the list as well as {other_half}"
    return make(likeness=likeness, reason=reason, misfit=misfit, by_chance=by_chance)


def _against_chance(run: _Run, looked: _Looked) -> tuple[float, float | None]:
    """Return the misfit of a text or its beginning, and that by chance."""
    blocks = run.blocks(looked.column)
    sizes = np.diff(run.counts.offsets) @ run.counts.counts[:, blocks]
    kept = blocks[
        : max(int(np.searchsorted(np.cumsum(sizes), looked.part * sizes.sum() * (1 - 1e-9))) + 1, 1)
    ]
    blob, offsets, of_blocks = run.counts.of_blocks(kept)
    alone = replace(
        run.counts,
        blob=blob,
        offsets=offsets,
        counts=of_blocks,
        block_category=np.zeros(len(kept), dtype=np.int32),
        categories=("text",),
        groups=("",),
        category_bytes=sizes[: len(kept)].sum(keepdims=True),
        documents=np.ones(1, dtype=np.int64),
        text_sha256=(),
    )
    in_all = run.counts.counts[:, kept]
    trajectories = run.history.trajectories(csr_array(in_all.sum(axis=1)[:, None]), alone.category_bytes)
    misfit = misfit_of_one(run.history, trajectories, in_all, alone.block_category, np.ones(1), run.first)
    null = misfits_by_chance(alone, np.ones(1), run.first, run.listed, "last", run.seed, misfit)
    return misfit, float(np.mean(null)) if len(null) else None


def _place(candidate: Candidate) -> tuple[bool, float, float]:
    """Return the sort key: exact texts first, whole ones before beginnings; then the least disagreement."""
    exact = candidate.exactness.exact
    return not exact, -candidate.part if exact else 0.0, candidate.fit.disagreement


def _told_apart(found: list[Candidate]) -> list[Candidate]:
    """Call no text the training text if several with different counts reproduce the list exactly."""
    exact = [one for one in found if one.likeness is Likeness.THIS_TEXT]
    if len({(one.exactness.merged, one.exactness.tight, one.exactness.ties) for one in exact}) <= 1:
        return found  # the same counts: one text, or the same pretokens in another order
    names = " and ".join(one.name for one in exact)
    return [
        replace(
            one,
            likeness=Likeness.LIKE_IT,
            reason=f"the list is too short to tell {names} apart: all reproduce it exactly",
        )
        if one in exact
        else one
        for one in found
    ]
