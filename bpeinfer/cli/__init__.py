"""The command line: each command loads, makes one library call and prints."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from bpeinfer import __version__
from bpeinfer.cli.compare import compare_command
from bpeinfer.cli.corpus import corpus_app
from bpeinfer.cli.experiment import experiment_app
from bpeinfer.cli.explain import explain_command
from bpeinfer.cli.infer import infer_command
from bpeinfer.cli.inspect import inspect_command
from bpeinfer.cli.output import INTERRUPTED, prepare_streams
from bpeinfer.cli.plot import plot_command
from bpeinfer.cli.reports import report_command
from bpeinfer.cli.size import size_command
from bpeinfer.cli.table import table_command
from bpeinfer.cli.tally import tally_command
from bpeinfer.errors import BpeInferError
from bpeinfer.reports.terminal import escape_text

__all__ = ["app", "main"]

app = typer.Typer(
    name="bpeinfer",
    help="Infer the training mixture of a BPE tokenizer from its merge list.",
    epilog="Exit codes: 0 done; 1 not as --expect or --fail-on demand; 2 an error, told in one line (of several "
    "tokenizers one failed); 130 stopped by Ctrl-C (what the bootstrap has by then is printed); 141 the reader of the "
    "output has gone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("infer")(infer_command)
app.command("table")(table_command)
app.command("report")(report_command)
app.command("plot")(plot_command)
app.command("explain")(explain_command)
app.command("inspect")(inspect_command)
app.command("compare")(compare_command)
app.command("size")(size_command)
app.command("tally")(tally_command)
app.add_typer(corpus_app)
app.add_typer(experiment_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"bpeinfer {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and end.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Infer the training mixture of a BPE tokenizer from its merge list."""


def main() -> None:
    """Run the command line; an error of ours or of usage is one line on stderr and exit code 2."""
    prepare_streams()
    try:
        code = app(prog_name="bpeinfer", standalone_mode=False)
    except BpeInferError as error:
        _fail(str(error))
    except OSError as error:  # a disk that is full, a folder that may not be written
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
        _fail("no thread can be started: too many processes or too little memory; try --workers 1")
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # what Rust's libraries raise instead of ending the process
            raise
        _fail(f"a library broke down on this input ({error}); please report it with the file")
    sys.exit(code)


def _fail_usage(error: typer.TyperException) -> NoReturn:
    message: str = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        sys.exit(2)
    context = getattr(error, "ctx", None)
    _fail(f"{message.rstrip('.')}; see {context.command_path if context else 'bpeinfer'} --help")


def _fail(message: str) -> NoReturn:
    print(escape_text(f"bpeinfer: {message}", keep="\\"), file=sys.stderr)
    sys.exit(2)
