"""Compare the bootstrap with the slow way, which solves each resample's program to a proved gap: widths and time.

    python benchmarks/bootstrap.py bundled:gpt2 FILE …              # the starter pack
    python benchmarks/bootstrap.py bundled:gpt2 --corpus FOLDER --resamples 10

Both use the same draws. The table has each tokenizer's CPU seconds both ways and the ratios of the spreads (fast over
slow) that set the intervals' widths: median, least and largest over categories of at least 0.1 % of the pairs, and over
groups.
"""

from __future__ import annotations

import time
from typing import Annotated

import numpy as np
import typer

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap, bootstrap
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.resample_draws import Resampling
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.solving import solve


def fit(tokenizer: bi.Tokenizer, samples: bi.Corpus, merges: int) -> Fitted:
    """Infer a mixture, without diagnoses."""
    counts = count_pretokens(samples, tokenizer.pretokenizer)
    return fit_mixture(tokenizer.merges.head(merges), counts)


def in_full(fitted: Fitted, resamples: int, gap: float) -> np.ndarray:
    """Return float64[B, n], pair shares of the same resamples, each from a solve of the whole program."""
    blocks = Resampling.of(fitted, fitted.problem)
    generator = np.random.default_rng(0)
    draws = [blocks.draw(generator) for _ in range(resamples)]
    return np.array(
        [
            solve(drawn.problem, tolerance=gap, start=fitted.solution.alpha).alpha
            for drawn in blocks.drawn(draws)
        ]
    )


def main(
    tokenizers: list[str],
    corpus: Annotated[str | None, typer.Option(help="Category samples; default: the starter pack.")] = None,
    merges: Annotated[int, typer.Option(help="How many merges.")] = 10_000,
    resamples: Annotated[int, typer.Option(help="How many resamples.")] = 20,
    gap: Annotated[float, typer.Option(help="Relative gap of the slow way.")] = 1e-4,
) -> None:
    """Print the table."""
    samples = bi.load_corpus(corpus) if corpus else bi.starter_corpus()
    print(f"{'tokenizer':<24}{'fast, s':>9}{'slow, s':>9}{'median':>8}{'least':>7}{'most':>7}  groups")
    for source in tokenizers:
        tokenizer = bi.load_tokenizer(source)
        fitted = fit(tokenizer, samples, min(merges, len(tokenizer.merges)))
        begin = time.process_time()
        fast = bootstrap(fitted, resamples).pair_shares
        middle = time.process_time()
        slow = in_full(fitted, resamples, gap)
        end = time.process_time()
        alpha = fitted.solution.alpha
        of_each = Bootstrap.spread(alpha, fast) / Bootstrap.spread(alpha, slow)
        large = of_each[alpha >= 1e-3]
        groups = np.array(fitted.counts.groups)
        of_groups = [
            Bootstrap.spread(alpha[groups == name].sum(), fast[:, groups == name].sum(axis=1))
            / Bootstrap.spread(alpha[groups == name].sum(), slow[:, groups == name].sum(axis=1))
            for name in dict.fromkeys(fitted.counts.groups)
            if alpha[groups == name].sum() >= 1e-3
        ]
        print(
            f"{source[-22:]:<24}{middle - begin:>9.1f}{end - middle:>9.1f}{np.median(large):>8.3f}{large.min():>7.2f}"
            f"{large.max():>7.2f}  {' '.join(f'{ratio:.2f}' for ratio in of_groups)}",
            flush=True,
        )


if __name__ == "__main__":
    typer.run(main)
