"""Whether categories are left out rightly for lack of their own merges (`bpeinfer.diagnostics.ruled_out`).

    python benchmarks/shifted_text.py TEXT                    # once
    python benchmarks/own_merges.py TEXT calibration --seeds 4
    python benchmarks/own_merges.py TEXT test --seeds 3 --first-seed 100
    python benchmarks/own_merges.py TEXT calibration --seeds 2 --same

For each seed every category's sources are put into two halves by chance: 400 kB of one half are its sample, up to
1.2 MB of the other half are training text. 17 tokenizers of 3,000 merges are trained: 6 on one category, 4 on two to
four, 5 on two relatives with shares of 90 to 98 % and 2 to 10 %, 2 on 10 to 19 categories. Each is read with the
samples of all categories, most of which play no part. Printed, for the estimate from all categories and without those
left out: the total variation between estimate and truth in pair shares (points), the share of categories that play no
part, the true share of those left out, how often it got better and worse, and log10 of the mean squared error. Each
list also has how many of the merges that all left out own only together it has, and whether they speak for these. With
`--same`, halves are of each source's documents, so that samples and training text are of one register.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.ruled_out import ruled_out_together, without_ruled_out
from bpeinfer.inference.tracing import fit_mixture

Floats = NDArray[np.float64]
Design = dict[str, float]

MERGES, TRAINED_BYTES, SAMPLE_BYTES, DOCUMENT = 3_000, 1_200_000, 400_000, 2_000
RELATED = (
    "sv da,es pt-br,ru uk,de nl,c cpp,javascript php,python ruby,es it,cs pl,uk ru,da sv,pt-br es,cpp c,it fr,"
    "en python"
)


def halves(folder: Path, chance: np.random.Generator, same: bool) -> tuple[list[str], list[str]]:
    """The texts of a category's sources: half of them for training and half for the sample, or half of each text."""
    paths = sorted(folder.glob("*.jsonl"))
    sides: tuple[list[str], list[str]] = ([], [])
    for number, place in enumerate(chance.permutation(len(paths)).tolist()):
        text = "\n".join(json.loads(line)["text"] for line in paths[place].read_text("utf-8").splitlines())
        if same:
            pieces = cut([text], len(text.encode()))
            of_training = chance.random(len(pieces)) < 0.5
            for side, chosen in zip(sides, (of_training, ~of_training), strict=True):
                side.append("\n".join(pieces[piece] for piece in np.flatnonzero(chosen)))
        else:
            sides[number % 2].append(text)
    return sides


def cut(texts: list[str], size: int) -> list[str]:
    """About `size` bytes, the same from each text as far as it goes, in short documents."""
    taken = [text.encode()[: size // len(texts)].decode(errors="ignore") for text in texts]
    return [text[start : start + DOCUMENT] for text in taken for start in range(0, len(text), DOCUMENT)]


def train(texts: list[str], path: Path) -> bi.Tokenizer:
    """Train a byte-level tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=MERGES + len(alphabet), show_progress=False, initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(path))
    return bi.load_tokenizer(path)


def designs(names: list[str], chance: np.random.Generator) -> list[tuple[str, Design]]:
    """What to train on: kind, and shares of training bytes by category."""
    found: list[tuple[str, Design]] = [
        ("one", {name: 1.0}) for name in chance.choice(names, 6, replace=False).tolist()
    ]

    def mixed(least: int, stop: int, concentration: float) -> Design:
        chosen = chance.choice(names, int(chance.integers(least, stop)), replace=False).tolist()
        shares = chance.dirichlet(np.full(len(chosen), concentration)).tolist()
        return dict(zip(chosen, shares, strict=True))

    found += [("2 to 4", mixed(2, 5, 1.0)) for _ in range(4)]
    pairs = [pair.split() for pair in RELATED.split(",")]
    known = [(large, small) for large, small in pairs if large in names and small in names]
    for place in chance.choice(len(known), 5, replace=False).tolist():
        large, small = known[place]
        share = float(chance.choice([0.02, 0.05, 0.1]))
        found.append(("2 relatives", {large: 1 - share, small: share}))
    return found + [("10 to 19", mixed(10, 20, 0.7)) for _ in range(2)]


def figures(shares: Floats, truth: Floats) -> list[float]:
    """Total variation, share of what plays no part, true share of what has none, in points; log10 of the MSE."""
    return [
        50 * float(np.abs(shares - truth).sum()),
        100 * float(shares[truth == 0].sum()),
        100 * float(truth[(shares == 0) & (truth > 0)].sum()),
        float(np.log10(np.square(shares - truth).mean() + 1e-12)),
    ]


def trials(folder: Path, seed: int, same: bool) -> list[tuple[str, list[float], list[float]]]:
    """For each tokenizer of a seed: its kind, and the figures of the two estimates."""
    chance = np.random.default_rng(seed)
    sides = {path.name: halves(path, chance, same) for path in sorted(folder.iterdir())}
    sides = {name: pair for name, pair in sides.items() if pair[1]}
    corpus = bi.Corpus.from_texts({name: cut(pair[1], SAMPLE_BYTES) for name, pair in sides.items()})
    counts = None
    found = []
    for kind, design in designs(list(sides), chance):
        texts = {name: cut(sides[name][0], round(TRAINED_BYTES * share)) for name, share in design.items()}
        with tempfile.TemporaryDirectory(prefix="bpeinfer-own-merges-") as temporary:
            tokenizer = train(
                [text for given in texts.values() for text in given], Path(temporary) / "tokenizer.json"
            )
        if counts is None:
            counts = count_pretokens(corpus, tokenizer.pretokenizer, workers=1)
        fitted = fit_mixture(tokenizer.merges, counts)
        sets = relatives(counts.categories, counts.groups)
        after, ruled_out = without_ruled_out(fitted, sets, np.zeros(len(sets), dtype=bool))
        sizes = np.array(
            [sum(len(text.encode()) for text in texts.get(name, [])) for name in counts.categories]
        )
        truth = sizes * fitted.trajectories.initial_pairs / fitted.trajectories.category_bytes
        truth /= truth.sum()
        row = (kind, figures(fitted.solution.alpha, truth), figures(after.solution.alpha, truth))
        found.append(row)
        lost = [
            f"{counts.categories[number]} {100 * truth[number]:.1f} ({entry.found} of {entry.found + entry.missing})"
            for entry in ruled_out
            for number in entry.categories
            if truth[number] > 0
        ]
        together = ruled_out_together(fitted, sets, ruled_out)
        told = ""
        if together is not None:
            told = f"  together {together.found} of {together.found + together.missing}{', speaks' * together.speaks}"
        print(
            f"{seed} {kind:12} {row[1][0]:5.1f} {row[2][0]:5.1f}{told}"
            + (f"  left out wrongly: {', '.join(lost)}" if lost else ""),
            flush=True,
        )
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, help="the folder that shifted_text.py wrote")
    parser.add_argument("side", choices=("calibration", "test"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--same", action="store_true", help="samples and training text of the same sources")
    options = parser.parse_args()
    rows = [
        row
        for seed in range(options.first_seed, options.first_seed + options.seeds)
        for row in trials(options.text / options.side, seed, options.same)
    ]
    print(
        "\n| trained on | tokenizers | total variation, all categories: mean, median, worst | without those ruled out "
        "| no part: before, after | lost | better, worse | log10 MSE: before, after |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for kind in dict.fromkeys(kind for kind, _, _ in rows):
        before, after = (np.array([row[place] for row in rows if row[0] == kind]) for place in (1, 2))
        cells = [
            f"{of[:, 0].mean():.1f}, {np.median(of[:, 0]):.1f}, {of[:, 0].max():.1f}"
            for of in (before, after)
        ]
        gain = before[:, 0] - after[:, 0]
        print(
            f"| {kind} | {len(before)} | {cells[0]} | {cells[1]} | {before[:, 1].mean():.1f}, {after[:, 1].mean():.1f} "
            f"| {after[:, 2].mean():.1f} | {np.count_nonzero(gain > 0.1)}, {np.count_nonzero(gain < -0.1)} "
            f"| {before[:, 3].mean():.2f}, {after[:, 3].mean():.2f} |"
        )


if __name__ == "__main__":
    main()
