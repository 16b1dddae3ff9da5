"""The command line: each command loads, makes one library call and prints."""

from __future__ import annotations

import sys

import typer

from bpeinfer.cli.compare import compare_command
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
app.add_typer(experiment_app)


@app.callback()
def _top() -> None:
    """Infer the training mixture of a BPE tokenizer from its merge list."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 2."""
    try:
        app()
    except BpeInferError as error:
        print(escape_text(f"bpeinfer: {error}", keep="\\"), file=sys.stderr)
        sys.exit(2)
    except OSError as error:  # a disk that is full, a folder that may not be written
        what = f"{error.filename2 or error.filename or 'input/output'}: {error.strerror or error}"
        print(escape_text(f"bpeinfer: {what}", keep="\\"), file=sys.stderr)
        sys.exit(2)
