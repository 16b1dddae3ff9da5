"""`Limits`: how much is read from an untrusted file or server before it is refused, all in one place.

The table in docs/limits.md lists the same fields; `--limits` changes them on the command line.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from bpeinfer.errors import LimitError

__all__ = ["DEFAULT_LIMITS", "Limits", "amount_of"]

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_AMOUNT = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)([kmgt]?)b?\Z", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is refused as too large or too slow; every limit can be raised.

    Attributes:
        tokenizer: bytes of a tokenizer file, both as stored and unpacked (the largest known is 35 MB).
        line: bytes of one line of a .jsonl file or one row of a .csv file (a .txt line may have any length).
        expansion: how many times larger than its compressed form any stretch of 8 MiB of a file may be.
        words: bytes of a list of words with counts, unpacked (Leipzig's are about 30 MB).
        manifest: bytes of a manifest.
        tally: bytes of the counts in a .tally file, unpacked.
        result: bytes of a stored result.
        download: bytes of one file from the hub.
        pattern: seconds of processor time that a split pattern or normalizer may take for one document (at most four
            million characters).
        answer: seconds to wait for an answer from the hub.

    Example:
        >>> Limits.from_text("line=1G, pattern=5").line
        1000000000
    """

    tokenizer: int = 128 * 2**20
    line: int = 64 * 2**20
    expansion: int = 200
    words: int = 64 * 2**20
    manifest: int = 4 * 2**20
    tally: int = 4 * 2**30
    result: int = 32 * 2**20
    download: int = 128 * 2**20
    pattern: float = 60.0
    answer: float = 30.0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 2**63:
                raise LimitError(f"limit {field.name} is {value!r}, expected a number above 0")

    @classmethod
    def from_text(cls, text: str) -> Limits:
        """Read limits that differ from the defaults: ``name=amount``, separated by commas, with k, M, G or T.

        Raises:
            LimitError: no such limit, or not an amount above 0.
        """
        kinds: dict[str, type] = {field.name: type(field.default) for field in dataclasses.fields(cls)}
        given: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, amount = (piece.strip() for piece in part.partition("="))
            if name not in kinds:
                raise LimitError(f"no limit is called {name!r}; there are: {', '.join(kinds)}")
            given[name] = kinds[name](amount_of(amount, f"limit {name}"))
        return cls(**given)


def amount_of(text: str, name: str) -> float:
    """Read an amount with k, M, G or T.

    Example:
        >>> amount_of("1.5G", "--most")
        1500000000.0

    Raises:
        LimitError: `text` is not an amount; the message names it by `name`.
    """
    found = _AMOUNT.match(text)
    if found is None:
        raise LimitError(f"{name} is {text!r}, expected an amount such as 30, 64M or 1.5G")
    return float(found[1]) * _UNITS[found[2].lower()]


DEFAULT_LIMITS = Limits()
"""The limits used when none are given."""
