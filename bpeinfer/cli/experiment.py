"""``bpeinfer experiment run`` and ``bpeinfer experiment report``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import Cache, LimitsOption, number_for, processors
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.cli.samples import kept_counts, read_samples
from bpeinfer.errors import InferenceError, ResultFileError
from bpeinfer.experiments import Design, read_results, run_experiment, summarise
from bpeinfer.files import check_output, shown
from bpeinfer.limits import Limits
from bpeinfer.reports.experiments import draw_figures, results_as_text, truths_as_text
from bpeinfer.reports.terminal import escape_text
from bpeinfer.solving import Form

__all__ = ["experiment_app"]

experiment_app = typer.Typer(
    name="experiment",
    help="Infer known mixtures and score the answers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@experiment_app.command("run")
def run_command(
    n: Annotated[int, typer.Option("-n", help="Number of categories in each trial.")],
    corpus: Annotated[
        Path | None,
        typer.Option(help="A folder with sub-folders train and sample, each with text of the categories."),
    ] = None,
    train: Annotated[Path | None, typer.Option(help="Training text, instead of the folder train.")] = None,
    sample: Annotated[Path | None, typer.Option(help="Samples, instead of the folder sample.")] = None,
    categories: Annotated[
        str | None, typer.Option(help="Draw from categories whose names match this glob (comma-separated).")
    ] = None,
    trials: Annotated[int, typer.Option(help="Number of trials; trial k is the same in longer runs.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of all draws.")] = 0,
    vocabulary: Annotated[int, typer.Option(help="Size of each tokenizer, its 256 bytes included.")] = 30_000,
    merges: Annotated[
        list[int] | None,
        typer.Option(
            parser=number_for("--merges"),
            metavar="NUMBER",
            help="Number of merges to infer from, such as 10k; may be given several times.",
        ),
    ] = None,
    sample_bytes: Annotated[
        list[int] | None,
        typer.Option(help="Bytes of each category's sample, 0 for all; may be given several times."),
    ] = None,
    omit: Annotated[
        list[int] | None,
        typer.Option(help="Number of categories without a sample; may be given several times."),
    ] = None,
    forms: Annotated[
        list[str] | None,
        typer.Option(
            help="Form of the linear program: last, interval, pair or paper; may be given several times."
        ),
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Infer from the training text itself.")] = False,
    train_bytes: Annotated[
        int | None, typer.Option(help="Maximum bytes of training text in a trial.")
    ] = None,
    pattern: Annotated[str, typer.Option(help="Known pattern to split text by (r50k is GPT-2's).")] = "r50k",
    trainer: Annotated[
        Literal["byte-level", "sentencepiece"], typer.Option(help="sentencepiece works on characters.")
    ] = "byte-level",
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also score the baselines TEE and TC.")
    ] = False,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples for intervals, 0 for none.")] = 0,
    name: Annotated[str, typer.Option(help="Name of this cell (set of trials) in reports.")] = "",
    output: Annotated[
        Path | None,
        typer.Option(help="Append rows to this .jsonl file; trials already in it are not run again."),
    ] = None,
    limits: LimitsOption = "",
    workers: Annotated[int, typer.Option(help="Processes.", show_default="one for each processor")] = 0,
    cache: Cache = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Train tokenizers on known mixtures and infer these.

    The samples are other text of the same categories.
    """
    if output:
        check_output(output)
    halves = [
        read_samples(half, categories=categories, limits=Limits.from_text(limits))
        for half in _folders(corpus, train, sample)
    ]
    trained = vocabulary - 256
    design = Design(
        n=n,
        seed=seed,
        trained_merges=trained,
        merges=tuple(merges or [min(10_000, trained)]),
        sample_bytes=tuple(size or None for size in sample_bytes or [0]),
        omit=tuple(omit or [0]),
        forms=cast(tuple[Form, ...], tuple(forms or ["last"])),  # typer knows no list[Literal]
        exact=exact,
        train_bytes=train_bytes,
        pattern=pattern,
        trainer=trainer,
        baselines=baselines,
        resamples=resamples,
    )
    with progress_bars() as progress:
        rows = run_experiment(
            design,
            *halves,
            trials=trials,
            name=name,
            output=output,
            cache=kept_counts(cache),
            workers=processors(workers),
            progress=progress,
        )
    summaries = [summary.to_dict() for summary in summarise(rows)]
    if as_json:
        print_json(summaries)
    else:
        print_page(f"{results_as_text(summaries)}\n\n{truths_as_text(rows)}")


def _folders(corpus: Path | None, train: Path | None, sample: Path | None) -> tuple[Path, Path]:
    if corpus is None and (train is None or sample is None):
        raise InferenceError(
            "experiment: no text; give --corpus with folders train and sample, or both --train and --sample"
        )
    return train or Path(corpus or "", "train"), sample or Path(corpus or "", "sample")


@experiment_app.command("report")
def report_command(
    results: Annotated[list[Path], typer.Argument(help="Files that `bpeinfer experiment run` wrote.")],
    figures: Annotated[
        Path | None, typer.Option(help="Draw figures into this folder (needs the extra `notebooks`).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Show finished experiments beside the paper's numbers."""
    rows = read_results(results)
    if not rows:
        raise InferenceError(
            f"no results in {', '.join(map(shown, results))}; give files that `bpeinfer experiment run --output` wrote"
        )
    try:
        summaries = [summary.to_dict() for summary in summarise(rows)]
        page = f"{results_as_text(summaries)}\n\n{truths_as_text(rows)}"
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ResultFileError(
            f"{', '.join(map(shown, results))}: rows that cannot be summarised ({error!r}); "
            "give files that `bpeinfer experiment run --output` wrote"
        ) from error
    if as_json:
        print_json(summaries)
    else:
        print_page(page)
    if figures:
        for path in draw_figures(rows, summaries, figures):
            print("wrote", escape_text(str(path), keep="\\"), file=sys.stderr)
