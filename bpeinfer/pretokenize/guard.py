"""Patterns and normalizers from files run within limits: backtracking, panics and blow-ups become one-line errors.

`regex` stops itself. `tokenizers` cannot be stopped from outside, but its engine gives up a match after ten million
retries, which arrives here as a panic; a long text is refused if its beginning shows that time grows with the square of
the length; and after a text that took longer than the limit, no other is tried.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from bpeinfer.errors import TokenizerFileError
from bpeinfer.limits import DEFAULT_LIMITS

__all__ = [
    "PanicError",
    "at_most",
    "call_library",
    "check_growth",
    "find_spans",
    "panics_as_errors",
    "shorten",
]

MOST_GROWTH = 1_000
"""Largest factor by which Unicode's and sentencepiece's tables may lengthen a character (together 18 × 33 in honest
files)."""

MOST_REPLACED = 64
"""Largest factor by which replacements may lengthen a text."""

LONGEST_ADDED = 1_000
"""Most characters that a normalizer may put in front of every text."""

LONG = 50_000
"""Length, in characters, from which a text's beginning is tried first."""

SUPERLINEAR = 8
"""How much longer a text of four times the length may take: 4 if time grows as the length, 16 as its square."""

_GROWTH = {"NFD": 4, "NFKD": 18, "NFC": 3, "NFKC": 18, "Nmt": 1}
_seconds: ContextVar[float] = ContextVar("seconds", default=DEFAULT_LIMITS.pattern)

Result = TypeVar("Result")


class PanicError(RuntimeError):
    """A library written in Rust panicked."""


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Turn a Rust panic into `PanicError` and print nothing: Rust's hook writes to standard error, below Python.

    Standard error is held back while the block runs and written when it ends, unless there was a panic. One thread
    is inside at a time. If standard error is closed, the block just runs.

    Raises:
        PanicError: the block panicked.
    """
    with _descriptor_lock:
        try:
            held, kept = _held_back(), os.dup(2)
        except OSError:
            with _panics_as_errors():
                yield
            return
        begin = os.lseek(held, 0, os.SEEK_END)  # one block may run inside another
        os.dup2(held, 2)
        panicked = False
        try:
            with _panics_as_errors():
                yield
        except PanicError:
            panicked = True
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            if (end := os.lseek(held, 0, os.SEEK_END)) > begin:
                os.lseek(held, begin, os.SEEK_SET)
                text = os.read(held, end - begin)
                os.ftruncate(held, begin)
                os.lseek(held, begin, os.SEEK_SET)
                if not panicked:
                    with suppress(OSError):
                        os.write(2, text)


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # The exception's class has no public name and is not an `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        raise PanicError((str(error).strip() or "panicked").splitlines()[0]) from None


_descriptor_lock = threading.RLock()
_files: dict[int, int] = {}


def _held_back() -> int:
    """Return the descriptor of this process's file for held-back output."""
    process = os.getpid()
    if process not in _files:
        _files.clear()  # a forked process must not write to its parent's file
        with tempfile.TemporaryFile() as file:
            _files[process] = os.dup(file.fileno())
    return _files[process]


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Limit each pattern and normalizer that runs inside the block to `seconds` for one text."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def find_spans(pattern: Any, text: str) -> list[tuple[int, int]]:
    """Return the spans of a compiled `regex` pattern's matches in order.

    Raises:
        TokenizerFileError: it took too long.

    Example:
        >>> import regex
        >>> find_spans(regex.compile("a+"), "baab")
        [(1, 3)]
    """
    try:
        return [match.span() for match in pattern.finditer(text, timeout=_seconds.get())]
    except TimeoutError:
        raise _too_slow(f"split pattern {shorten(pattern.pattern)}", len(text)) from None


def call_library(function: Callable[[str], Result], text: str, what: str) -> Result:
    """Call a function of `tokenizers` on a text; `what` names the normalizer or pre-tokenizer.

    Raises:
        TokenizerFileError: the function failed, panicked, or took too long.
    """
    begin = time.thread_time()  # not wall-clock time: a busy machine is not the pattern's fault
    try:
        with panics_as_errors():
            if len(text) >= LONG and _takes_too_long(function, text):
                raise _too_slow(what, len(text))
            result = function(text)
    except TokenizerFileError:
        raise
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise TokenizerFileError(
            f"{what} fails in `tokenizers` on a text of {len(text):,} characters ({shorten(reason)}); "
            "name a known pre-tokenizer (--pretokenizer)"
        ) from None
    if time.thread_time() - begin > _seconds.get():
        raise _too_slow(what, len(text))
    return result


def _takes_too_long(function: Callable[[str], object], text: str) -> bool:
    """Predict from the beginning of a text, usually a fiftieth of it, whether all of it would take too long."""
    before = 0.0
    for part in (256, 64, 16):
        begin = time.thread_time()
        function(text[: len(text) // part])
        took = time.thread_time() - begin
        if before and took < SUPERLINEAR * before:
            return False
        if took * part > _seconds.get():
            return True
        before = took
    return took * part**2 > _seconds.get()


def check_growth(spec: Any) -> None:
    """Refuse a normalizer that can make texts much longer: memory would run out, which cannot be caught.

    Args:
        spec: as in tokenizer.json.

    Raises:
        TokenizerFileError: texts may grow more than `MOST_GROWTH` times or by more than `LONGEST_ADDED` characters.
    """
    growth = replaced = 1
    for stage in _stages(spec):
        kind = stage.get("type")
        growth *= _GROWTH.get(str(kind), 1)
        if kind == "Replace":
            replaced *= max(1, len(str(stage.get("content", ""))))
        if table := stage.get("precompiled_charsmap") or stage.get("charsmap"):
            growth *= _growth_of_charsmap(table)
        if kind == "Prepend" and len(str(stage.get("prepend", ""))) > LONGEST_ADDED:
            raise TokenizerFileError(
                f"a normalizer puts more than {LONGEST_ADDED:,} characters in front of every text; "
                "name a known pre-tokenizer (--pretokenizer)"
            )
    if growth > MOST_GROWTH or replaced > MOST_REPLACED:
        raise TokenizerFileError(
            f"the normalizers can make a text {growth * replaced:,} times longer; name a known pre-tokenizer "
            "(--pretokenizer)"
        )


def _stages(spec: Any) -> Iterator[dict[str, Any]]:
    if isinstance(spec, dict):
        yield spec
        inner = spec.get("normalizers")
        for part in inner if isinstance(inner, list) else ():
            yield from _stages(part)


def _growth_of_charsmap(packed: Any) -> int:
    """Return the length in bytes, so at least in characters, of the longest replacement in sentencepiece's table."""
    try:
        data = base64.b64decode(packed)
    except (TypeError, ValueError, binascii.Error):
        return 1  # `tokenizers` will report what is wrong
    start = 4 + int.from_bytes(data[:4], "little")  # a trie, then the replacements, each ended by a zero
    return max(1, *map(len, data[start:].split(b"\0")))


def shorten(text: str) -> str:
    """Return a text of at most 200 characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:200] + "…"


def _too_slow(what: str, length: int) -> TokenizerFileError:
    seconds = _seconds.get()
    return TokenizerFileError(
        f"{what} takes more than {seconds:g} s for a text of {length:,} characters: it backtracks; name a known "
        f"pre-tokenizer (--pretokenizer), or raise the limit (--limits pattern={10 * seconds:g})"
    )
