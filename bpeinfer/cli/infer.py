"""``bpeinfer infer``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.baselines import BASELINES
from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.gates import Expect, FailOn, Gate, Within
from bpeinfer.cli.grouped import Choice, Counting, Reading, grouped
from bpeinfer.cli.options import (
    AsJson,
    FirstMerge,
    Memory,
    Names,
    Pretokenizer,
    comma_separated,
    number_for,
    rank_of,
)
from bpeinfer.cli.outcomes import Outcomes
from bpeinfer.cli.reports import Reports
from bpeinfer.cli.samples import refuse_samples
from bpeinfer.corpora.corpus import STARTER
from bpeinfer.corpora.layout import AS_IT_IS, Layout, detect_layout
from bpeinfer.diagnostics.simplest import SLACK
from bpeinfer.inference.job import DEFAULT_RESAMPLES
from bpeinfer.loading import Tokenizer, load_tokenizer
from bpeinfer.many import infer_many
from bpeinfer.solving import Method, Normalization

__all__ = ["infer_command"]


@grouped
def infer_command(
    *,
    tokenizers: Annotated[
        list[str],
        typer.Argument(
            help="Hub ids (owner/name[@revision]), folders, files, or bundled:gpt2. Several are shown as a table; one "
            "that fails does not stop the others."
        ),
    ],
    names: Names = None,
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Category samples: a folder with one sub-folder or file for each category, or such files. "
            f"May be given several times. Default: {STARTER}, the categories that ship with bpeinfer; give it "
            "together with a folder to add your own.",
        ),
    ] = None,
    choice: Choice,
    merges: Annotated[
        int | None,
        typer.Option(
            parser=number_for("--merges"),
            metavar="NUMBER",
            help="Use the merges before this rank, such as 3000 or 30k. Default: 10,000 after --first-merge.",
        ),
    ] = None,
    first_merge: FirstMerge = "auto",
    pretokenizer: Pretokenizer = None,
    reading: Reading,
    layout: Annotated[
        str,
        typer.Option(
            metavar="NAME,...",
            help="Rewrite the samples' line endings and indentation: auto (as the merges show), as-is, or one or more "
            "of crlf, tabs, spaces, single (comma-separated).",
        ),
    ] = "as-is",
    method: Annotated[Method, typer.Option(help="Solver.")] = "interior-point",
    normalization: Annotated[
        Normalization,
        typer.Option(help="Unit of the objective: mass (of the merges used) or paper (initial pairs)."),
    ] = "mass",
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Seconds for the estimate without its intervals; then the best so far is shown, with its gap."
        ),
    ] = None,
    baselines: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...", help=f"Also show simple estimates: {', '.join(BASELINES)} (comma-separated)."
        ),
    ] = None,
    resamples: Annotated[
        int, typer.Option(help="Bootstrap resamples for the 95 % intervals; 0 for none.")
    ] = DEFAULT_RESAMPLES,
    identified: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Compute the identified range (what the comparisons leave open; in the JSON) of each category and "
            "group with at least this share, such as 0.01; smaller ones get a wide bound. Takes several solves for "
            "each. Default: none.",
        ),
    ] = None,
    jackknife: Annotated[
        int,
        typer.Option(
            help="Cut the list into this many runs of merges (10, say) and infer again without each, one solve per "
            "run; shown by explain and in the JSON."
        ),
    ] = 0,
    windows: Annotated[
        int,
        typer.Option(
            help="Also infer from each of this many windows of merges alone, one solve per window: shares along the "
            "list."
        ),
    ] = 0,
    sensitivity: Annotated[
        bool,
        typer.Option(
            help="Also infer with other choices: ranges of merges, weights, without parts of the samples, without each "
            "large category. About twenty solves: with the starter pack, a minute."
        ),
    ] = False,
    size: Annotated[
        bool, typer.Option(help="Also tell who trained the list and on how much text (see bpeinfer size).")
    ] = True,
    simplest: Annotated[
        float | None,
        typer.Option(
            help="Also find a mixture of few categories whose disagreement is higher by at most this part of the least "
            f"(try {SLACK}): which of the small shares are needed at all."
        ),
    ] = None,
    rule_out: Annotated[
        bool,
        typer.Option(
            help="Leave out samples whose own merges the list does not show, if the others explain it about as well: "
            "most often relatives of what it was trained on."
        ),
    ] = True,
    ask_others: Annotated[
        bool,
        typer.Option(
            help="Where --categories leaves some out: fit these beside the others, to see whether text like theirs is "
            "in the list, too."
        ),
    ] = True,
    seed: Annotated[int, typer.Option(help="Seed of --limit and --resamples.")] = 0,
    counting: Counting,
    memory: Memory = None,
    force: Annotated[
        bool,
        typer.Option(
            help="Show shares even where they are withheld: too little evidence, or text mostly of other kinds."
        ),
    ] = False,
    print_as_json: AsJson = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Also write the result as JSON to this file; for several tokenizers, into this folder."
        ),
    ] = None,
    reports: Reports,
    expect: Expect = None,
    within: Within = 2.0,
    fail_on: FailOn = None,
) -> None:
    """Infer the mixture that a tokenizer was trained on.

    The shares of categories and groups in its training text, with intervals and a verdict.
    """
    reports.check()
    outcomes = Outcomes(several=len(tokenizers) > 1, output=output)
    gate = Gate.of(expect, within, fail_on)
    first_rank = rank_of(first_merge)
    chosen_layout = _layout(layout)
    outcomes.check()
    refuse_samples(tokenizers)
    samples = choice.samples(corpus, reading, seed=seed)
    gate.check_names(samples.names, samples.groups)
    with progress_bars() as progress:
        inferred = infer_many(
            tokenizers,
            samples,
            names=names or (),
            load=partial(load_tokenizer, pretokenizer=pretokenizer, limits=reading.allowed),
            layout=chosen_layout,
            merges=merges,
            first_merge=first_rank,
            method=method,
            normalization=normalization,
            time_limit=time_limit,
            baselines=comma_separated(baselines),
            resamples=resamples,
            identified=identified,
            jackknife=jackknife,
            windows=windows,
            sensitivity=sensitivity,
            size=size,
            simplest=simplest,
            rule_out=rule_out,
            ask_others=ask_others,
            seed=seed,
            workers=counting.processors,
            cache=counting.folder,
            memory=memory,
            progress=progress,
        )
        outcomes.collect(inferred, resamples)
    outcomes.show(reports, as_json=print_as_json, force=force)
    outcomes.finish(gate)


def _layout(text: str) -> Callable[[Tokenizer], Layout]:
    if text == "auto":
        return detect_layout
    fixed = AS_IT_IS if text == "as-is" else Layout.from_text(text)
    return lambda _: fixed
