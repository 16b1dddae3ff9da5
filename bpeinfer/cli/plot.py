"""``bpeinfer plot``."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bpeinfer.errors import InferenceError, OutputError
from bpeinfer.extras import need
from bpeinfer.files import check_output, shown, write_file
from bpeinfer.reports.pictures import EXTRA, draw_drift, draw_evidence, draw_groups, draw_shares
from bpeinfer.stored_estimate import load_estimate

__all__ = ["plot_command"]

_log = logging.getLogger(__name__)

SUFFIXES = (".svg", ".png", ".pdf")


def plot_command(
    result: Annotated[Path, typer.Argument(help="A result, as written by infer --output.")],
    output: Annotated[Path, typer.Option(help="The picture: .svg, .png or .pdf.")],
    kind: Annotated[
        Literal["shares", "groups", "drift", "evidence"],
        typer.Option(
            help="What to draw; drift needs a result of infer --windows, evidence needs --category."
        ),
    ] = "shares",
    category: Annotated[str | None, typer.Option(help="The category whose evidence to draw.")] = None,
    top: Annotated[int, typer.Option(help="Maximum number of rows to draw.")] = 15,
    force: Annotated[bool, typer.Option(help="Draw shares even where the result withholds them.")] = False,
) -> None:
    """Draw a stored result (needs the extra `plots`)."""
    if output.suffix not in SUFFIXES:
        raise OutputError(
            f"--output {shown(output)}: unknown suffix {output.suffix!r}; a picture ends in {', '.join(SUFFIXES)}"
        )
    check_output(output)
    if top < 1:
        raise InferenceError(f"--top is {top}, expected 1 or more")
    if (kind == "evidence") != (category is not None):
        raise InferenceError("--kind evidence needs --category, and no other kind takes it")
    read = load_estimate(result).to_dict()
    draw: Mapping[str, Callable[..., Any]] = {
        "shares": partial(draw_shares, top=top, force=force),
        "groups": partial(draw_groups, force=force),
        "drift": partial(draw_drift, force=force),
        "evidence": partial(draw_evidence, category=category or "", top=top),
    }
    # Not pyplot, which would look for a display.
    figure = need("matplotlib.figure", EXTRA, "a picture").Figure(layout="constrained")
    axes = draw[kind](read, ax=figure.add_subplot())
    figure.set_size_inches(8, max(2.5, 1.2 + 0.32 * len(axes.get_yticks())) if kind != "drift" else 4.5)
    stream = io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(stream, format=output.suffix[1:], dpi=150)
    write_file(output, stream.getvalue())
    if any("missing from font" in str(warning.message) for warning in caught):
        _log.warning(
            "%s: the font lacks characters of some names, which are drawn as boxes; "
            "draw from Python with a font that has them (matplotlib.rcParams['font.family'])",
            shown(output),
        )
