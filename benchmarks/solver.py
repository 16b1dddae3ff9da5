"""Time the solvers on problems of growing size, made from text that ships with bpeinfer.

    python benchmarks/solver.py              # the targets, growth with n and T, and row generation beside
    python benchmarks/solver.py --quick      # the small ones only
    python benchmarks/solver.py --growth     # a small table: CPU seconds by n and T

Each category of the starter pack is cut in two by document. The Hugging Face trainer learns a tokenizer from a
random mixture (uniform on the simplex) of the first halves; the second halves are the samples. So the problem is noisy
as real ones are, and the truth is known. For more than 87 categories the largest are cut into more parts.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import starter_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.inference.tracing import trace
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.solving import Form, MixtureProblem, Solution, SolveStatus, solve
from bpeinfer.trajectory import PairTrajectories

TARGETS = ((50, 30_000, 1e-4, 60.0), (112, 30_000, 1e-3, 120.0))
GROWTH = ((10, 10_000), (10, 20_000), (25, 10_000), (50, 10_000), (87, 10_000))
GROWTH_CATEGORIES, GROWTH_MERGES = (10, 25, 50, 87), (1_000, 3_000, 10_000, 20_000)
REFEREE_LIMIT = 60.0


def categories(count: int) -> dict[str, list[str]]:
    """Return `count` categories' documents: the pack's in order of size, the largest cut until there are enough."""
    pack = {category.name: list(category.documents()) for category in starter_corpus().categories}
    while len(pack) < count:
        name = max(pack, key=lambda name: sum(map(len, pack[name])))
        documents = pack.pop(name)
        pack[f"{name}/1"], pack[f"{name}/2"] = documents[::2], documents[1::2]
    order = sorted(pack, key=lambda name: (-sum(map(len, pack[name])), name))
    return {name: pack[name] for name in order[:count]}


def known_mixture(count: int, merges: int, seed: int) -> tuple[PairTrajectories, NDArray[np.float64]]:
    """Train on a mixture of first halves; return the trajectories of the second halves and the true pair shares."""
    learned, samples, shares = known_tokenizer(count, merges, seed)
    return trace(learned, samples), shares


def known_tokenizer(
    count: int, merges: int, seed: int
) -> tuple[MergeList, PretokenCounts, NDArray[np.float64]]:
    """Train on a mixture of first halves; return merges, counts of the second halves and the true pair shares."""
    texts = categories(count)
    wanted = np.random.default_rng(seed).dirichlet(np.ones(count))
    sizes = np.array([sum(len(document.encode()) for document in docs[::2]) for docs in texts.values()])
    total = float(np.min(sizes / np.maximum(wanted, 1e-3)))
    training: dict[str, list[str]] = {}
    for (name, documents), share in zip(texts.items(), wanted, strict=True):
        left = share * total
        training[name] = []
        for document in documents[::2]:
            if left <= 0:
                break
            training[name].append(document)
            left -= len(document.encode())
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator((text for docs in training.values() for text in docs), trainer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        tokenizer.save(str(path))
        loaded = load_tokenizer(str(path))
    if len(loaded.merges) < merges:
        raise SystemExit(
            f"only {len(loaded.merges)} merges could be learned for {count} categories: ask for fewer"
        )

    def counted(parts: dict[str, list[str]]) -> PretokenCounts:
        return count_pretokens(Corpus.from_texts(parts, {}), loaded.pretokenizer)

    samples = counted({name: documents[1::2] for name, documents in texts.items()})
    trained = counted({name: documents or [" "] for name, documents in training.items()})
    pairs = trace(loaded.merges.head(1), trained).initial_pairs
    return loaded.merges, samples, pairs / pairs.sum()


def report(
    count: int, merges: int, problem: MixtureProblem, answer: Solution, truth: NDArray[np.float64]
) -> None:
    """Print one line of the table."""
    error = np.log10(np.mean((answer.alpha - truth) ** 2))
    print(
        f"| {count} | {merges:,} | {problem.rows:,} | {problem.rivals:,} | {problem.form} | {answer.method} "
        f"| {answer.iterations} | {answer.seconds:.1f} | {answer.gap:.1e} | {answer.objective:.6g} | {error:.2f} |",
        flush=True,
    )


def growth(seed: int) -> None:
    """Print CPU seconds to a gap of 1e-6 by numbers of categories and of merges, Newton steps in brackets."""
    print("| n | " + " | ".join(f"T = {merges:,}" for merges in GROWTH_MERGES) + " |")
    print("|---" * (len(GROWTH_MERGES) + 1) + "|")
    for count in GROWTH_CATEGORIES:
        learned, samples, _ = known_tokenizer(count, max(GROWTH_MERGES), seed)
        cells = []
        for merges in GROWTH_MERGES:
            problem = MixtureProblem.from_trajectories(trace(learned.head(merges), samples))
            begin = time.process_time()
            answer = solve(problem, tolerance=1e-6)
            seconds = time.process_time() - begin
            missed = "" if answer.status is SolveStatus.OPTIMAL else f", gap {answer.gap:.0e}"
            cells.append(f"{seconds:.2f} ({answer.iterations}{missed})")
        print(f"| {count} | " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="time the solvers")
    parser.add_argument("--quick", action="store_true", help="small problems only")
    parser.add_argument("--growth", action="store_true", help="only the table of how time grows with n and T")
    parser.add_argument("--seed", type=int, default=0, help="of the mixtures")
    arguments = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}"
    )
    if arguments.growth:
        growth(arguments.seed)
        return
    print("| n | T | rows | rivals | form | method | iterations | seconds | gap | objective | log10 MSE |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    forms: tuple[Form, ...] = ("last", "interval")

    sizes = [(10, 1_000, 1e-6), (10, 3_000, 1e-6)]
    if not arguments.quick:
        sizes += [(n, t, 1e-6) for n, t in GROWTH] + [(n, t, gap) for n, t, gap, _ in TARGETS]
    for count, merges, gap in sizes:
        trajectories, truth = known_mixture(count, merges, arguments.seed)
        small = merges <= 3_000 or (count, merges) == (10, 10_000)
        for form in forms if small else forms[:1]:
            problem = MixtureProblem.from_trajectories(trajectories, form=form)
            report(count, merges, problem, solve(problem, tolerance=gap), truth)
            if small:
                for method in ("row-generation",):
                    answer = solve(problem, method, tolerance=gap, time_limit=REFEREE_LIMIT)
                    report(count, merges, problem, answer, truth)


if __name__ == "__main__":
    main()
