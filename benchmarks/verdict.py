"""Measure the fit verdict on known mixtures: right categories, a category left out, a wrong register.

    python benchmarks/verdict.py --train FOLDER --sample FOLDER --trials 60 --seed 1000    # same names in both
    python benchmarks/verdict.py --trials 10 --smallest 150000                # the starter pack, cut in halves
    python benchmarks/verdict.py --trials 30 --smallest 150000 --size 300000 --pattern r50k --merges 2000 --no-intervals

Each trial draws languages, code or both; 5, 10 or 20 categories; samples of at most 100 kB, 300 kB, 1 MB or 3 MB a
category; 1,000, 3,000 or 10,000 merges; GPT-2's or cl100k's split pattern. Tokenizers are trained on mixtures of the
training text (at most 10 MB a category; drawn again while a mixture comes to less than six times `--smallest`), and
inferred and judged with the samples.

- right: random categories, weights uniform on the simplex times 0.9, and 0.1 for the last one.
- left out: the same tokenizer without the category that holds 10 % of the text.
- wrong register: four kinds of English (books, essays, speeches, encyclopedia) hold 60 % of the training text beside
  six other categories; the only English sample is documentation.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shifted import known_pretokenizer, tokenizer_of, winkler_scores

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus, starter_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.verdict import Verdict
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.job import DEFAULT_RESAMPLES
from bpeinfer.inference.not_chosen import SAMPLE
from bpeinfer.merges import MergeList
from bpeinfer.training import train

ENGLISH = ("en-books", "en-essays", "en-speeches", "en-encyclopedia")
DOCUMENTATION = "en-documentation"
KINDS = ("languages", "code", "both")
SIZES = (100_000, 300_000, 1_000_000, 3_000_000)
MERGES = (1_000, 3_000, 10_000)
NUMBERS = (5, 10, 20)
PATTERNS = ("r50k", "cl100k")
TRAIN_BYTES = 10_000_000
CASES = ("right", "left out", "wrong register")
VERDICTS = tuple(verdict.value for verdict in Verdict)


def starter_half(number: int, limit: int, chosen: Mapping[str, int] | None = None) -> Corpus:
    """Take every other document of each category of the starter pack, to at most `limit` bytes.

    `chosen` has other limits of some of them.
    """
    texts = {}
    for category in starter_corpus().categories:
        documents = list(category.documents())[number::2]
        ends = np.cumsum([len(document.encode()) for document in documents])
        most = (chosen or {}).get(category.name, limit)
        texts[category.name] = documents[: max(int((ends <= most).sum()), 2)]
    groups = {category.name: category.group for category in starter_corpus().categories}
    return Corpus.from_texts(texts, groups)


def half_of(
    folders: tuple[str, str] | None, half: int, limit: int, chosen: Mapping[str, int] | None = None
) -> Corpus:
    """Return one half of the text, training (0) or sample (1); `chosen` has other limits of the starter pack's."""
    return load_corpus([folders[half]], limit=limit) if folders else starter_half(half, limit, chosen)


def counted(
    folders: tuple[str, str] | None, kept: Path | None, half: int, limit: int, pattern: str
) -> PretokenCounts:
    """Count one half of the text."""
    return count_pretokens(half_of(folders, half, limit), known_pretokenizer(pattern), cache=kept)


def trained(
    counts: PretokenCounts, names: list[str], weights: NDArray[np.float64], merges: int, seed: int
) -> MergeList:
    """Train on random blocks of these categories, bytes in proportion to `weights`."""
    part = counts.select(names)
    sizes = np.diff(part.offsets) @ part.counts
    total = float(np.min(part.category_bytes / np.maximum(weights, 1e-3)))
    random = np.random.default_rng(seed)
    taken = np.zeros(len(sizes), dtype=np.int64)
    for number, weight in enumerate(weights):
        blocks = random.permutation(np.flatnonzero(part.block_category == number))
        before = np.cumsum(sizes[blocks]) - sizes[blocks]
        taken[blocks[before < weight * total]] = 1
    return train(part.blob, part.offsets, np.asarray(part.counts @ taken), merges)


@dataclass(frozen=True, eq=False)
class Judged:
    """What `infer` says: its estimate, byte shares float64[n], their total intervals float64[2, n].

    Where there are no intervals, their ends are not a number.
    """

    estimate: MixtureEstimate
    shares: NDArray[np.float64]
    total: NDArray[np.float64]


def judged(
    counts: PretokenCounts,
    names: list[str],
    tokenizer: bi.Tokenizer,
    intervals: bool,
    others: Corpus | None = None,
    cache: Path | None = None,
) -> Judged:
    """Infer with the samples of these categories.

    `others` has these samples and little text of more categories, which are not chosen.
    """
    samples = None if others is None else others.select(",".join(names))
    estimate = bi.infer(
        tokenizer,
        counts.select(names) if samples is None else samples,
        counts=None if samples is None else counts.select(samples.names),
        resamples=DEFAULT_RESAMPLES if intervals else 0,
        size=False,
        cache=cache,
    )
    alone = [estimate.sum_of([name]) for name in names]
    none = {"byte_share": [np.nan, np.nan]}
    ends = [(one.get("total_interval") or none)["byte_share"] for one in alone]
    return Judged(estimate, np.array([one["byte_share"] for one in alone]), np.transpose(ends))


def main() -> None:
    """Print one line a trial and case, then the confusion tables."""
    parser = argparse.ArgumentParser(description="measure the fit verdict on known mixtures")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the first trial")
    parser.add_argument("--train", help="folder of training text")
    parser.add_argument("--sample", help="folder of samples, same categories")
    parser.add_argument("--smallest", type=int, default=1_000_000, help="bytes of a category in both halves")
    parser.add_argument("--merges", type=int, help="merges of every trial (default: drawn)")
    parser.add_argument(
        "--size", type=int, help="bytes of a category's sample in every trial (default: drawn)"
    )
    parser.add_argument("--pattern", choices=PATTERNS, help="of every trial (default: drawn)")
    parser.add_argument(
        "--no-intervals", action="store_true", help="do not count the true shares inside them"
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument(
        "--others", action="store_true", help="the pack's other categories are at hand, not chosen"
    )
    parser.add_argument("--cache", type=Path, help="folder in which counts are kept for the next run")
    options = parser.parse_args()
    folders = (options.train, options.sample) if options.train else None
    count = lru_cache(8)(partial(counted, folders, options.cache))
    whole = [count(half, TRAIN_BYTES, PATTERNS[0]) for half in (0, 1)]
    sizes = [dict(zip(half.categories, half.category_bytes.tolist(), strict=True)) for half in whole]
    code = {category.name for category in starter_corpus().categories if category.group == "code"}
    enough = [name for name in sizes[1] if min(half.get(name, 0) for half in sizes) >= options.smallest]
    pools = {
        "languages": [name for name in enough if name not in code],
        "code": [name for name in enough if name in code],
        "both": enough,
    }
    table: Counter[tuple[str, str, str]] = Counter()
    held: dict[tuple[str, str, str], list[tuple[float, bool]]] = {}
    for seed in range(options.seed, options.seed + options.trials):
        random = np.random.default_rng(seed)
        kind = KINDS[seed % len(KINDS)]
        if kind not in options.kinds:
            continue
        number, size, drawn = (int(random.choice(choice)) for choice in (NUMBERS, SIZES, MERGES))
        length = options.merges or drawn
        pattern = str(random.choice(PATTERNS))
        size, pattern = options.size or size, options.pattern or pattern
        while True:
            names = random.permutation(pools[kind])[:number].tolist()
            weights = np.append(0.9 * random.dirichlet(np.ones(number - 1)), 0.1)
            owned = np.array([sizes[0][name] for name in names])
            if np.min(owned / np.maximum(weights, 1e-3)) >= 6 * options.smallest:
                break
        training, samples = count(0, TRAIN_BYTES, pattern), count(1, size, pattern)
        merges = trained(training, names, weights, length, seed)
        foreign = [name for name in enough if not name.startswith("en-")]
        foreign = random.permutation(foreign)[:6].tolist()
        mixed = np.concatenate((0.6 * random.dirichlet(np.ones(4)), 0.4 * random.dirichlet(np.ones(6))))
        others = None
        if options.others:
            others = half_of(folders, 1, SAMPLE, dict.fromkeys(names, size))
        told = f"{seed:4d} {kind:9s} n={number:<2d} {size // 1000:4d} kB T={length:<6d} {pattern:6s}"
        for case in options.cases:
            if case == CASES[2]:
                truth, given = np.append(mixed[:4].sum(), mixed[4:]), [DOCUMENTATION, *foreign]
                listed = trained(training, [*ENGLISH, *foreign], mixed, length, seed)
            else:
                kept = number - (case == CASES[1])
                truth, given, listed = weights[:kept], names[:kept], merges
            found = judged(
                samples,
                given,
                tokenizer_of(listed, pattern),
                not options.no_intervals,
                others,
                options.cache,
            )
            fit, word = found.estimate.fit, found.estimate.verdict.value
            table[case, f"{size // 1000} kB", word] += 1
            if size > SIZES[0]:
                table[case, kind, word] += 1
            right = truth / truth.sum()
            moved = np.abs(found.shares - right).sum() / 2
            scores, inside = winkler_scores(found.total, right)
            counted_in = (right > 0.01) & np.isfinite(scores) & (found.estimate.withheld is None)
            held.setdefault((case, kind, word), []).extend(
                zip(scores[counted_in], inside[counted_in], strict=True)
            )
            without = f" without {names[-1]}" if case == CASES[1] else ""
            if gone := [found.estimate.categories[i] for e in found.estimate.ruled_out for i in e.categories]:
                without += f" left out {','.join(gone)}"
            not_chosen = found.estimate.not_chosen
            print(
                f"{told} {case:14s} {word:8s} misfit {fit.misfit:.5f} chance {fit.chance.mean():.5f} "
                f"unexplained {fit.unexplained:.5f} would show {fit.would_show:.2f} "
                f"{'same register ' if fit.same_register else ''}"
                f"not chosen {not_chosen.pair_share if not_chosen else np.nan:.3f} share misplaced {moved:.3f}"
                f"{'' if options.no_intervals else f' inside {inside[right > 0.01].mean():.2f}'}{without}",
                flush=True,
            )
    print(f"\n| case | samples | {' | '.join(VERDICTS)} |\n|---|---|---|---|---|")
    rows = [f"{size // 1000} kB" for size in ((options.size,) if options.size else SIZES)] + list(KINDS)
    for case in options.cases:
        for row in rows:
            told = f"{row}, 300 kB or more" if row in KINDS else row
            print(f"| {case} | {told} | {' | '.join(str(table[case, row, value]) for value in VERDICTS)} |")
    if options.no_intervals:
        return
    print("\n| case | kind | verdict | shares above 1 % | inside their total intervals, % | score |")
    print("|---|---|---|---|---|---|")
    for (case, kind, word), judged_of in sorted(filter(lambda entry: entry[1], held.items())):
        of_scores, inside_of = zip(*judged_of, strict=True)
        print(
            f"| {case} | {kind} | {word} | {len(inside_of)} | {100 * np.mean(inside_of):.1f} "
            f"| {100 * np.mean(of_scores):.1f} |"
        )


if __name__ == "__main__":
    main()
