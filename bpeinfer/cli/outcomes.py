"""What ``bpeinfer infer`` does with its results: files, pages, gates, exit code; one tokenizer or several."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from bpeinfer.cli.gates import NOT_AS_EXPECTED, Gate
from bpeinfer.cli.output import FAILED, INTERRUPTED
from bpeinfer.cli.reports import Reports
from bpeinfer.errors import OutputError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.files import check_output, make_folder
from bpeinfer.many import Outcome
from bpeinfer.reports.estimate_page import estimate_as_text, in_short
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.reports.table_of_results import table_document
from bpeinfer.reports.terminal import escape_text
from bpeinfer.stored_estimate import StoredEstimate

__all__ = ["Outcomes"]

Result = Mapping[str, Any]

# The options that write pages, by the suffix of their files.
PAGES = {".html": "--html", ".htm": "--html", ".md": "--markdown", ".csv": "--csv", ".tex": "--latex"}


@dataclass(kw_only=True)
class Outcomes:
    """Takes results as they come, stores each at once, and shows them at the end.

    Attributes:
        several: whether more than one tokenizer was given: results are then stored in a folder and shown as a table.
        output: where to store them, None for nowhere.
        results: the results so far, by place.
        failed: the tokenizers that gave none.
        interrupted: whether Ctrl-C cut the bootstrap of the last one short.
    """

    several: bool
    output: Path | None
    results: dict[int, Result] = field(default_factory=dict)
    failed: list[Outcome] = field(default_factory=list)
    interrupted: bool = False

    def check(self) -> None:
        """Refuse an output that could not be written; make the folder for several results.

        Raises:
            OutputError: it could not be written or made.
        """
        page = PAGES.get(self.output.suffix.lower()) if self.output else None
        if page and not self.several:
            raise OutputError(
                f"--output writes JSON, and {self.output} would not be a page; give it as {page}"
            )
        if self.output and self.several:
            if (page or self.output.suffix.lower() == ".json") and not self.output.is_dir():
                raise OutputError(
                    f"--output {self.output} is named like a file, but several tokenizers have a result each; "
                    "name a folder"
                )
            make_folder(self.output)
        elif self.output:
            check_output(self.output)

    def collect(self, outcomes: Iterable[Outcome], resamples: int) -> None:
        """Take outcomes, store each result as soon as it arrives, and stop where Ctrl-C cut a bootstrap short.

        Raises:
            BpeInferError: the only tokenizer failed.
        """
        for outcome in outcomes:
            if outcome.error is not None:
                if not self.several:
                    raise outcome.error
                self.failed.append(outcome)
            if outcome.estimate is not None:
                self._keep(outcome.place, outcome.estimate)
                drawn = outcome.estimate.bootstrap
                if drawn is not None and len(drawn) + drawn.empty < resamples:
                    self.interrupted = True
                    return

    def _keep(self, place: int, estimate: MixtureEstimate) -> None:
        command = shlex.join(["bpeinfer", *sys.argv[1:]])
        estimate = replace(estimate, provenance=MappingProxyType({**estimate.provenance, "command": command}))
        self.results[place] = estimate.to_dict()
        if self.several:
            print(escape_text(f"bpeinfer: {in_short(self.results[place])}", keep="\\"), file=sys.stderr)
        if self.output:
            stored = StoredEstimate(self.results[place])
            stored.save(self.output / self._file(place) if self.several else self.output)

    def _file(self, place: int) -> str:
        """Return a file name for a result, from its tokenizer's source, with a number where others have the same."""
        names = {other: _slug(result) for other, result in self.results.items()}
        same = sum(names[other] == names[place] for other in names)
        return f"{names[place]}{f'-{same}' if same > 1 else ''}.json"

    def show(self, reports: Reports, *, as_json: bool, force: bool) -> None:
        """Write the reports and print the page, or the table of several."""
        ordered = [self.results[place] for place in sorted(self.results)]
        if not ordered:
            return
        if self.several:
            reports.show(table_document(ordered), ordered if as_json else None)
        else:
            [only] = ordered
            page = partial(estimate_as_text, only, force=force)
            reports.show(estimate_document(only, force=force), only if as_json else None, page)

    def finish(self, gate: Gate) -> None:
        """Report on standard error what failed and what is not as expected, and exit with the code for it.

        Raises:
            typer.Exit: something failed, was interrupted, or is not as expected.
        """
        judged = [gate.judge(self.results[place]) for place in sorted(self.results)]
        for _, said in judged:
            for text in said:
                print(escape_text(text, keep="\\\n"), file=sys.stderr)
        for outcome in self.failed:
            print(escape_text(f"bpeinfer: {outcome.error}", keep="\\"), file=sys.stderr)
        if self.failed:
            names = ", ".join(outcome.source for outcome in self.failed)
            total = len(self.failed) + len(self.results)
            print(
                escape_text(f"bpeinfer: {len(self.failed)} of {total} failed: {names}", keep="\\"),
                file=sys.stderr,
            )
            raise typer.Exit(FAILED)
        if self.interrupted:
            raise typer.Exit(INTERRUPTED)
        if not all(passed for passed, _ in judged):
            raise typer.Exit(NOT_AS_EXPECTED)


def _slug(result: Result) -> str:
    """Return a tokenizer's name as a file name, without the suffix of JSON, which the result has anyway."""
    name = result["tokenizer"]["name"].removesuffix(".json")
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[-100:] or "tokenizer"
