"""Where the main job's processor seconds go: one inference in this process, each stage's CPU seconds.

    python benchmarks/stages.py bundled:gpt2
    python benchmarks/stages.py bundled:gpt2 --corpus FOLDER --cache FOLDER

Stages that are part of others are indented below them. One BLAS thread and one worker, so that a stage's seconds are
those of the process while it runs.
"""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

JOB = "bpeinfer.inference.job"
STAGES = (
    (JOB, "counts_of", "count"),
    (JOB, "follow_all", "replay and add up"),
    ("bpeinfer.inference.tracing", "replay", "  replay"),
    ("bpeinfer.pair_history", "PairHistory.of", "  lifetimes of pairs"),
    (JOB, "problem_of", "program"),
    (JOB, "solve", "solve"),
    (JOB, "measure_outside", "text of no category"),
    (JOB, "_without_absent", "categories left out"),
    ("bpeinfer.diagnostics.ruled_out", "_eliminate", "  which"),
    ("bpeinfer.diagnostics.ruled_out", "solve", "  solve without them"),
    (JOB, "judge", "verdict"),
    (JOB, "_variants", "variants of a language"),
    (JOB, "repeat_inference", "intervals"),
    ("bpeinfer.diagnostics.bootstrap", "NearbySearch.shares_of", "  resamples: mixtures"),
    ("bpeinfer.diagnostics.resample_draws", "Resampling._sums", "  resamples: counts"),
    ("bpeinfer.diagnostics.bootstrap", "NearbySearch.reweighted", "  random weights, for total intervals"),
    (JOB, "ruled_out_together", "merges owned together"),
    (JOB, "measure_amounts", "amounts of samples"),
    (JOB, "with_origin", "size of the training text"),
)


def timed(stage: tuple[str, str, str], seconds: dict[str, float]) -> None:
    """Replace a function by one that adds its CPU seconds to those of its stage."""
    module, path, label = stage
    *owners, name = path.split(".")
    owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
    made = vars(owner)[name]
    function: Callable[..., Any] = made.__func__ if isinstance(made, classmethod) else made

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        begin = time.process_time()
        try:
            return function(*given, **named)
        finally:
            seconds[label] += time.process_time() - begin

    setattr(owner, name, classmethod(run) if isinstance(made, classmethod) else run)


def main(
    tokenizer: Annotated[str, typer.Argument(help="Whose mixture to infer.")] = "bundled:gpt2",
    corpus: Annotated[str, typer.Option(help="Samples.")] = "bundled:starter",
    cache: Annotated[str | None, typer.Option(help="Where counts are kept; default: nowhere.")] = None,
) -> None:
    """Print the table."""
    import bpeinfer as bi

    seconds = dict.fromkeys([label for _, _, label in STAGES], 0.0)
    for stage in STAGES:
        timed(stage, seconds)
    started = time.process_time()
    bi.infer(bi.load_tokenizer(tokenizer), bi.load_corpus(corpus), cache=cache)
    whole = time.process_time()
    print(f"{'whole program':<40}{whole:>8.2f}")
    print(f"{'start':<40}{started:>8.2f}")
    for label, took in seconds.items():
        print(f"{label:<40}{took:>8.2f}")
    listed = sum(took for label, took in seconds.items() if not label.startswith(" "))
    print(f"{'rest':<40}{whole - started - listed:>8.2f}")


if __name__ == "__main__":
    typer.run(main)
