"""GPT-2's tokenizer, loaded once, whole or cut."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import bpeinfer as bi


@cache
def gpt2(merges: int | None = None) -> bi.Tokenizer:
    """Return it with its first merges only: what looks at a whole list, such as its ties, then takes less time."""
    if merges is None:
        return bi.load_tokenizer("bundled:gpt2")
    return replace(gpt2(), merges=gpt2().merges.head(merges))
