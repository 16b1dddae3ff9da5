"""The command line: each command loads, makes one library call and prints."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bpeinfer import __version__
from bpeinfer.cli.output import INTERRUPTED, prepare_streams
from bpeinfer.errors import BpeInferError
from bpeinfer.reports.terminal import escape_text

if TYPE_CHECKING:
    app: typer.Typer

# Options whose file may be -, standard output.
PRINTED = ("--html", "--markdown", "--csv", "--latex")

__all__ = ["app", "main"]

# After the list of commands; \b keeps the lines of a paragraph as they are.
EPILOG = """\b
Examples:
  bpeinfer infer bundled:gpt2
  bpeinfer infer tokenizer.json --output result.json --html report.html
  bpeinfer infer tokenizer.json --corpus samples --expect fr=50,de=30
  bpeinfer table first.json second.json --latex table.tex

Exit codes: 0 success; 1 --expect, --fail-on or check not met; 2 an error, reported in one line (also if one of several
tokenizers failed); 130 stopped by Ctrl-C (the result is still printed if the bootstrap was running); 141 the reader of
the output has gone.
"""

# Each command, in the order of the help: its module in this package, its function or group there, and the first
# sentence of its help, so that `--help` imports no command.
COMMANDS = {
    "infer": (
        "infer",
        "infer_command",
        "Infer the mixture that a tokenizer was trained on.",
    ),
    "table": (
        "table",
        "table_command",
        "Put stored results side by side, one row for each tokenizer.",
    ),
    "report": (
        "report",
        "report_command",
        "Show a stored result again, or write it as a page.",
    ),
    "plot": (
        "plot",
        "plot_command",
        "Draw a stored result (needs the extra `plots`).",
    ),
    "explain": (
        "explain",
        "explain_command",
        "Show the merges that pin a share down.",
    ),
    "inspect": (
        "inspect",
        "inspect_command",
        "Show what a tokenizer contains and where it comes from.",
    ),
    "compare": (
        "compare",
        "compare_command",
        "Compare two tokenizers, or two results.",
    ),
    "size": (
        "size",
        "size_command",
        "Estimate how many bytes a tokenizer was trained on.",
    ),
    "check": (
        "check",
        "check_command",
        "Check that the training text included what was promised.",
    ),
    "rank": (
        "rank",
        "rank_command",
        "Find out which of several texts a tokenizer was trained on.",
    ),
    "member": (
        "member",
        "member_command",
        "Find out whether a tokenizer was trained on a given text.",
    ),
    "validate": (
        "validate",
        "validate_command",
        "Compare inferred shares with published ones.",
    ),
    "tally": (
        "tally",
        "tally_command",
        "Count samples, to use the counts in place of the text.",
    ),
    "env": (
        "env",
        "env_command",
        "Print versions and paths to paste into a bug report.",
    ),
    "cache": (
        "cache",
        "cache_app",
        "List, check or remove the counts that are kept between runs.",
    ),
    "counts": (
        "counts",
        "counts_app",
        "Share counts of pretokens through the hub.",
    ),
    "corpus": (
        "corpus",
        "corpus_app",
        "List category samples, or fetch them from the hub.",
    ),
    "experiment": (
        "experiment",
        "experiment_app",
        "Infer known mixtures and score the answers.",
    ),
}


def __getattr__(name: str) -> typer.Typer:
    """Return `app` with all commands; the program itself loads only the one that is called."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()["app"] = _with_commands(COMMANDS)
    return made


def _with_commands(loaded: Collection[str]) -> typer.Typer:
    """Return the program with these commands; of the others it has only the name and the help."""
    made = typer.Typer(
        name="bpeinfer",
        help="Infer the training mixture of a BPE tokenizer from its merge list.",
        epilog=EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_top)
    for name, (module, attribute, sentence) in COMMANDS.items():
        if name not in loaded:
            made.command(name, help=sentence)(lambda: None)
            continue
        command = getattr(import_module(f"bpeinfer.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            made.add_typer(command)
        else:
            made.command(name)(command)
    return made


def _called(words: Sequence[str]) -> typer.Typer:
    """Return the program with the command that these words call, or with all of them for shell completion."""
    if "_BPEINFER_COMPLETE" in os.environ:
        return _with_commands(COMMANDS)
    return _with_commands([word for word in words if not word.startswith("-")][:1])


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"bpeinfer {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Infer the training mixture of a BPE tokenizer from its merge list."""


def main() -> None:
    """Run the command line; a `BpeInferError` or usage error becomes one line on stderr and exit code 2."""
    prepare_streams()
    # Commands make millions of small objects, hardly one of them in a cycle: looking for cycles less often saves time.
    gc.set_threshold(200_000, 30, 30)
    try:
        code = _called(sys.argv[1:])(prog_name="bpeinfer", standalone_mode=False)
    except BpeInferError as error:
        _fail(str(error))
    except OSError as error:  # a full disk, a folder that is not writable
        _fail(f"{error.filename2 or error.filename or 'input/output'}: {error.strerror or error}")
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        _fail_usage(error)
    except MemoryError:
        _fail("not enough memory; use less text (--limit), fewer merges (--merges) or fewer --workers")
    except RuntimeError as error:
        if "start new thread" not in str(error):
            raise
        _fail("cannot start a thread: too many processes or too little memory; try --workers 1")
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # what Rust libraries raise instead of ending the process
            raise
        _fail(f"a library crashed on this input ({error}); please report it with the file")
    sys.exit(code)


def _fail_usage(error: typer.TyperException) -> NoReturn:
    message: str = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        sys.exit(2)
    context = getattr(error, "ctx", None)
    if context and message.startswith("Missing option"):
        parameters = context.command.params
        if not any(one.param_type_name == "argument" for one in parameters):
            needed = " ".join(f"{one.opts[0]} {one.name.upper()}" for one in parameters if one.required)
            message = f"{message.rstrip('.')}: this command takes options only ({needed})"
    called = next((word for word in sys.argv[1:] if word in COMMANDS), "")
    program = context.command_path if context else f"bpeinfer {called}".strip()
    option = getattr(error, "option_name", "")
    if option in PRINTED and "requires an argument" in message:
        message = f"{option} needs the name of a file, or - to print it"
    _fail(f"{message.rstrip('.')}; see {program} --help")


def _fail(message: str) -> NoReturn:
    print(escape_text(f"bpeinfer: {message}", keep="\\"), file=sys.stderr)
    sys.exit(2)
