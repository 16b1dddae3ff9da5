"""The command line: each command loads, makes one library call and prints."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer

from bpeinfer.cli.compare import compare_command
from bpeinfer.cli.corpus import corpus_app
from bpeinfer.cli.experiment import experiment_app
from bpeinfer.cli.explain import explain_command
from bpeinfer.cli.infer import infer_command
from bpeinfer.cli.inspect import inspect_command
from bpeinfer.cli.tally import tally_command
from bpeinfer.errors import BpeInferError
from bpeinfer.reports.terminal import escape_text

__all__ = ["app", "main"]

app = typer.Typer(
    name="bpeinfer",
    help="Infer the training mixture of a BPE tokenizer from its merge list.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("infer")(infer_command)
app.command("explain")(explain_command)
app.command("inspect")(inspect_command)
app.command("compare")(compare_command)
app.command("tally")(tally_command)
app.add_typer(corpus_app)
app.add_typer(experiment_app)


@app.callback()
def _top() -> None:
    """Infer the training mixture of a BPE tokenizer from its merge list."""


# Typer's own copy of click has these, under no public name.
_UsageError: type[Any] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")


def main() -> None:
    """Run the command line; an error of ours or of usage is one line on stderr and exit code 2."""
    try:
        sys.exit(app(prog_name="bpeinfer", standalone_mode=False))
    except BpeInferError as error:
        _fail(str(error))
    except OSError as error:  # a disk that is full, a folder that may not be written
        _fail(f"{error.filename2 or error.filename or 'input/output'}: {error.strerror or error}")
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)
            sys.exit(2)
        command = error.ctx.command_path if error.ctx else "bpeinfer"
        _fail(f"{error.format_message().rstrip('.')}; see {command} --help")


def _fail(message: str) -> NoReturn:
    print(escape_text(f"bpeinfer: {message}", keep="\\"), file=sys.stderr)
    sys.exit(2)
