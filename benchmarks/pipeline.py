"""Time every phase of one inference beside the Hugging Face trainer on the same text, in one run.

    python benchmarks/pipeline.py                       # the starter pack, GPT-2's merges
    python benchmarks/pipeline.py --corpus DIR --tokenizer TOKENIZER --merges 30000

The trainer does for one mixture what replay and aggregation do for all categories at once: it counts
pretokens (its feed), then follows all pair counts through every merge.
"""

from __future__ import annotations

import resource
import time
from typing import Annotated

import typer
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi


def train_hf(corpus: bi.Corpus, vocabulary: int) -> float:
    """Train a byte-level tokenizer on all categories together; return the seconds it took."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    texts = [text for category in corpus.categories for text in category.documents()]
    begin = time.perf_counter()
    tokenizer.train_from_iterator(texts, trainer)
    return time.perf_counter() - begin


def main(
    corpus: Annotated[str | None, typer.Option(help="Category samples; default: the starter pack.")] = None,
    tokenizer: Annotated[str, typer.Option(help="Whose merges to replay.")] = "bundled:gpt2",
    merges: Annotated[int, typer.Option(help="How many of them.")] = 30_000,
) -> None:
    """Print seconds, rates and ratios of each phase."""
    samples = bi.load_corpus(corpus) if corpus else bi.starter_corpus()
    loaded = bi.load_tokenizer(tokenizer)
    merges = min(merges, len(loaded.merges))
    estimate = bi.infer(loaded, samples, merges=merges)
    megabytes = float(estimate.sample_bytes.sum()) / 1e6
    seconds = estimate.seconds
    feed = train_hf(samples, 257)
    merge_phase = max(train_hf(samples, 256 + merges) - feed, 1e-9)
    counting = seconds["replay"] + seconds["aggregation"]
    print(f"{megabytes:.1f} MB, {len(samples.names)} categories, {merges:,} merges of {tokenizer}")
    print(f"{'phase':<28}{'bpeinfer':>12}{'trainer':>12}{'ratio':>8}")
    print(f"{'text to pretoken counts, s':<28}{seconds['pretokens']:>12.2f}{feed:>12.2f}", end="")
    print(f"{feed / seconds['pretokens']:>8.2f}")
    print(f"{'  MB/s':<28}{megabytes / seconds['pretokens']:>12.1f}{megabytes / feed:>12.1f}")
    print(f"{'merges, s':<28}{counting:>12.2f}{merge_phase:>12.2f}{merge_phase / counting:>8.2f}")
    print(f"{'  replay':<28}{seconds['replay']:>12.2f}")
    print(f"{'  aggregation':<28}{seconds['aggregation']:>12.2f}")
    print(f"{'solve, s':<28}{seconds['solve']:>12.2f}   gap {estimate.solution.gap:.1e}")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    typer.run(main)
