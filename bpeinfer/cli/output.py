"""A command's output: standard output in any encoding, standard error, exit codes."""

from __future__ import annotations

import codecs
import io
import logging
import os
import re
import shutil
import sys
from typing import Any

import typer

from bpeinfer.reports.as_json import as_json
from bpeinfer.reports.as_text import columns_of, filled
from bpeinfer.reports.terminal import escape_text

__all__ = [
    "BROKEN_PIPE",
    "FAILED",
    "INTERRUPTED",
    "abandon_stdout",
    "columns",
    "fitted",
    "prepare_streams",
    "print_json",
    "print_page",
]

FAILED = 2
"""Exit code after an error, reported in one line; also when one of several tokenizers failed."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells (128 + SIGINT); also when a bootstrap was cut short and its result printed."""

BROKEN_PIPE = 141
"""Exit code when the reader of standard output has gone (128 + SIGPIPE), as with any other tool in a pipe."""

# Replacements for the signs we print ourselves where an encoding lacks them.
_LOOKALIKES = {
    "█": "#", "▏": "|", "…": "...", "—": "-", "–": "-", "−": "-", "≥": ">=", "≤": "<=", "±": "+-", "×": "x", "→": "->",
    "·": ".", "◌": "", "θ": "theta", "β": "beta", "α": "alpha", "Σ": "sum",
}  # fmt: skip


NOWHERE = sys.maxsize
_TOKEN = re.compile(r'"[^"]*"')
_FIGURE = re.compile(r"\d")
_BAR = re.compile(r"(?<=  )(█+|▏) *(?=\S)")


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace characters that a stream's encoding lacks: our own signs by ASCII, others by escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = [_LOOKALIKES.get(character) for character in lacking]
    return "".join(
        character.encode("ascii", "backslashreplace").decode() if sign is None else sign
        for character, sign in zip(lacking, shown, strict=True)
    ), error.end


def prepare_streams() -> None:
    """Make standard output and error accept any character, and each log message one harmless line."""
    codecs.register_error("bpeinfer", _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="bpeinfer")
    handler = logging.StreamHandler()
    handler.setFormatter(_HarmlessLines())
    logging.getLogger("bpeinfer").handlers = [handler]


class _HarmlessLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return escape_text(f"bpeinfer: {record.getMessage()}", keep="\\")


def print_page(page: str, *, whole: bool = False) -> None:
    """Print a text report; none of its characters can move the cursor or reverse a line.

    Args:
        page: the report.
        whole: print its lines as they are; else they are made to fit the terminal, if there is one.
    """
    shown = escape_text(page, keep="\n\\")
    _print(shown if whole or columns() == NOWHERE else fitted(shown, columns()))


def columns() -> int:
    """Return how many columns the terminal has, or as good as endless many if standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else NOWHERE


def fitted(page: str, width: int) -> str:
    """Return a page for a terminal: sentences are wrapped, rows of a table lose bars and the ends of titles.

    Rows that would lose figures stay as they are.
    """
    if any(columns_of(line) > width for line in page.split("\n") if _is_row(line)):
        page = _BAR.sub("", page)
    given = page.split("\n")
    cut = not any(_FIGURE.search(line[width - 1 :]) for line in given if _is_row(line))
    lines = []
    for line in given:
        if columns_of(line) <= width or (_is_row(line) and not cut):
            lines.append(line)
        else:
            lines.append(f"{line[: width - 1]}…" if _is_row(line) else filled(line, width))
    return "\n".join(lines)


def _is_row(line: str) -> bool:
    """Return whether a line has columns: two spaces side by side that are not its indent or in a token."""
    return "  " in _TOKEN.sub("", line.strip())


def print_json(data: Any) -> None:
    """Print a result as JSON, in ASCII where standard output is not UTF-8."""
    text = as_json(data)
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding not in ("utf-8", "utf8", "utf-8-sig"):
        text = text.translate(_Ascii())
    _print(text)


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        abandon_stdout()
        raise typer.Exit(BROKEN_PIPE) from None
    except OSError as error:  # a full disk
        abandon_stdout()
        raise OSError(error.errno, error.strerror, "standard output") from error


class _Ascii(dict[int, str]):
    """Turns every non-ASCII character into JSON escapes."""

    def __missing__(self, code: int) -> str:
        if code < 0x80:
            return chr(code)
        units = chr(code).encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2))


def abandon_stdout() -> None:
    """Discard what is still buffered for standard output, so that the interpreter exits silently."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    except OSError:
        return
