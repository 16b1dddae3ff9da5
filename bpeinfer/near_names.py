"""Names like one that was mistyped, for error messages."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

__all__ = ["did_you_mean", "did_you_mean_file", "there_are"]

MOST_NAMES = 10_000
"""Names in a folder that are looked at."""


MOST_LISTED = 30
"""Known names that an error message lists."""


def there_are(name: str, known: Iterable[str]) -> str:
    """Return "; there are: …" with the known names, those like `name` for last; of very many, the like ones or a few.

    Example:
        >>> there_are("c", ["java", "python"])
        '; there are: java, python'
        >>> there_are("nr100", (f"nr{number}" for number in range(100)))
        '; did you mean nr10 or nr1 or nr0? (100 names)'
    """
    names = list(known)
    near = did_you_mean(name, names)
    if len(names) <= MOST_LISTED:
        return f"; there are: {', '.join(names) or 'none'}{near}"
    few = f"; there are: {', '.join(names[:MOST_LISTED])}, …"
    return f"{near or few} ({len(names)} names)"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" with the known names that are most like `name`, or "" if none is.

    Example:
        >>> did_you_mean("pyton", ["java", "python", "ruby"]), did_you_mean("c", ["java"])
        ('; did you mean python?', '')
    """
    near = get_close_matches(name, [other for other in known if other != name], n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def did_you_mean_file(path: str | os.PathLike[str]) -> str:
    """Return the same for a missing file or folder, with names out of the folder where it was looked for."""
    missing = Path(path)
    try:
        with os.scandir(missing.parent) as entries:
            names = [entry.name for entry, _ in zip(entries, range(MOST_NAMES), strict=False)]
    except OSError:
        return ""
    shown = {os.fsencode(missing.parent / name).decode("utf-8", "backslashreplace"): name for name in names}
    near = get_close_matches(missing.name, names, n=3)
    return f"; did you mean {' or '.join(p for p, n in shown.items() if n in near)}?" if near else ""
