"""`check_member`: find out whether a text is part of what a tokenizer was trained on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.corpora.corpus import Category, Corpus
from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.errors import InferenceError
from bpeinfer.files import shown
from bpeinfer.inference.evidence_range import evidence_range
from bpeinfer.inference.job import infer
from bpeinfer.inference.tracing import held_counts_of
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_tokenizer
from bpeinfer.membership.pieces import UNSEEN, Peculiar, Pieces, peculiar_pieces, replayed_pieces
from bpeinfer.membership.result import MemberCheck, PieceOfText, TextPieces, judge_member, p_value_of
from bpeinfer.progress import SILENT, Progress
from bpeinfer.provenance import describe_tokenizer
from bpeinfer.ranking.given import GivenText, as_category, as_text
from bpeinfer.sizing import TrainingSize

__all__ = ["check_member"]

Floats = NDArray[np.float64]

SMALLEST_CONTROL = 0.5
"""Controls with less than this part of the text's bytes are left out; all others are cut to the same size."""

PLAINLY_MORE = 2.0
"""How many times the count of the last merge a pair must occur in the text to have been merged for certain: that
count is estimated, to within a fifth or so."""


def check_member(
    tokenizer: GivenTokenizer,
    text: GivenText,
    samples: GivenCorpus,
    *,
    controls: GivenCorpus | None = None,
    merges: int | None = None,
    first_merge: int | Literal["auto"] = "auto",
    seed: int = 0,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: Progress = SILENT,
) -> MemberCheck:
    """Find out whether a text is part of what a tokenizer was trained on.

    The list is replayed on the text, on the controls and on the samples. Pieces that are far more frequent in the
    text than in the controls and in the fitted mixture of the samples are peculiar to it; so are others to each
    control. If more of the text's pieces are in the list than of nearly all controls', that is evidence.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        text: a file or folder, documents, or a corpus, all of which is one text.
        samples: sample text of what the training text may contain, as for `infer`; it says how frequent a piece is
            in ordinary text.
        controls: texts of the same kind, one a category, that could as well have been in the training text but are
            known not to be, such as those written after it; 19 or more. None: evidence without a p-value.
        merges: use the merges before this rank (None: all of one stage of training).
        first_merge: use merges from this rank on; "auto": after a head copied from a known older tokenizer.
        seed: of the choice of blocks where texts are cut to the same size.
        workers: processes that count text; with more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: the controls are all much smaller than the text, or the range does not fit the list; or as
            `infer`.
        CorpusError: a text or sample cannot be read.
        SolverError: the solver failed.
    """
    loaded = as_tokenizer(tokenizer)
    name = _name_of(text)
    made = as_category(f"text: {name}", as_text(name, text), "documents")
    assert made is not None  # whole documents are always possible
    given = () if controls is None else as_corpus(controls).categories
    reference = as_corpus(samples)
    all_merges = loaded.first_stage or len(loaded.merges)
    first, last, notes = evidence_range(loaded, merges or all_merges, first_merge, copied_head(loaded))
    against = tuple(replace(control, name=f"control: {control.name}") for control in given)
    counts = _counted((made, *against), reference, loaded, progress, workers, cache)
    shares, size = _mixture(loaded, counts.select(reference.names), first_merge, progress)
    texts = _comparable(counts, len(against), notes)
    compared = _compare(loaded, counts, texts, shares, (first, last), seed, progress)
    names = [name, *(given[number - 1].name for number in texts[1:])]
    return _result(loaded, compared, names, size, (first, last), notes)


def _name_of(text: GivenText) -> str:
    """Return what reports call a text: its path, or the name of its only category."""
    if isinstance(text, str | os.PathLike):
        return shown(text)
    return text.names[0] if isinstance(text, Corpus) and len(text.names) == 1 else "text"


def _counted(
    texts: Sequence[Category],
    reference: Corpus,
    loaded: Tokenizer,
    progress: Progress,
    workers: int,
    cache: str | Path | None,
) -> PretokenCounts:
    """Return the counts of all texts, in this order, and then of the samples."""
    together = Corpus((*texts, *reference.categories), reference.origin)
    return held_counts_of(together, loaded, progress, workers, cache)


def _mixture(
    loaded: Tokenizer, counts: PretokenCounts, first_merge: int | Literal["auto"], progress: Progress
) -> tuple[Floats, TrainingSize | None]:
    """Return the fitted share of each sample, float64[n], and the size of the training text."""
    if len(counts.categories) == 1:
        return np.ones(1), None
    estimate = infer(loaded, counts, first_merge=first_merge, resamples=0, progress=progress)
    return estimate.byte_shares, estimate.training_size


def _comparable(counts: PretokenCounts, controls: int, notes: list[str]) -> list[int]:
    """Return the numbers of the categories to compare: the text, and the controls that are large enough."""
    sizes = counts.category_bytes
    kept = [number for number in range(1, controls + 1) if sizes[number] >= SMALLEST_CONTROL * sizes[0]]
    if controls and not kept:
        raise InferenceError(
            f"all controls are smaller than half the text ({sizes[0]:,} bytes): join some, or give a part of the text"
        )
    if len(kept) < controls:
        notes.append(
            f"controls left out because they are smaller than half the text: {controls - len(kept):,} of {controls:,}"
        )
    return [0, *kept]


@dataclass(frozen=True, eq=False, kw_only=True)
class _Compared:
    """The pieces, those peculiar to each text, the size of each text compared, and the counts in the whole text."""

    pieces: Pieces
    peculiar: Peculiar
    sizes: Floats
    whole: Floats
    symbols: tuple[bytes, ...]


def _compare(
    loaded: Tokenizer,
    counts: PretokenCounts,
    texts: list[int],
    shares: Floats,
    ranks: tuple[int, int],
    seed: int,
    progress: Progress,
) -> _Compared:
    """Replay the list on texts cut to the same size, on the samples, and on the whole text."""
    chosen = _cut(counts, texts, seed)
    block_bytes = counts.block_bytes()
    samples = range(len(counts.categories) - len(shares), len(counts.categories))
    blocks = [*chosen, *(np.flatnonzero(counts.block_category == number) for number in (*samples, 0))]
    rows = np.concatenate(blocks)
    column = np.repeat(np.arange(len(blocks)), [len(some) for some in blocks])
    columns = csr_array(
        (np.ones(len(rows), dtype=np.int64), (rows, column)), shape=(len(block_bytes), len(blocks))
    )
    sizes = (block_bytes @ columns).astype(np.float64)
    pieces = replayed_pieces(loaded, counts, columns, *ranks, progress)
    n = len(texts)
    of_samples = sizes[n:-1]
    expected = pieces.counts[:, np.arange(n, n + len(shares))] @ (shares / of_samples)
    peculiar = peculiar_pieces(pieces, n, sizes[:n], expected, UNSEEN / of_samples.sum())
    whole = pieces.counts[:, [-1]].toarray().ravel()
    return _Compared(
        pieces=pieces, peculiar=peculiar, sizes=sizes[:n], whole=whole, symbols=loaded.merges.symbols
    )


def _cut(counts: PretokenCounts, texts: list[int], seed: int) -> list[NDArray[np.int64]]:
    """Return blocks of each text, chosen at random up to the size of the smallest text."""
    size = counts.block_bytes()
    of = [np.flatnonzero(counts.block_category == number) for number in texts]
    target = min(int(size[blocks].sum()) for blocks in of)
    random = np.random.default_rng(seed)
    chosen = []
    for blocks in of:
        shuffled = random.permutation(blocks)
        upto = np.cumsum(size[shuffled])
        chosen.append(shuffled[: max(int(np.searchsorted(upto, target, side="right")), 1)])
    return chosen


def _result(
    loaded: Tokenizer,
    compared: _Compared,
    names: list[str],
    size: TrainingSize | None,
    ranks: tuple[int, int],
    notes: list[str],
) -> MemberCheck:
    """Put the numbers together, and judge them."""
    peculiar, many = compared.peculiar, len(names) > 1
    pieces = np.bincount(peculiar.text, minlength=len(names))
    found = np.bincount(peculiar.text, peculiar.found, len(names))
    expected = np.bincount(peculiar.text, peculiar.chance, len(names))
    texts = tuple(
        TextPieces(
            name=name,
            bytes=int(compared.sizes[number]),
            pieces=int(pieces[number]),
            found=int(found[number]),
            expected=float(expected[number]) if many else None,
            excess=float(peculiar.excess[number]) if many else None,
        )
        for number, name in enumerate(names)
    )
    p_value = p_value_of(texts[0], texts[1:])
    status, reason = judge_member(texts[0], len(texts) - 1, p_value)
    last_count, too_frequent = _too_frequent(compared, size, ranks[1])
    own = _own_pieces(compared, many)
    return MemberCheck(
        text=texts[0],
        controls=texts[1:],
        p_value=p_value,
        status=status,
        reason=reason,
        found=tuple(piece for piece in own if piece.rank is not None),
        missing=tuple(piece for piece in own if piece.rank is None),
        last_count=last_count,
        too_frequent=too_frequent,
        tokenizer=MappingProxyType(describe_tokenizer(loaded)),
        first_merge=ranks[0],
        merges=ranks[1],
        notes=tuple(notes),
    )


def _too_frequent(
    compared: _Compared, size: TrainingSize | None, last: int
) -> tuple[float | None, int | None]:
    """Return the count of the list's last merge, and how many unmerged pairs plainly exceed it in the whole text."""
    if size is None or size.last_count is None or size.last + 1 != last:
        return None, None
    pairs = (compared.pieces.rank < 0) & (compared.pieces.left != compared.pieces.right)
    return size.last_count, int((compared.whole[pairs] > PLAINLY_MORE * size.last_count).sum())


def _own_pieces(compared: _Compared, many: bool) -> list[PieceOfText]:
    """Return the text's peculiar pieces, the most frequent for its ordinary frequency first."""
    pieces, peculiar = compared.pieces, compared.peculiar
    own = np.flatnonzero(peculiar.text == 0)
    own = own[np.argsort(-peculiar.times[own], kind="stable")]
    made = []
    for entry in own.tolist():
        at = int(peculiar.piece[entry])
        rank = int(pieces.rank[at])
        made.append(
            PieceOfText(
                token=compared.symbols[pieces.left[at]] + compared.symbols[pieces.right[at]],
                rank=rank if rank >= 0 else None,
                count=int(compared.whole[at]),
                times=float(peculiar.times[entry]),
                chance=float(peculiar.chance[entry]) if many else None,
            )
        )
    return made
