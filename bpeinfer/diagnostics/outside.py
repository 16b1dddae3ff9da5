"""How much of the training text is of a kind that no category has: a lower bound, and what that text looks like.

A mixture is normalised: however little of the list it explains, its shares add up to one. So the shares alone never say
"none of these". The merge list does. Take thresholds θ that leave almost none of the mixture's own frequent pairs
(pairs that the trainer passed over) above them. If all of the training text were like the categories', the mixture
would supply these thresholds merge by merge. The part of their mass Σₜ θₜ that it does not supply, including merges
that no sample contains, is text of another kind, or chance, or another register of the same kind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.jackknife import error_of_share
from bpeinfer.diagnostics.letters import letters_of_tokens, letters_without_sample
from bpeinfer.scripts import scripts_of
from bpeinfer.solving import MixtureProblem, evaluate
from bpeinfer.token_text import token_text

__all__ = ["Outside", "measure_outside"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# A merge's shortfall costs this part of a rival's excess of the same size: thresholds stay well above the rivals.
SHORT = 0.05
# The head is the merges of which the samples would contain this many occurrences; its least and greatest length.
OCCURRENCES, FEWEST, MOST = 50.0, 100, 2_000
# Bytes of samples, all categories together, from which a list that hardly occurs in them must come from other text.
ENOUGH_TEXT = 100_000
# Unsupplied share that lists of the categories' own kinds of text reach, by chance and in other registers.
BY_CHANCE = 0.5
# Disagreement up to which the supplied part fits, as in lists of the categories' own kinds of text, and from which it
# does not fit at all: it is then what languages of one script have in common.
FITS, CLASHES = 0.56, 0.85
# Bound from which on shares are withheld: they would describe the smaller part of the text.
WITHHELD = 0.5
# A space, and the signs for it in alphabets of characters.
SPACES = (b" ", "▁".encode(), "Ġ".encode())
# Splitters that keep the space before a word begin far more of the samples' pretokens with one than this part.
SPACED = 0.01
# Merges and letters that are kept as examples.
EXAMPLES = 20


@dataclass(frozen=True, eq=False, kw_only=True)
class Outside:
    """Text of none of the categories' kinds.

    Attributes:
        at_least: lower bound on its share of the training text's pairs, 0 where chance or another register would
            explain it.
        interval: the bound's 95 % interval, from leaving out runs of neighbouring merges in turn.
        unsupplied: share of the thresholds' mass in the head of the list that the mixture does not supply.
        disagreement: the objective of the head alone, in its mass.
        merges: how many merges the head has.
        examples: products of the merges that fall short most, and their shortfalls as shares of the thresholds' mass.
        scripts: shares of scripts among the letters of what is unsupplied, largest first.
        letters: letters of the list that hardly any sample has, in the order of the list.
        look: what else marks the tokens: capitals only, no spaces, mostly digits.
    """

    at_least: float
    interval: tuple[float, float]
    unsupplied: float
    disagreement: float
    merges: int
    examples: tuple[tuple[bytes, float], ...]
    scripts: dict[str, float]
    letters: tuple[str, ...]
    look: tuple[str, ...]

    @property
    def withheld(self) -> bool:
        """Whether most of the text is of other kinds, so that shares of the rest would mislead."""
        return self.at_least >= WITHHELD

    @property
    def scanty(self) -> bool:
        """Whether the samples hold so little of the text most like the list that chance may explain what is lacking."""
        return self.merges <= FEWEST

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "at_least": self.at_least,
            "interval": list(self.interval),
            "unsupplied": self.unsupplied,
            "disagreement": self.disagreement,
            "merges": self.merges,
            "scripts": self.scripts,
            "letters": list(self.letters),
            "look": list(self.look),
            "examples": [
                {"token": token_text(token), "missing": missing} for token, missing in self.examples
            ],
        }


def measure_outside(fitted: Fitted) -> Outside:
    """Bound the share of text of none of the categories' kinds, and describe it.

    The thresholds are non-increasing and minimise 0.05 Σₜ (θₜ − sₜ)₊ + Σⱼ (xⱼ − θ[eⱼ])₊ in the notation of
    `MixtureProblem`. The head ends where the samples would have 50 occurrences of a merge, at rank 2,000 at most. The
    share of Σₜ θₜ that is unsupplied, and the head's disagreement, give the bound: see `bound`.
    """
    first = int(fitted.problem.step[0])
    stop = min(first + MOST, len(fitted.trajectories.merge_counts))
    missing, expected, disagreement, enough = _unsupplied(fitted, first, stop)
    if enough < stop:
        stop = max(enough, min(first + FEWEST, stop))
        missing, expected, disagreement, _ = _unsupplied(fitted, first, stop)
    merges = fitted.trajectories.merges
    tokens = [merges.comparable_symbols()[p] for p in merges.product[first:stop].tolist()]
    order = np.argsort(-missing, kind="stable")[:EXAMPLES]
    total = float(expected.sum())
    share = float(missing.sum()) / total
    spread = 1.96 * error_of_share(missing, expected)
    # If hardly any merge occurs in little text, that says nothing; in much text, that the list comes from other text.
    telling = fitted.problem.rows >= FEWEST or int(fitted.counts.category_bytes.sum()) >= ENOUGH_TEXT
    return Outside(
        at_least=bound(share, disagreement) if telling else 0.0,
        interval=(
            bound(share - spread, disagreement) if telling else 0.0,
            bound(share + spread, disagreement),
        ),
        unsupplied=share,
        disagreement=disagreement,
        merges=stop - first,
        examples=tuple((tokens[i], float(missing[i]) / total) for i in order.tolist() if missing[i] > 0),
        scripts=_scripts(tokens, missing),
        letters=letters_without_sample(fitted.counts, tokens)[:EXAMPLES],
        look=_look(tokens, expected, words_keep_spaces(fitted.counts)),
    )


def bound(unsupplied: float, disagreement: float) -> float:
    """Return the lower bound on the share of text outside the categories.

    The unsupplied part beyond chance counts in full, and the part of the rest that disagreement shows to be mere
    resemblance; the sum is at most the unsupplied part.

    Example:
        >>> [round(bound(*case), 2) for case in ((0.4, 0.3), (0.75, 0.3), (0.75, 0.9))]
        [0.0, 0.5, 0.75]
    """
    beyond = min(max((unsupplied - BY_CHANCE) / (1 - BY_CHANCE), 0.0), 1.0)
    fits = min(max((CLASHES - disagreement) / (CLASHES - FITS), 0.0), 1.0)
    return min(1 - (1 - beyond) * fits, min(max(unsupplied, 0.0), 1.0))


def _unsupplied(fitted: Fitted, first: int, stop: int) -> tuple[Floats, Floats, float, int]:
    """Look at the merges first .. stop−1.

    Returns each one's shortfall and threshold, the disagreement, and the step from which samples contain too few.
    """
    head = fitted.trajectories.head(stop)
    problem = MixtureProblem.from_trajectories(head, first, form=fitted.problem.form)
    weights = problem.weights(fitted.solution.alpha)
    lenient = replace(problem, merge_weight=SHORT * problem.merge_weight)
    steps = np.arange(first, stop)
    expected = np.interp(steps, problem.step, evaluate(lenient, weights).fit.threshold)
    held = np.zeros(len(steps))
    held[problem.step - first] = problem.merge_shares @ weights
    occurrence = weights * problem.pairs_per_weight / np.asarray(head.initial_pairs)[problem.category]
    few = np.flatnonzero(expected < OCCURRENCES * float(weights @ occurrence))
    disagreement = evaluate(problem, weights).objective / float(problem.merge_shares.sum(axis=0) @ weights)
    return np.maximum(expected - held, 0.0), expected, disagreement, first + int(few[0]) if len(few) else stop


def _scripts(tokens: list[bytes], missing: Floats) -> dict[str, float]:
    """Divide what is missing among the scripts of the tokens' letters; tokens without letters say nothing."""
    letters = [letters_of_tokens([token]) for token in tokens]
    script_of = scripts_of({letter for found in letters for letter in found})
    shares: Counter[str] = Counter()
    for found, share in zip(letters, missing.tolist(), strict=True):
        for letter in found:
            shares[script_of[letter]] += share / len(found)
    total = shares.total()
    return {script: share / total for script, share in shares.most_common() if share > 0.005 * total}


def words_keep_spaces(counts: AnyCounts) -> bool:
    """Say whether words are counted with a space before them; where the splitter drops it, no token can show one."""
    marked = total = 0
    for part in counts.parts():
        first, length = part.offsets[:-1], np.diff(part.offsets)
        padded = np.append(part.blob, np.zeros(3, dtype=np.uint8))
        for sign in SPACES:
            same = [padded[first + place] == byte for place, byte in enumerate(sign)]
            marked += int((np.logical_and.reduce(same) & (length > len(sign))).sum())
        total += len(first)
    return marked > SPACED * total


def _look(tokens: list[bytes], expected: Floats, spaced: bool) -> tuple[str, ...]:
    """Describe the text that these tokens, weighted by the thresholds, come from.

    Args:
        tokens: the products of the merges.
        expected: float64[len(tokens)], their thresholds.
        spaced: whether tokens would show the spaces between words.
    """
    texts = [token.decode("utf-8", "ignore") for token in tokens]
    weight = expected / expected.sum()
    letters = np.array([sum(map(str.isalpha, text)) for text in texts])
    upper = np.array([sum(map(str.isupper, text)) for text in texts])
    digits = np.array([sum(map(str.isdigit, text)) for text in texts])
    cased = np.array([sum(text.isupper() or text.islower() for text in text) for text in texts])
    spaces = np.array([text[:1].isspace() for text in texts])
    found = []
    if weight @ cased > 0.5 * (weight @ letters) and weight @ upper > 0.9 * (weight @ cased):
        found.append("capitals only")
    if weight @ digits > weight @ letters:
        found.append("mostly digits")
    if spaced and not weight @ spaces > 0.01:
        found.append("no spaces between words")
    return tuple(found)
