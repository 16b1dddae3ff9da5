"""The result: shares, intervals, verdict and evidence of one estimate, and their views.

More than 300 lines: one class, whose fields and derived shares belong together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import Bootstrap, byte_shares
from bpeinfer.diagnostics.drift import Drift
from bpeinfer.diagnostics.evidence import Comparison
from bpeinfer.diagnostics.identified import Identified
from bpeinfer.diagnostics.indistinguishable import VARIANTS, Indistinguishable
from bpeinfer.diagnostics.jackknife import Jackknife
from bpeinfer.diagnostics.languages import languages
from bpeinfer.diagnostics.not_chosen import NotChosen
from bpeinfer.diagnostics.outside import Outside
from bpeinfer.diagnostics.ruled_out import RuledOut, RuledOutTogether
from bpeinfer.diagnostics.sensitivity import Sensitivity
from bpeinfer.diagnostics.shown import FEWEST
from bpeinfer.diagnostics.simplest import Simplest
from bpeinfer.diagnostics.supplied import Supplied
from bpeinfer.diagnostics.total import (
    NAMED_FROM,
    OF_A_GROUP,
    factor_of,
    find_vague,
    interval_without_resamples,
    total_interval,
)
from bpeinfer.diagnostics.verdict import Fit, Verdict
from bpeinfer.errors import InferenceError
from bpeinfer.estimate_views import SCHEMA_VERSION, EstimateViews
from bpeinfer.inspection.trainer_family import ListPart
from bpeinfer.near_names import there_are
from bpeinfer.reports.numbers import NEUTRAL
from bpeinfer.sample_amounts import SampleAmounts
from bpeinfer.sizing import TrainingSize
from bpeinfer.solving import Solution

__all__ = ["MixtureEstimate", "group_names"]

Floats = NDArray[np.float64]

FEWEST_MERGES = 100
"""With fewer merges that occur in the samples, reports show no shares."""
SMALLEST_CARRIED = 1e-3
"""Least byte share at which a category with too few blocks deprives the sums that it belongs to of their intervals."""


# Categories that are named if shares are withheld.
NEAREST = 3
# Bytes of a sample below which "none of these kinds" may only mean that there is too little text.
SMALL_SAMPLE = 10_000
# Bytes of a sample that are enough.
ENOUGH = 300_000
# Vague categories that the advice names.
NAMED = 5


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class MixtureEstimate(EstimateViews):
    """The mixture of categories that best explains the order of the tokenizer's merges.

    Attributes:
        tokenizer: the tokenizer's source, format, number of merges and hashes.
        provenance: versions, date, options, samples and splitting, see `bpeinfer.provenance`.
        categories: the n category names.
        groups: the group of each category, "" if it has none.
        titles: what text each category's sample is, "" if not stated.
        byte_shares: float64[n], share of the training text's bytes, sums to one.
        pair_shares: float64[n], share of the training text's initial pairs (the paper's α), sums to one.
        sample_bytes: int64[n], UTF-8 bytes of each category's sample.
        amounts: how many characters, pretokens and documents each sample has.
        solution: the solver's answer, with its certificate.
        first_merge, merges: the ranks first_merge .. merges-1 were requested.
        merges_used: how many of them gave a row.
        merges_absent: how many of them occur in no sample.
        bootstrap: estimates from resampled samples, None if not requested.
        sample_blocks: int64[n], blocks of documents in each category's sample, the bootstrap's unit.
        identified: ranges in which the objective hardly changes, of categories and then of groups (`group_names`), in
            byte shares and in pair shares; None if not requested.
        indistinguishable: sets of categories that cannot be told apart.
        jackknife: estimates without one run of merges each, None if not requested.
        drift: estimates from one window of merges each, None if not requested.
        sensitivity: estimates from other choices, None if not requested.
        simplest: a mixture of few categories that fits about as well, None if not requested.
        ruled_out: categories left out because the list does not show the merges that they would have brought, in order.
        ruled_out_together: what the list says of all of them together, None if none was left out.
        pair_shares_of_all: float64[n], pair shares in the fit of all categories, before any was left out.
        not_chosen: what the categories that were not chosen have beside these, None if there are none.
        initial_pairs: int64[n], adjacent pairs of each category's sample before the first merge.
        baselines: float64[n] byte shares by each requested simple method.
        outside: lower bound on how much of the training text is of none of the categories' kinds.
        fit: whether to believe the estimate, and the merges that lack support.
        evidence: by category name, the comparisons with the largest effect on its share, strongest first.
        supplied: by category and group, the merges that come almost only from it.
        seconds: time of each phase.
        notes: what the reader should know about how the estimate was made.
        trainer: parts of the list that follow one tie rule each, which shows the trainer; empty if not requested.
        training_size: how much text it was trained on, None if not requested.
    """

    tokenizer: MappingProxyType[str, Any]
    provenance: MappingProxyType[str, Any]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    titles: tuple[str, ...]
    byte_shares: Floats
    pair_shares: Floats
    sample_bytes: NDArray[np.int64]
    amounts: SampleAmounts
    solution: Solution
    first_merge: int
    merges: int
    merges_used: int
    merges_absent: int
    bootstrap: Bootstrap | None
    sample_blocks: NDArray[np.int64]
    identified: Identified | None
    indistinguishable: tuple[Indistinguishable, ...]
    jackknife: Jackknife | None
    drift: Drift | None
    sensitivity: Sensitivity | None
    simplest: Simplest | None
    ruled_out: tuple[RuledOut, ...]
    ruled_out_together: RuledOutTogether | None
    pair_shares_of_all: Floats
    not_chosen: NotChosen | None
    initial_pairs: NDArray[np.int64]
    baselines: MappingProxyType[str, Floats]
    fit: Fit
    outside: Outside
    evidence: MappingProxyType[str, tuple[Comparison, ...]]
    supplied: MappingProxyType[str, Supplied]
    seconds: MappingProxyType[str, float]
    notes: tuple[str, ...] = ()
    trainer: tuple[ListPart, ...] = ()
    training_size: TrainingSize | None = None

    @property
    def proportions(self) -> dict[str, float]:
        """Byte share of each category, by name, largest first."""
        return {self.categories[i]: float(self.byte_shares[i]) for i in self._order()}

    @property
    def withheld(self) -> str | None:
        """Why reports show no shares: too few merges, or mostly text of other kinds; None if they do show them."""
        if self.merges_used < FEWEST_MERGES:
            listed = self.merges - self.first_merge
            lacking = (
                f"the list has only {listed:,} merges to use"
                if listed < FEWEST_MERGES
                else f"only {self.merges_used:,} of {listed:,} merges occur in the samples"
            )
            return f"too little to go on: {lacking}, at least {FEWEST_MERGES} that occur are needed"
        if self.outside.withheld:
            at_least = f"at least {100 * self.outside.at_least:.0f} % of the text is of none of these kinds"
            small = self._small_samples()
            if small:
                return (
                    f"{at_least}, or the samples most like it are too small to show that it is ({', '.join(small)}): "
                    "give 300 kB or more of each"
                )
            return f"{at_least}: shares would describe the smaller part of it"
        return None

    def _small_samples(self) -> list[str]:
        """Return the samples most like the text, with their bytes, if they are too small to hold the list's merges."""
        order = self._order()
        half = int(np.searchsorted(np.cumsum(self.byte_shares[order]), 0.5)) + 1
        carrying = order[: min(half, NEAREST)]
        if not self.outside.scanty and self.sample_bytes[carrying].max() >= SMALL_SAMPLE:
            return []
        return [
            f"{self.categories[i]} has {self.sample_bytes[i]:,} bytes"
            for i in carrying
            if self.sample_bytes[i] < ENOUGH
        ]

    @property
    def verdict(self) -> Verdict:
        """How far to trust the shares: the fit's verdict, or poor if they are withheld."""
        return Verdict.POOR if self.withheld else self.fit.verdict

    @property
    def vague(self) -> tuple[str, ...]:
        """Categories whose own total intervals say little, largest share first: to be quoted in a sum only."""
        if self.bootstrap is None or len(self.bootstrap) < FEWEST:
            return ()
        vague = find_vague(self.byte_shares, self.bootstrap, self.groups, NAMED_FROM)
        vague |= np.isin(np.arange(len(vague)), self._traded()) & (self.byte_shares >= NAMED_FROM)
        return tuple(self.categories[i] for i in self._order() if vague[i])

    def _traded(self) -> list[int]:
        """Return the categories that are variants of one language and can take each other's place."""
        return [i for same in self.indistinguishable if same.reason == VARIANTS for i in same.categories]

    @property
    def advice(self) -> str:
        """What to do with the shares: the fit's advice, and which categories are too vague to be quoted alone."""
        names = self.vague
        if self.fit.verdict is not Verdict.GOOD or not names:
            return self.fit.advice
        size = Counter(self.groups)
        group = dict(zip(self.categories, self.groups, strict=True))
        in_sums = [name for name in names if group[name] and size[group[name]] > 1]
        others = [name for name in names if name not in in_sums]
        said = [
            f"{_some_of(which)}{end}"
            for which, end in (
                (in_sums, " alone, whose intervals say little: quote their group"),
                (others, ", whose intervals say little"),
            )
            if which
        ]
        return f"{self.fit.advice}; but not {'; nor '.join(said)}"

    def _order(self) -> NDArray[np.int64]:
        """Return the categories' numbers, largest byte share first; ties keep the order of names."""
        return np.argsort(-self.byte_shares, kind="stable")

    @property
    def group_shares(self) -> dict[str, dict[str, float]]:
        """Byte and pair shares summed over each group, largest first."""
        return {
            group["name"]: {unit: group[unit] for unit in ("byte_share", "pair_share")}
            for group in self._groups()
        }

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the categories."""
        return group_names(self.groups)

    def _groups(self) -> list[dict[str, Any]]:
        groups = [
            {"name": name}
            | self._shares(np.array([group == name for group in self.groups]))
            | self._identified(len(self.categories) + number)
            for number, name in enumerate(self.group_names)
        ]
        return sorted(groups, key=lambda group: -group["byte_share"])

    def _languages(self) -> list[dict[str, Any]]:
        """Return the sums over the languages of several categories, largest first."""
        numbers = np.arange(len(self.categories))
        found = [
            {"name": name, "names": [self.categories[i] for i in self._order() if i in members]}
            | self._shares(np.isin(numbers, members))
            for name, members in languages(self.categories, self.groups).items()
        ]
        return sorted(found, key=lambda language: -language["byte_share"])

    def _identified(self, number: int) -> dict[str, Any]:
        if self.identified is None:
            return {}
        of_units = zip(("byte_share", "pair_share"), self.identified.outer[:, number].tolist(), strict=True)
        return {"identified": dict(of_units)}

    def _moves(self, category: int) -> dict[str, Any]:
        """Return the category's shares without each run of merges, and the largest move."""
        if self.jackknife is None:
            return {}
        in_pairs = self.jackknife.pair_shares
        in_bytes = byte_shares(in_pairs, self.sample_bytes, self.initial_pairs)
        units = {"byte_share": (self.byte_shares, in_bytes), "pair_share": (self.pair_shares, in_pairs)}
        moves: dict[str, Any] = {}
        for unit, (shares, without) in units.items():
            change = without[:, category] - shares[category]
            largest = int(np.argmax(np.abs(change)))
            moves[unit] = {
                "without": without[:, category].tolist(),
                "spread": float(np.sqrt(np.mean(change**2))),
                "largest_move": float(change[largest]),
                "largest_run": list(self.jackknife.runs[largest]),
            }
        return {"jackknife": moves}

    def sum_of(self, categories: Collection[str]) -> dict[str, Any]:
        """Return both shares of some categories together, with the 95 % intervals of the sums.

        Raises:
            InferenceError: there is no such category.
        """
        unknown = [name for name in categories if name not in self.categories]
        if unknown:
            raise InferenceError(f"no category {unknown[0]!r}{there_are(unknown[0], self.categories)}")
        return self._shares(np.isin(self.categories, list(categories)))

    def _shares(self, members: NDArray[np.bool_]) -> dict[str, Any]:
        """Sum both shares over some categories, with the 95 % intervals of the sums; None if unknown."""
        shares: dict[str, Any] = {
            # Sums of all shares may be above one by rounding.
            "byte_share": min(float(self.byte_shares[members].sum()), 1.0),
            "pair_share": min(float(self.pair_shares[members].sum()), 1.0),
        }
        if self.baselines:
            shares["baselines"] = {name: float(by[members].sum()) for name, by in self.baselines.items()}
        return shares | self._without_neutral(members) | self._intervals(members)

    def _without_neutral(self, members: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
        """Return both shares of some categories in all but the neutral group; nothing if there is no such group."""
        neutral = np.array([group == NEUTRAL for group in self.groups])
        if not neutral.any() or (neutral & members).any():
            return {}
        units = {"byte_share": self.byte_shares, "pair_share": self.pair_shares}
        rest = {unit: float(shares[~neutral].sum()) for unit, shares in units.items()}
        return {
            "without_neutral": {
                unit: float(shares[members].sum()) / rest[unit] if rest[unit] else 0.0
                for unit, shares in units.items()
            }
        }

    def _resampled_enough(self, members: NDArray[np.bool_]) -> bool:
        """Return whether there are enough resamples, and enough blocks in each member that carries weight."""
        alone = members.sum() == 1
        carrying = members & (alone | (self.byte_shares > SMALLEST_CARRIED))
        enough = bool(np.all(self.sample_blocks[carrying] >= FEWEST))
        return self.bootstrap is not None and len(self.bootstrap) >= FEWEST and enough

    def _intervals(self, members: NDArray[np.bool_]) -> dict[str, dict[str, list[float]] | None]:
        """Return the 95 % intervals of a sum of shares, the one to quote first; None if unknown."""
        if self.bootstrap is None:
            return {}
        if not self._resampled_enough(members):
            return {"total_interval": None, "interval": None}
        groups = {self.groups[i] for i in np.flatnonzero(members)}
        whole = np.array([group in groups for group in self.groups])
        # A group of one category is as uncertain as that category.
        several = members.sum() > 1
        factor = OF_A_GROUP if several and (whole == members).all() else factor_of(groups)
        total, sampling = {}, {}
        drawn = self.bootstrap
        for unit, shares, resampled, reweighted in (
            ("byte_share", self.byte_shares, drawn.byte_shares, drawn.reweighted_byte_shares),
            ("pair_share", self.pair_shares, drawn.pair_shares, drawn.reweighted_pair_shares),
        ):
            share = np.asarray(shares[members].sum())
            sums, weighed = (of[:, members].sum(axis=1) for of in (resampled, reweighted))
            sampling[unit] = Bootstrap.interval(share, sums).tolist()
            low, high = total_interval(factor, share, sums, weighed).tolist()
            least, most = self.reach(unit, members)
            total[unit] = [min(low, least), max(high, most)]
        return {"total_interval": total, "interval": sampling}

    def reach(self, unit: str, members: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the least and the largest of the shares that a sum may have as well, whatever resamples give.

        Total intervals reach to both: what was left out may be there, as may what was not chosen, and a variant of a
        language may stand for all of it.

        Args:
            unit: "byte_share" or "pair_share".
            members: bool[n], the categories.
        """
        own = self.byte_shares if unit == "byte_share" else self.pair_shares
        of_all = dict(zip(("byte_share", "pair_share"), self._of_all(), strict=True))[unit]
        possible = [min(float(own[members].sum()), 1.0)]
        # What the fit of all gave may be the true share: own merges may be rarer than in the samples.
        before = min(float(of_all[members].sum()), 1.0)
        if np.isin(np.flatnonzero(members), self._left_out()).any():
            possible.append(max(before, possible[0]))
        if self.ruled_out_together is not None and self.ruled_out_together.speaks:
            possible.append(before)
        if self.not_chosen is not None:
            possible += self.not_chosen.reach(unit, members, not self.fit.same_register)
        for same in self.indistinguishable if members.sum() == 1 else ():
            if same.reason == VARIANTS and members[list(same.categories)].any():
                together = self._intervals(np.isin(np.arange(len(members)), same.categories))
                ends = together.get("total_interval") or {}
                possible += [0.0, *ends.get(unit, ())[1:]]
        return min(possible), max(possible)

    def _windows(self) -> list[dict[str, Any]]:
        """Return the shares of categories and groups in each window of merges; sums have their total intervals."""
        if self.drift is None:
            return []
        found = []
        for (first, last), in_bytes, in_pairs in zip(
            self.drift.windows, self.drift.byte_shares, self.drift.pair_shares, strict=True
        ):
            groups = []
            for name in self.group_names:
                members = np.array([group == name for group in self.groups])
                sums = {"byte_share": in_bytes[members].sum(), "pair_share": in_pairs[members].sum()}
                # Without resamples: a window's own sampling noise is unknown, the part of another register is not.
                ends = {unit: interval_without_resamples(float(share)) for unit, share in sums.items()}
                groups.append(
                    {"name": name}
                    | {unit: float(share) for unit, share in sums.items()}
                    | {"total_interval": ends}
                )
            categories = [
                {
                    "name": self.categories[i],
                    "byte_share": float(in_bytes[i]),
                    "pair_share": float(in_pairs[i]),
                }
                for i in self._order()
            ]
            found.append({"first": first, "last": last, "groups": groups, "categories": categories})
        return found

    def _choices(self) -> list[dict[str, Any]]:
        """Return the shares of groups and of categories under each other choice."""
        if self.sensitivity is None:
            return []
        names = self.group_names
        sums = np.array([[group == name for group in self.groups] for name in names], dtype=np.float64)
        sums = sums.reshape(len(names), len(self.groups))
        order = self._order().tolist()
        found = []
        varied = self.sensitivity
        for kind, choice, in_bytes, in_pairs in zip(
            varied.kinds, varied.choices, varied.byte_shares, varied.pair_shares, strict=True
        ):
            of_groups = zip(names, (sums @ in_bytes).tolist(), (sums @ in_pairs).tolist(), strict=True)
            of_categories = ((self.categories[i], float(in_bytes[i]), float(in_pairs[i])) for i in order)
            groups, categories = (
                [
                    {"name": name, "byte_share": by_bytes, "pair_share": by_pairs}
                    for name, by_bytes, by_pairs in of
                ]
                for of in (of_groups, of_categories)
            )
            found.append({"kind": kind, "choice": choice, "groups": groups, "categories": categories})
        return found

    def _origin(self) -> dict[str, Any]:
        """Return who trained the list and on how much text."""
        return {
            "trainer": [part.to_dict() for part in self.trainer],
            "training_size": self.training_size and self.training_size.to_dict(),
        }

    def _simplest(self) -> dict[str, Any]:
        """Return the simplest mixture's categories with a share, largest first, and what it costs."""
        if self.simplest is None:
            return {}
        in_pairs = self.simplest.pair_shares
        in_bytes = byte_shares(in_pairs, self.sample_bytes, self.initial_pairs)
        parts = [
            {
                "name": self.categories[i],
                "byte_share": float(in_bytes[i]),
                "pair_share": float(in_pairs[i]),
            }
            for i in np.argsort(-in_bytes, kind="stable")
            if in_pairs[i] > 0
        ]
        return {"simplest": {"rise": self.simplest.rise, "categories": parts}}

    def _sample(self, category: int) -> dict[str, int | None]:
        """Return how much text a category's sample is, in each unit."""
        return {
            "sample_bytes": int(self.sample_bytes[category]),
            "sample_characters": int(self.amounts.characters[category]),
            "sample_pairs": int(self.initial_pairs[category]),
            "sample_pretokens": int(self.amounts.pretokens[category]),
            "sample_documents": int(self.amounts.documents[category]) or None,
        }

    def _left_out(self) -> list[int]:
        """Return the numbers of the categories that were ruled out."""
        return [number for entry in self.ruled_out for number in entry.categories]

    def _of_all(self) -> tuple[Floats, Floats]:
        """Return the byte and pair shares in the fit of all categories, both float64[n]."""
        in_pairs = self.pair_shares_of_all
        return byte_shares(in_pairs, self.sample_bytes, self.initial_pairs), in_pairs

    def _ruled_out(self) -> dict[str, Any]:
        """Return what was left out for lack of merges of its own, largest share first, and what is said of it all."""
        in_bytes, in_pairs = self._of_all()
        entries = [
            {
                "names": [self.categories[number] for number in entry.categories],
                "byte_share": float(in_bytes[list(entry.categories)].sum()),
                "pair_share": float(in_pairs[list(entry.categories)].sum()),
            }
            | entry.to_dict()
            for entry in self.ruled_out
        ]
        together = self.ruled_out_together
        return {
            "ruled_out": sorted(entries, key=lambda entry: -entry["pair_share"]),
            "ruled_out_together": together and together.to_dict(),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON (the same as ``bpeinfer infer --json``)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "tokenizer": dict(self.tokenizer),
            "provenance": dict(self.provenance),
            "not_in_categories": self.outside.to_dict(),
            "withheld": self.withheld,
            "nearest": [self.categories[i] for i in self._order()[:NEAREST] if self.byte_shares[i] > 0],
            "categories": [
                {"name": self.categories[i], "title": self.titles[i] or None, "group": self.groups[i] or None}
                | self._shares(np.arange(len(self.categories)) == i)
                | self._identified(int(i))
                | self._moves(int(i))
                | self._sample(int(i))
                for i in self._order()
            ],
            "groups": self._groups(),
            "languages": self._languages(),
            "indistinguishable": [
                {"names": [self.categories[i] for i in same.categories], "reason": same.reason}
                | self._shares(np.isin(np.arange(len(self.categories)), same.categories))
                for same in self.indistinguishable
            ],
            "certificate": {
                "objective": self.solution.objective,
                "lower_bound": self.solution.lower_bound,
                "gap": self.solution.gap,
                "status": self.solution.status.name.lower(),
                "method": self.solution.method,
            },
            "verdict": self.verdict.value,
            "unexplained": self.fit.unexplained,
            "vague": list(self.vague),
            "fit": self.fit.to_dict() | {"advice": self.advice},
            "evidence": {
                name: [comparison.to_dict() for comparison in comparisons]
                for name, comparisons in self.evidence.items()
            },
            "supplied": {name: supplied.to_dict() for name, supplied in self.supplied.items()},
            "first_merge": self.first_merge,
            "merges": self.merges,
            "merges_used": self.merges_used,
            "merges_absent": self.merges_absent,
            "resamples": 0 if self.bootstrap is None else len(self.bootstrap),
            "left_out": [] if self.jackknife is None else [list(run) for run in self.jackknife.runs],
            "windows": self._windows(),
            "sensitivity": self._choices(),
            **self._ruled_out(),
            "not_chosen": self.not_chosen and self.not_chosen.to_dict(),
            **self._origin(),
            "notes": list(self.notes),
            "seconds": dict(self.seconds),
        } | self._simplest()

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in vars(self).items()
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if isinstance(value, dict) else value)


def _some_of(names: Sequence[str]) -> str:
    """Name the first few, and say how many more there are."""
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def group_names(groups: Sequence[str]) -> tuple[str, ...]:
    """Return each group's name once, in the order of the categories; "" means no group."""
    return tuple(name for name in dict.fromkeys(groups) if name)
