"""Whether to believe an estimate: is the misfit what chance alone would leave?

A merge happened because its pair was then the most frequent one in the training text. Under the right
categories the fitted mixture contains about as much of that pair as the threshold θₜ says; if a kind of text
is missing, merges made for it fall short however the others are mixed. How far merges fall short by chance
depends on the samples: their size, how much their documents differ, how long the list is. So the misfit is compared
with its own null distribution: tokenizers trained on half of these very samples in the fitted shares, judged by
the other half.
There the categories are right by construction, and what falls short does so by chance.

More than 300 lines: the thresholds stand next to what they were measured on.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bpeinfer.diagnostics import null_distribution
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.jackknife import error_of_share
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.misfit import (
    Floats,
    Longs,
    misfit_of,
    occurrence_weights,
    variance_of_merges,
)
from bpeinfer.diagnostics.missing_kinds import share_that_would_show
from bpeinfer.diagnostics.not_chosen import NotChosen
from bpeinfer.diagnostics.null_distribution import compare_with_chance, misfits_by_chance, of_same_register
from bpeinfer.diagnostics.ruled_out import RuledOutTogether
from bpeinfer.diagnostics.shown import EXACT_MISFIT
from bpeinfer.scripts import scripts_of
from bpeinfer.solving import MixtureProblem, evaluate
from bpeinfer.token_text import token_text
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Fit", "Verdict", "judge"]


# A merge lacks support if the mixture has less than this part of the expected count, …
LEAST_SUPPORT = 0.2
# … and falls short by more than this many standard deviations of a Poisson count.
SHORTFALL_DEVIATIONS = 6.0
# Samples of another register misfit more than by chance, too, and total intervals allow for that. On the calibration
# side of benchmarks/shifted.py they do up to these parts of the list's mass without support: for every share, and for
# sums over groups. With other languages and code in one mixture, three quarters of its trials stay below the first.
EVERY_SHARE_QUOTABLE = 0.015
SUMS_QUOTABLE = 0.05
# Part of the merges that may be absent from all samples: in that benchmark it is 0.16 at most.
MOST_ABSENT = 0.2
SUMS_ONLY = "quote only sums over groups, with their total intervals, not single categories"
NO_SUMS = "quote no share: single categories are too uncertain, and no group has several of them to sum over"
MISSING = "; a kind of text may be missing from the samples, see the merges that lack support"
# Single shares may be quoted if at least this part of the text is of kinds whose absence would show: of languages,
# that is most, of kinds of code, next to nothing (halves of the starter pack, benchmarks/verdict.py from seed 100).
MOST_WOULD_SHOW = 0.6
UNSEEN = (
    ", unless you know that the samples have every kind of text: another one like these would hardly show"
)
SPOKEN_FOR = "; some of what was left out may be there, and it cannot be said which"
# Relative gap of the solution from which its shares are not an estimate yet; on the largest problems it is 0.0005.
LARGEST_GAP = 0.01
NOTHING = 1e-8  # share that counts as none
# Pair share of kinds that were not chosen, in the fit with them, up to which single shares can be quoted, and from
# which none can (calibration side of benchmarks/not_chosen.py); and that of kinds of which it is not clear whether they
# are there, with the others: then shares of those chosen may be of the smaller part of the text.
LEAST_OF_OTHERS = 0.03
MOST_OF_OTHERS = 0.3
MOST_OF_ALL_OTHERS = 0.5
NAMED = 3  # of these kinds
# With fewer merges that occur in the samples than this there is nothing to judge by.
FEWEST_MERGES = 100


class Verdict(enum.Enum):
    """How far to trust an estimate; the value is the word that users see."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    POOR = "poor"


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """How well the best mixture explains the list.

    Attributes:
        verdict: good, doubtful or poor; doubtful, too, where samples are too small to tell.
        advice: what to do with the shares, in one line.
        reason: why, in one line.
        misfit: how far merges fall short of their thresholds, from 0 to 1: the mean of (1 − sₜ/θₜ)₊², merges
            weighted by θₜ and by the precision of their counts.
        chance: float64[k], the same on lists trained on halves of the samples and judged by the other halves, as
            many as were needed to decide; empty where the samples cannot be halved or the list is too long.
        same_register: whether the samples are found to be of the training text's own register: the misfit is less than
            by chance, and misfit by chance is so small that another register would show.
        would_show: part of the text, from 0 to 1, that is of kinds whose absence from the samples would be noticed.
        explained: 1 − objective / objective of the uniform mixture: the part of the disagreement that
            mixing the categories right takes away.
        unexplained: share of the merge list's mass (Σₜ θₜ) that no category supplies: it underestimates the
            share of training text that is of another kind.
        interval: its 95 % interval, by leaving out runs of neighbouring merges in turn.
        lacking: int64[k], ranks of the merges that lack support, the largest gap first.
        missing: float64[k], each one's gap θₜ − sₜ as a share of the list's mass; sums to `unexplained`.
        tokens: the products of these merges.
        scripts: share of `unexplained` by script of the tokens, largest first ("Common": digits, spaces and
            signs).
    """

    verdict: Verdict
    advice: str
    reason: str
    misfit: float
    chance: Floats
    same_register: bool
    would_show: float
    explained: float
    unexplained: float
    interval: tuple[float, float]
    lacking: Longs
    missing: Floats
    tokens: tuple[bytes, ...]
    scripts: dict[str, float]

    def to_dict(self, tokens: int = 20) -> dict[str, Any]:
        """Return plain data for JSON, with the first `tokens` merges that lack support."""
        return {
            "verdict": self.verdict.value,
            "advice": self.advice,
            "reason": self.reason,
            "misfit": self.misfit,
            "misfit_by_chance": self.chance.tolist(),
            "same_register": self.same_register,
            "explained": self.explained,
            "unexplained": self.unexplained,
            "unexplained_interval": list(self.interval),
            "unexplained_merges": len(self.lacking),
            "unexplained_scripts": self.scripts,
            "examples": [
                {"rank": int(rank), "token": token_text(token), "missing": float(missing)}
                for rank, token, missing in zip(
                    self.lacking[:tokens], self.tokens[:tokens], self.missing[:tokens], strict=True
                )
            ],
        }


def judge(
    fitted: Fitted,
    seed: int = 0,
    not_chosen: NotChosen | None = None,
    together: RuledOutTogether | None = None,
) -> Fit:
    """Measure what the fitted mixture leaves unexplained and judge what that means.

    Merges absent from all samples count like others, with the threshold of their neighbours in the list.

    Args:
        fitted: the estimate and its counts.
        seed: of the halves.
        not_chosen: what the categories that were not chosen say, None if there are none.
        together: what the list says of those left out, None if there are none.
    """
    trajectories, problem, solution = fitted.trajectories, fitted.problem, fitted.solution
    counts = fitted.counts
    first = int(problem.step[0])
    steps = np.arange(first, len(trajectories.merge_counts))
    weights = problem.weights(solution.alpha)
    # Simulated lists come without counts, so the misfit that is compared with theirs has free thresholds, too.
    threshold = evaluate(replace(problem, known_counts=None), weights).fit.threshold
    expected = np.interp(steps, problem.step, threshold)
    added = occurrence_weights(trajectories, problem, weights)
    held, spread = _supply(trajectories, problem, weights, added, steps, expected)
    gap = expected - held
    lacks = (gap > (1 - LEAST_SUPPORT) * expected) & (gap > SHORTFALL_DEVIATIONS * spread)
    missing = np.where(lacks, gap, 0.0)
    total = float(expected.sum())
    unexplained = float(missing.sum()) / total if total > 0 else 0.0
    order = np.flatnonzero(lacks)
    order = order[np.argsort(-missing[order], kind="stable")]
    tokens = tuple(trajectories.merges.symbols[p] for p in trajectories.merges.product[steps[order]])
    scripts = _scripts(tokens, missing[order])

    occurrence = np.zeros(len(counts.categories))
    # Categories that have no more than the solver's distance from zero would cost the most time.
    occurrence[problem.category] = np.where(solution.alpha[problem.category] >= NOTHING, added, 0.0)
    # Doubled: the variance for half the sample, as in the simulated lists.
    variance = 2 * variance_of_merges(fitted.pairs, counts.block_category, occurrence, steps)
    misfit = misfit_of(expected, held, variance)
    chance = misfits_by_chance(counts, solution.alpha, first, trajectories.merges, problem.form, seed, misfit)
    uniform = evaluate(problem, np.full(problem.columns, 1.0 / problem.columns)).objective
    share = f"{len(order):,} of {len(steps):,} merges, {100 * unexplained:.1f} % of the list's mass"
    # A group of one category is as uncertain as that category.
    sums = SUMS_ONLY if max(Counter(filter(None, counts.groups)).values(), default=0) > 1 else NO_SUMS
    verdict, advice, reason = _verdict(
        misfit, chance, unexplained, problem, share, scripts, solution.gap, sums
    )
    sets = relatives(counts.categories, counts.groups)
    shown = share_that_would_show(problem, solution.alpha, threshold, sets, EVERY_SHARE_QUOTABLE)
    if misfit >= EXACT_MISFIT:
        verdict, advice = _beside_others(verdict, advice, sums, shown, not_chosen)
        if verdict is Verdict.GOOD and together is not None and together.speaks:
            # Single shares are then of those that stay and, in part, of those that they stand in for.
            verdict, advice = Verdict.DOUBTFUL, f"{sums}{SPOKEN_FOR}"
    return Fit(
        verdict=verdict,
        advice=advice,
        reason=reason,
        misfit=misfit,
        chance=chance,
        same_register=misfit < EXACT_MISFIT
        or (len(chance) > 0 and of_same_register(misfit, float(chance.mean()))),
        would_show=shown,
        explained=1.0 - solution.objective / uniform if uniform > 0 else 1.0,
        unexplained=unexplained,
        interval=_jackknife(missing, expected),
        lacking=steps[order],
        missing=missing[order] / max(total, np.finfo(float).tiny),
        tokens=tokens,
        scripts=scripts,
    )


def _beside_others(
    verdict: Verdict, advice: str, sums: str, shown: float, not_chosen: NotChosen | None
) -> tuple[Verdict, str]:
    """Return verdict and advice with what text of a kind that is not there would have shown, or has."""
    if not_chosen is not None and (others := _like_others(not_chosen)):
        none, said = others
        if none or verdict is Verdict.POOR:
            return Verdict.POOR, f"quote no share: {said}; choose them, too"
        return Verdict.DOUBTFUL, f"{sums}; {said}; choose them, too"
    # Kinds like the others were looked for, and not found.
    asked = not_chosen is not None and not_chosen.pair_share <= LEAST_OF_OTHERS
    if verdict is Verdict.GOOD and shown < MOST_WOULD_SHOW and not asked:
        return Verdict.DOUBTFUL, f"{sums}{UNSEEN}"
    return verdict, advice


def _like_others(not_chosen: NotChosen) -> tuple[bool, str] | None:
    """Say how much text is like categories that were not chosen, and whether it is so much that no share holds.

    None if there is none that needs to be spoken of.
    """
    share = sum(kind.pair_share for kind in not_chosen.present)
    unclear = share <= MOST_OF_OTHERS and not_chosen.pair_share > MOST_OF_ALL_OTHERS
    if share <= LEAST_OF_OTHERS and not unclear:
        return None
    kinds, of = (not_chosen.kinds, not_chosen.pair_share) if unclear else (not_chosen.present, share)
    names = ", ".join(kind.names[0] for kind in kinds[:NAMED])
    which = ", though it is not clear which of them" if unclear else ""
    said = f"{100 * of:.0f} % of the text is like categories that were not chosen{which}: {names}"
    return unclear or share > MOST_OF_OTHERS, said


def _supply(
    trajectories: PairTrajectories,
    problem: MixtureProblem,
    weights: Floats,
    occurrence: Floats,
    steps: Longs,
    expected: Floats,
) -> tuple[Floats, Floats]:
    """Return for each step the mixture's amount of the merge's pair, and its standard deviation.

    The deviation is that of a Poisson count with the threshold as its mean, each occurrence weighing what
    it does in the categories that contain the pair (in a typical category where none does).
    """
    counts = np.asarray(trajectories.merge_counts)[steps][:, problem.category]
    held = counts @ occurrence
    typical = float(weights @ occurrence)
    weight = np.divide(counts @ occurrence**2, held, out=np.full(len(steps), typical), where=held > 0)
    return held, np.sqrt(expected * weight)


def _verdict(
    misfit: float,
    chance: Floats,
    unexplained: float,
    problem: MixtureProblem,
    share: str,
    scripts: dict[str, float],
    gap: float,
    sums: str,
) -> tuple[Verdict, str, str]:
    """Return the verdict, what to do and why; `sums` is the advice where no single category can be quoted."""
    merges = problem.rows + problem.merges_absent
    if gap > LARGEST_GAP:
        reason = f"the solver stopped at a relative gap of {gap:.1e}, far from the optimum"
        return Verdict.POOR, "quote no share; give the solver more time (--time-limit)", reason
    if problem.rows < FEWEST_MERGES:
        verdict = Verdict.POOR if problem.rows < problem.merges_absent else Verdict.DOUBTFUL
        reason = f"only {problem.rows} of {merges:,} merges occur in the samples: too few to tell"
        return verdict, "quote no share; use more merges, or samples that contain them", reason
    if misfit < EXACT_MISFIT and not problem.merges_absent:
        reason = (
            f"all {merges:,} merges are where the fitted mixture puts them: the samples are the training text"
        )
        return Verdict.GOOD, "quote every share", reason
    many_absent = problem.merges_absent > MOST_ABSENT * merges
    if not len(chance):
        too_long = int(problem.step[-1]) >= null_distribution.LONGEST_SIMULATED
        return _without_null(unexplained, too_long, many_absent, share, sums)
    level = float(chance.mean())
    against = f"misfit {100 * misfit:.2f} %, by chance {100 * level:.2f} %"
    said, lacking = (
        compare_with_chance(misfit, level),
        f"{share}, lack support in the fitted mixture; {against}",
    )
    if said == "coarse":
        return Verdict.DOUBTFUL, sums, f"{lacking}: the samples are too small to tell, add text"
    if said == "fine":
        reason = f"{lacking}: no more than with the right categories"
        return Verdict.GOOD, "quote every share with its total interval", reason
    kind = f", mostly {_named(scripts)}" if scripts else ""
    share = f"{share}, lack support in the fitted mixture{kind}; {against}"
    if unexplained > SUMS_QUOTABLE or many_absent:
        return Verdict.POOR, f"quote no share{MISSING}", f"{share}: a kind of text is missing"
    reason = f"{share}: the samples differ in register from the training text, or "
    if unexplained > EVERY_SHARE_QUOTABLE:
        return Verdict.DOUBTFUL, f"{sums}{MISSING}", f"{reason}a kind of text is missing"
    advice = "quote every share with its total interval, which allows for other registers"
    return Verdict.GOOD, advice, f"{reason}a small part of it is of other kinds"


def _without_null(
    unexplained: float, too_long: bool, many_absent: bool, share: str, sums: str
) -> tuple[Verdict, str, str]:
    """Return the verdict where there is no null distribution to compare the misfit with."""
    cause = (
        f"the verdict is not calibrated beyond {null_distribution.LONGEST_SIMULATED:,} merges"
        if too_long
        else "too few documents to tell; give more than one for each category"
    )
    reason = f"{share}, lack support, by chance or not: {cause}"
    if unexplained > SUMS_QUOTABLE or (too_long and many_absent):
        return Verdict.POOR, f"quote no share{MISSING}", reason
    return Verdict.DOUBTFUL, sums, reason


def _named(scripts: dict[str, float]) -> str:
    """Return the name of the script of most letters, or what there is if there are hardly any."""
    largest = next(iter(scripts))
    if largest != "part of a character" and largest not in ("Common", "Inherited"):
        return f"{largest} script"
    letters = [name for name in scripts if name not in ("Common", "Inherited", "part of a character")]
    beside = f", letters of {letters[0]} script" if letters else ""
    what = "parts of characters" if largest == "part of a character" else "digits, spaces and signs"
    return f"{what}{beside}"


def _scripts(tokens: tuple[bytes, ...], missing: Floats) -> dict[str, float]:
    """Divide what is missing among the scripts of the tokens' characters."""
    texts = [token.decode("utf-8", "ignore") for token in tokens]
    script_of = scripts_of("".join(texts))
    shares: Counter[str] = Counter()
    for text, share in zip(texts, missing.tolist(), strict=True):
        kinds = Counter(script_of[character] for character in text)
        letters = {kind: number for kind, number in kinds.items() if kind not in ("Common", "Inherited")}
        if letters:
            shares[max(letters, key=lambda kind: letters[kind])] += share
        else:
            shares["Common" if text else "part of a character"] += share
    total = sum(shares.values())
    return {kind: share / total for kind, share in shares.most_common()}


def _jackknife(missing: Floats, expected: Floats) -> tuple[float, float]:
    """Return the 95 % interval of Σ missing / Σ expected from leaving out runs of merges, see `error_of_share`."""
    if not expected.any():
        return 0.0, 0.0
    error = error_of_share(missing, expected)
    centre = float(missing.sum() / expected.sum())
    return max(centre - 1.96 * error, 0.0), min(centre + 1.96 * error, 1.0)
