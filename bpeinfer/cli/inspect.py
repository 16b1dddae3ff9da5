"""``bpeinfer inspect``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer

from bpeinfer.cli.options import AsJson, Full, LimitsOption, Name, Pretokenizer, TokenizerSource
from bpeinfer.cli.reports import Html, Markdown, Reports
from bpeinfer.errors import UnknownPretokenizerError
from bpeinfer.inspection.inspect import inspect_tokenizer
from bpeinfer.inspection.self_check import PROBE
from bpeinfer.limits import Limits
from bpeinfer.loading.choose_pretokenizer import AUTO
from bpeinfer.loading.load import load_unsplit

__all__ = ["inspect_command"]


def inspect_command(
    tokenizer: TokenizerSource,
    name: Name = None,
    pretokenizer: Pretokenizer = None,
    full: Full = False,
    limits: LimitsOption = "",
    self_check: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Encode these samples (a folder or file; at most 1 MB) with the library that the file is for and with "
            "bpeinfer's replay, and show where they differ. Default: a built-in text in many languages.",
        ),
    ] = None,
    reachable: Annotated[
        bool,
        typer.Option(
            "--reachable",
            help="Also show which tokens no text can produce, and which only beside other characters (a second or two "
            "of processor time for 200,000 tokens, up to ten where text is split one piece after another).",
        ),
    ] = False,
    html: Html = None,
    markdown: Markdown = None,
    as_json: AsJson = False,
) -> None:
    """Show what a tokenizer contains and where it comes from.

    Learned merges, what was set aside, trainer, relatives, composition, oddities; no samples are needed.
    """
    reports = Reports(html=html, markdown=markdown)
    reports.check()
    allowed = Limits.from_text(limits)
    unsplit = load_unsplit(tokenizer, name=name, full=full, limits=allowed)
    try:
        loaded = unsplit.split_by(pretokenizer)
    except UnknownPretokenizerError:  # most of the page does not need it; the page says which one was taken
        loaded = unsplit.split_by(AUTO)
    texts: Iterable[str] = PROBE
    if self_check:
        from bpeinfer.cli.samples import first_megabyte  # a twentieth of a second that others need not wait

        texts = first_megabyte(self_check, allowed)
    found = inspect_tokenizer(loaded, texts, reachable=reachable)
    reports.show(found.report(), found.to_dict() if as_json else None, partial(str, found))
