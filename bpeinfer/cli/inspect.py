"""``bpeinfer inspect``."""

from __future__ import annotations

import json

from bpeinfer.cli.options import AsJson, Full, LimitsOption, Pretokenizer, TokenizerSource
from bpeinfer.inspection.inspect import inspect_tokenizer
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.inspection import inspection_as_text

__all__ = ["inspect_command"]


def inspect_command(
    tokenizer: TokenizerSource,
    pretokenizer: Pretokenizer = None,
    full: Full = False,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """Show what a tokenizer holds: learned merges, what was set aside, relatives, composition, oddities."""
    allowed = Limits.from_text(limits)
    loaded = load_tokenizer(tokenizer, pretokenizer=pretokenizer, full=full, limits=allowed)
    result = inspect_tokenizer(loaded).to_dict()
    print(json.dumps(result, indent=2, ensure_ascii=False) if as_json else inspection_as_text(result))
