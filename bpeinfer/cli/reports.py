"""``--html``, ``--markdown``, ``--csv`` and ``--latex``: options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bpeinfer.cli.output import columns, print_json, print_page
from bpeinfer.errors import InferenceError
from bpeinfer.files import check_output, write_file
from bpeinfer.reports.as_text import WIDTH, as_text
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import FORMATS

__all__ = ["Csv", "Html", "Markdown", "Reports"]

Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a self-contained page to this file; -: print it."),
]
Markdown = Annotated[
    Path | None,
    typer.Option("--markdown", metavar="FILE", help="Write a Markdown page to this file; -: print it."),
]
Csv = Annotated[
    Path | None,
    typer.Option(
        "--csv", metavar="FILE", help="Write the figures, shares from 0 to 1, as CSV; -: print them."
    ),
]
Latex = Annotated[
    Path | None,
    typer.Option(
        "--latex", metavar="FILE", help="Write the tables (booktabs, graphicx) for LaTeX; -: print them."
    ),
]


@dataclass(frozen=True, kw_only=True)
class Reports:
    """The options for files to write, each None if not requested."""

    html: Html = None
    markdown: Markdown = None
    csv: Csv = None
    latex: Latex = None

    def check(self) -> None:
        """Refuse files that could not be written, before the work starts.

        Raises:
            OutputError: one could not be written.
            InferenceError: several are to be printed.
        """
        printed = [f"--{name}" for name, path in vars(self).items() if str(path) == "-"]
        if len(printed) > 1:
            raise InferenceError(
                f"{' and '.join(printed)} would both be printed; give all but one of them a file"
            )
        for name, path in vars(self).items():
            if path is not None and str(path) != "-":
                check_output(path, f"--{name}")

    def show(self, document: Document, data: Any = None, page: Callable[[], str] | None = None) -> None:
        """Write the files; print the data as JSON, or else the page unless a file was printed instead.

        Args:
            document: the content of the files.
            data: what to print as JSON, None if JSON was not requested.
            page: makes the page (None: the document as text).
        """
        printed = self._write(document)
        if data is not None:
            print_json(data)
        elif not printed:
            print_page(page() if page else as_text(document, min(WIDTH, columns())))

    def _write(self, document: Document) -> bool:
        """Write the files; return whether one went to standard output instead of the usual page."""
        printed = False
        for name, path in vars(self).items():
            if path is None:
                continue
            text = FORMATS[name](document)
            if str(path) == "-":
                print_page(text.rstrip("\n"), whole=True)
                printed = True
            else:
                write_file(path, text.encode("utf-8"))
        return printed
