r"""Split patterns in tiktoken's syntax (Rust's fancy-regex), rewritten for Oniguruma, the engine inside `tokenizers`.

Both know the same classes (Unicode 16 in tiktoken 0.14 and `tokenizers` 0.23, compared over all code points), but read
some signs differently: after braces, ``+`` is possessive in fancy-regex and a repeat in Oniguruma; ``^`` and ``$`` are
the ends of the text in fancy-regex and of each line in Oniguruma; ``\w`` excludes ² ³ ¹ ¼ ½ ¾ in fancy-regex;
``[:alpha:]`` and the like are ASCII in fancy-regex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bpeinfer.errors import TokenizerFileError

__all__ = ["for_oniguruma", "only_matches"]

_WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d"
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_TOKEN = re.compile(
    r"\\(?:[pP](?:\{[^}]*\}|.)|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|.)"
    r"|\(\?[^:)=!<>P#]*[:)]|\(\?(?:[:=!>#]|<[=!]|P?<\w+>)|\{\d+(?:,\d*)?\}|.",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)-?([a-zA-Z]*)[:)]")


def only_matches(pattern: str) -> dict[str, Any]:
    """Return the pre-tokenizer, as in tokenizer.json, whose pretokens are the matches of Oniguruma's `pattern`.

    Text between matches is dropped, as tiktoken, minbpe and CLIP do.
    """
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True}


def for_oniguruma(pattern: str) -> str:
    r"""Return the pattern that matches in Oniguruma what `pattern` matches in fancy-regex.

    Example:
        >>> for_oniguruma(r"\p{N}{1,3}+|\s++$")
        '(?>\\p{N}{1,3})|\\s++\\z'

    Raises:
        TokenizerFileError: a part has no equivalent in Oniguruma.
    """
    made: list[str] = []
    last = 0  # where the atom that a repeat would refer to begins
    opened: list[int] = []
    for token in _outside_classes(pattern):
        if token in "*+?" and made and _is_count(made[-1]):
            if token == "*":
                raise TokenizerFileError(
                    f"split pattern {pattern!r}: two repeats in a row, {made[-1]}{token}; put the first in brackets"
                )
            made[last:] = ["(?>", *made[last:], ")"] if token == "+" else [*made[last:], token]
        elif token in "*+?" or _is_count(token):
            made.append(token)
        elif token == "(" or token.startswith("(?"):
            _require_known_flags(token, pattern)
            if not token.endswith(")"):
                opened.append(len(made))
            last = len(made)
            made.append(token)
        elif token == ")":
            last = opened.pop() if opened else 0
            made.append(token)
        else:
            last = len(made)
            made.append({"^": r"\A", "$": r"\z", r"\w": f"[{_WORD}]", r"\W": f"[^{_WORD}]"}.get(token, token))
    return "".join(made)


def _is_count(token: str) -> bool:
    return token[0] == "{" and len(token) > 1


def _require_known_flags(token: str, pattern: str) -> None:
    flags = _FLAGS.fullmatch(token)
    if flags and set(flags[1] + flags[2]) - {"i"}:
        raise TokenizerFileError(
            f"split pattern {pattern!r}: the flags {token} are not supported; write the pattern without them"
        )


def _outside_classes(pattern: str) -> Iterator[str]:
    """Yield the tokens of a pattern; a whole bracketed class is one token."""
    place = 0
    while place < len(pattern):
        if pattern[place] == "[":
            end = _end_of_class(pattern, place)
            inside = pattern[place:end]
            yield _with_words(inside)
            place = end
            continue
        found = _TOKEN.match(pattern, place)
        assert found is not None  # the last alternative is any character
        yield found.group()
        place = found.end()


def _with_words(inside: str) -> str:
    r"""Write out ``\w``, ``\W`` and POSIX classes in a bracketed class; Oniguruma allows a class within a class."""
    words = {r"\w": _WORD, r"\W": f"[^{_WORD}]"}

    def written(found: re.Match[str]) -> str:
        if found[2] in _POSIX:
            return f"[{found[1]}{_POSIX[found[2]]}]"
        return words.get(found[0], found[0])

    return re.sub(r"\\.|\[:(\^?)([a-z]+):\]", written, inside, flags=re.DOTALL)


def _end_of_class(pattern: str, start: int) -> int:
    depth, place = 0, start
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif sign == "[":
            depth += 1
            first = place + 1 + (pattern[place + 1 : place + 2] == "^")
            if pattern[first : first + 1] == "]":  # a bracket right after the opening one is a member
                place = first
        elif sign == "]":
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    raise TokenizerFileError(f"split pattern {pattern!r}: a bracket that is not closed; close it")
