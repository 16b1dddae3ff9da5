"""`MixtureProblem`: the linear program that ties a mixture of categories to an ordered merge list.

More than 300 lines: restricted and resampled problems are made here, next to the arrays that they are made from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.errors import InferenceError
from bpeinfer.trajectory import PairTrajectories

__all__ = ["NO_CATEGORY", "Form", "MixtureProblem", "Normalization"]

Normalization = Literal["mass", "paper"]
Form = Literal["last", "interval", "pair", "paper"]

NO_CATEGORY = "no category contains any of the merges used: use more text, or other kinds of text"

# Weight of a row whose merge the samples do not contain, where rows must stay.
ABSENT = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class MixtureProblem:
    r"""The linear program over weights β, one per category, for the merges and rivals that take part.

    Rows are the merges used (step ≥ `first_step`, seen in at least one sample), R of them; columns are the
    m categories that can carry weight. Write sₜ = `merge_shares[t]·β` for the value of merge t, and
    xⱼ = `rival_shares[j]·β` for rival interval j, L of them, which holds on the rows `rival_first[j]` to
    eⱼ = `rival_last[j]`. Over β ≥ 0, Σβ = 1 there are four forms, with (r)₊ = max(r, 0):

        last, interval   min  Σₜ aₜ (θₜ − sₜ)₊ + Σⱼ bⱼ (xⱼ − θ[eⱼ])₊                  over θ₀ ≥ θ₁ ≥ … ≥ 0
        pair             min  Σₜ aₜ (θₜ − sₜ)₊ + Σₚ bₚ maxⱼ (xⱼ − θ[eⱼ])₊              over θ₀ ≥ θ₁ ≥ … ≥ 0
        paper            min  Σₜ aₜ vₜ + Σₚ bₚ vₚ     over vₜ, vₚ ≥ 0, xⱼ − sₜ ≤ vₜ + vₚ for all j of p, t of j

    The threshold θₜ stands for the largest pair count before merge t, which never grows during training. In
    "interval" every interval of a pair is a rival of its own; in "last" only the one in which the pair ends, by
    being merged or with the list. The weights aₜ = `merge_weight` and bⱼ = `rival_weight` are one unless stated
    otherwise. The optimum is the least total disagreement between list and samples: the mass by which merges fall
    short and rivals exceed.

    Units: under ``normalization="mass"`` column i is counts divided by Mᵢ, the sum of category i's merge
    counts over the rows used, so that an objective of 0.01 means that disagreement amounts to 1 % of all
    merged mass, whatever the range of steps; no category can win by having nothing left to merge. Under
    ``"paper"`` column i is divided by the category's initial pairs and the objective is in pair shares.

    Where the trainer's counts cₜ are known (`known_counts`), the thresholds are these counts up to one factor: the
    forms "last" and "interval" then hold over θ = κ·c, κ ≥ 0, instead of over all falling θ.

    Attributes:
        merge_shares: float64 (R × m).
        rival_shares: float64 csr (L × m).
        rival_first, rival_last: int32[L], rows (not steps) at which the interval begins and ends, both
            included.
        rival_pair: int32[L], pair ids of the trajectories.
        rival_interval: int64[L], positions in the trajectories' interval arrays.
        step: int32[R], the merge rank of each row.
        category: int64[m], the category of each column; the others contain none of the merges used and get
            share 0.
        pairs_per_weight: float64[m], a pair share is proportional to β times this.
        categories: the number n of all categories.
        merges_absent: merges in range that no sample contains, which therefore have no row.
        merge_weight, rival_weight: float64[R] and float64[L], cost of a unit of disagreement.
        normalization: "mass" or "paper".
        form: which of the four programs.
        known_counts: float64[R] or None, the trainer's count of each merge's pair, positive and not rising.

    Source: Hayase et al. 2024, section 3; the monotone thresholds are this project's.
    """

    merge_shares: NDArray[np.float64]
    rival_shares: sparse.csr_array
    rival_first: NDArray[np.int32]
    rival_last: NDArray[np.int32]
    rival_pair: NDArray[np.int32]
    rival_interval: NDArray[np.int64]
    step: NDArray[np.int32]
    category: NDArray[np.int64]
    pairs_per_weight: NDArray[np.float64]
    categories: int
    merges_absent: int
    merge_weight: NDArray[np.float64]
    rival_weight: NDArray[np.float64]
    normalization: Normalization = "mass"
    form: Form = "last"
    known_counts: NDArray[np.float64] | None = None

    @classmethod
    def from_trajectories(
        cls,
        trajectories: PairTrajectories,
        first_step: int = 0,
        normalization: Normalization = "mass",
        form: Form = "last",
        known_counts: NDArray[np.int64] | None = None,
    ) -> MixtureProblem:
        """Write the program for the merges of rank `first_step` and later.

        With `known_counts`, int64[T], the trainer's count of each merge's pair (positive, not rising), the thresholds
        are these up to a factor; the forms "pair" and "paper" leave them aside.

        Raises:
            InferenceError: no merge in range occurs in any sample, or an unknown normalization or form.
        """
        merge_counts = np.asarray(trajectories.merge_counts)
        total = len(merge_counts)
        if normalization not in ("mass", "paper"):
            raise InferenceError(f"normalization is {normalization!r}, expected 'mass' or 'paper'")
        if form not in get_args(Form):
            raise InferenceError(f"form is {form!r}, expected one of: {', '.join(get_args(Form))}")
        if not 0 <= first_step < total:
            raise InferenceError(
                f"first_step is {first_step}, but there are {total} merges: choose one from 0 to {total - 1}"
            )
        used: NDArray[np.bool_] = np.any(merge_counts > 0, axis=1)
        used[:first_step] = False
        step = np.flatnonzero(used).astype(np.int32)
        if len(step) == 0:
            raise InferenceError(
                f"none of the merges {first_step} to {total - 1} occurs in any sample: "
                "use more text, or text of the kind the tokenizer was trained on"
            )
        counts = merge_counts[step]
        mass = counts.sum(axis=0).astype(np.float64)
        initial = np.asarray(trajectories.initial_pairs, dtype=np.float64)
        category = np.flatnonzero((mass > 0) & (initial > 0))
        if len(category) == 0:
            raise InferenceError(NO_CATEGORY)
        divisor = (mass if normalization == "mass" else initial)[category]

        rows_before = np.concatenate(([0], np.cumsum(used)))
        first = rows_before[trajectories.interval_start]
        last = rows_before[trajectories.interval_stop] - 1
        kept = first <= last
        pair = np.asarray(trajectories.interval_pair)
        if form == "last":
            kept = _last_of_each_pair(pair, last, kept)
        keep = np.flatnonzero(kept)
        rivals = trajectories.sums.kept(keep).counts()
        if len(category) < rivals.shape[1]:
            rivals = rivals[:, category]
        parts = divisor[rivals.indices]
        np.divide(rivals.data, parts, out=parts)
        shares = sparse.csr_array((parts, rivals.indices, rivals.indptr), shape=rivals.shape)
        return cls(
            merge_shares=counts[:, category] / divisor,
            rival_shares=shares,
            rival_first=first[keep].astype(np.int32),
            rival_last=last[keep].astype(np.int32),
            rival_pair=pair[keep].astype(np.int32),
            rival_interval=keep.astype(np.int64),
            step=step,
            category=category,
            pairs_per_weight=initial[category] / divisor,
            categories=merge_counts.shape[1],
            merges_absent=int(total - first_step - len(step)),
            merge_weight=np.ones(len(step)),
            rival_weight=np.ones(len(keep)),
            normalization=normalization,
            form=form,
            known_counts=None
            if known_counts is None or form in ("pair", "paper")
            else known_counts[step].astype(np.float64),
        )

    @property
    def count_unit(self) -> NDArray[np.float64]:
        """float64[R], the known counts over their mean; ones if none are known."""
        known = self.known_counts
        return np.ones(self.rows) if known is None else known / known.mean()

    def over_counts(self) -> MixtureProblem:
        """Write the program with known counts in the form without, so that any engine can solve it.

        Values are divided by the counts of their rows, costs are multiplied by them, and all rivals hold in the last
        row. Over falling thresholds it costs nothing to lower them all to the last, which is then the factor κ: the
        objective is the same at every β, and so are multipliers times counts.
        """
        if self.known_counts is None:
            return self
        unit, last = self.count_unit, self.rival_last
        return replace(
            self,
            merge_shares=self.merge_shares / unit[:, None],
            rival_shares=sparse.csr_array(sparse.diags_array(1 / unit[last]) @ self.rival_shares),
            rival_last=np.full_like(last, self.rows - 1),
            merge_weight=self.merge_weight * unit,
            rival_weight=self.rival_weight * unit[last],
            known_counts=None,
        )

    @property
    def rows(self) -> int:
        """How many merges take part (R)."""
        return len(self.step)

    @property
    def columns(self) -> int:
        """How many categories can carry weight (m)."""
        return len(self.category)

    @property
    def rivals(self) -> int:
        """How many rival intervals take part (L)."""
        return len(self.rival_last)

    @property
    def typical_value(self) -> float:
        """Size of a typical row, by which the row methods scale theirs to about one; never zero."""
        of_rows = self.merge_shares.sum(axis=1)
        there = of_rows[of_rows > 0]
        return float(np.median(there)) if len(there) else 1.0

    def rivals_above(
        self, part: float, weights: NDArray[np.float64], threshold: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Return for each rival whether its value at weights β is above `part` of its threshold (θ: float64[R])."""
        above: NDArray[np.bool_] = self.rival_shares @ weights > part * threshold[self.rival_last]
        return above

    def restricted(
        self, rivals: NDArray[np.int64], columns: NDArray[np.int64] | None = None
    ) -> MixtureProblem:
        """Keep only some rivals and (None: all) columns, by number; units do not change."""
        shares = self.rival_shares[rivals]
        kept = np.arange(self.columns) if columns is None else columns
        return replace(
            self,
            merge_shares=np.ascontiguousarray(self.merge_shares[:, kept]),
            rival_shares=shares if columns is None else shares[:, kept],
            rival_first=self.rival_first[rivals],
            rival_last=self.rival_last[rivals],
            rival_pair=self.rival_pair[rivals],
            rival_interval=self.rival_interval[rivals],
            rival_weight=self.rival_weight[rivals],
            category=self.category[kept],
            pairs_per_weight=self.pairs_per_weight[kept],
        )

    def with_columns(self, columns: NDArray[np.int64]) -> MixtureProblem:
        """Keep only some columns; rows of merges that only the others contain cost next to nothing."""
        kept = self.restricted(np.arange(self.rivals), columns)
        held = kept.merge_shares.any(axis=1)
        return replace(kept, merge_weight=np.where(held, self.merge_weight, ABSENT * self.merge_weight))

    def with_counts(
        self,
        merge_counts: NDArray[np.int64],
        rival_counts: sparse.csr_array,
        initial_pairs: NDArray[np.int64],
    ) -> MixtureProblem:
        """Replace the counts by those of other samples, for the same merges, rivals and columns.

        Rows of merges that no longer occur stay, but cost next to nothing, as if they were not there. Columns that
        no longer contain any merge are left out.

        Args:
            merge_counts: int64 (R × m).
            rival_counts: csr int64 (L × m).
            initial_pairs: int64[m].
        """
        mass = merge_counts.sum(axis=0)
        divisor = (mass if self.normalization == "mass" else initial_pairs).astype(np.float64)
        alive = (mass > 0) & (initial_pairs > 0)
        divisor[~alive] = 1.0
        rivals = sparse.csr_array(rival_counts)
        with_counts = replace(
            self,
            merge_shares=merge_counts / divisor,
            rival_shares=sparse.csr_array(
                (rivals.data / divisor[rivals.indices], rivals.indices, rivals.indptr), shape=rivals.shape
            ),
            pairs_per_weight=initial_pairs / divisor,
            merge_weight=np.where(merge_counts.any(axis=1), self.merge_weight, ABSENT * self.merge_weight),
        )
        if alive.all():
            return with_counts
        return with_counts.restricted(np.arange(self.rivals), np.flatnonzero(alive))

    def without_rows(self, first: int, stop: int) -> MixtureProblem:
        """Leave out the rows first .. stop−1 as if no sample contained their merges; shares keep their meaning.

        Columns that contain none of the other merges are left out, too.
        """
        kept = np.ones(self.rows, dtype=bool)
        kept[first:stop] = False
        before = np.concatenate(([0], np.cumsum(kept)))
        begin, end = before[self.rival_first], before[self.rival_last + 1] - 1
        mass = self.merge_shares[kept].sum(axis=0)
        alive = np.flatnonzero(mass > 0)
        rest = self.restricted(np.flatnonzero(begin <= end), None if len(alive) == self.columns else alive)
        merge_shares = rest.merge_shares[kept]
        divisor = mass[alive] if self.normalization == "mass" else np.ones(len(alive))
        return replace(
            rest,
            merge_shares=merge_shares / divisor,
            rival_shares=sparse.csr_array(rest.rival_shares / divisor),
            rival_first=begin[begin <= end].astype(np.int32),
            rival_last=end[begin <= end].astype(np.int32),
            step=self.step[kept],
            pairs_per_weight=rest.pairs_per_weight / divisor,
            merge_weight=self.merge_weight[kept],
            known_counts=None if self.known_counts is None else self.known_counts[kept],
        )

    def costs(
        self,
        merge_multiplier: NDArray[np.float64],
        rival: NDArray[np.int64],
        rival_multiplier: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return g, float64[m], with g·β = Σ yⱼ xⱼ(β) − Σ zₜ sₜ(β): what each category adds under the multipliers.

        Args:
            merge_multiplier: z, float64[R].
            rival: int64[k], the rivals that `rival_multiplier` belongs to.
            rival_multiplier: y, float64[k].
        """
        multiplier = np.zeros(self.rivals)
        multiplier[rival] = rival_multiplier
        return np.asarray(self.rival_shares.T @ multiplier - self.merge_shares.T @ merge_multiplier)

    def pair_shares(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn column weights β (m) into pair shares α of all categories (n), which sum to one."""
        shares = np.zeros(self.categories)
        pairs = np.maximum(weights, 0.0) * self.pairs_per_weight
        shares[self.category] = pairs / pairs.sum()
        return shares

    def weights(self, pair_shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn pair shares α of all categories (n) into column weights β (m), which sum to one.

        Raises:
            InferenceError: all weight is on categories that contain none of the merges used.
        """
        shares = np.maximum(np.asarray(pair_shares, dtype=np.float64)[self.category], 0.0)
        weights = shares / self.pairs_per_weight
        if not weights.sum() > 0:
            raise InferenceError(
                "the given shares put no weight on a category that contains any of the merges used: "
                "give one of those a share"
            )
        normalised: NDArray[np.float64] = weights / weights.sum()
        return normalised


def _last_of_each_pair(
    pair: NDArray[np.int32], last: NDArray[np.int64], kept: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark, among the kept intervals, the one of each pair that ends last."""
    candidates = np.flatnonzero(kept)
    candidates = candidates[np.lexsort((last[candidates], pair[candidates]))]
    ends = np.ones(len(candidates), dtype=bool)
    ends[:-1] = pair[candidates][1:] != pair[candidates][:-1]
    chosen = np.zeros_like(kept)
    chosen[candidates[ends]] = True
    return chosen
