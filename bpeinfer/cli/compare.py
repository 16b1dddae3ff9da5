"""``bpeinfer compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.options import AsJson, Full, LimitsOption, Pretokenizer, TokenizerSource
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.inspection.compare import compare_tokenizers
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.inspection import comparison_as_text

__all__ = ["compare_command"]


def compare_command(
    first: TokenizerSource,
    second: Annotated[str, typer.Argument(help="The other tokenizer.")],
    pretokenizer: Pretokenizer = None,
    full: Full = False,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """Compare the merge lists of two tokenizers: common head, shared merges, ranks, composition."""
    allowed = Limits.from_text(limits)
    loaded = [
        load_tokenizer(source, pretokenizer=pretokenizer, full=full, limits=allowed)
        for source in (first, second)
    ]
    result = compare_tokenizers(*loaded).to_dict()
    if as_json:
        print_json(result)
    else:
        print_page(comparison_as_text(result))
