"""Results as JSON that is safe for any terminal, pipe and reader."""

from __future__ import annotations

import json
from typing import Any

from bpeinfer.reports.terminal import is_hidden

__all__ = ["as_json"]


def as_json(data: Any) -> str:
    r"""Return `data` as indented JSON, with visible characters as they are and invisible ones escaped.

    Control, bidi and private characters, unpaired surrogates (a file name that is not UTF-8) and the like are
    written as ``\uXXXX``: equivalent JSON that encodes as UTF-8 and is harmless on a terminal.

    Example:
        >>> print(as_json(["é\u202e"]))
        [
          "é\u202e"
        ]
    """
    text = json.dumps(data, indent=2, ensure_ascii=False)
    hidden = {ord(character) for character in set(text) if character != "\n" and is_hidden(character)}
    return text.translate({code: json.dumps(chr(code))[1:-1] for code in hidden}) if hidden else text
