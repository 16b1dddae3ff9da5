"""``bpeinfer compare``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bpeinfer.cli.grouped import grouped
from bpeinfer.cli.options import AsJson, Full, LimitsOption, Names, Pretokenizer, in_order
from bpeinfer.cli.reports import Reports
from bpeinfer.errors import InferenceError
from bpeinfer.inspection.compare import compare_tokenizers
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.table_of_results import Unit
from bpeinfer.side_by_side import compare_results
from bpeinfer.stored_estimate import is_result, load_estimate

__all__ = ["compare_command"]


@grouped
def compare_command(
    *,
    first: Annotated[str, typer.Argument(help="A tokenizer, or a result as written by infer --output.")],
    second: Annotated[str, typer.Argument(help="The other one, of the same kind.")],
    names: Names = None,
    pretokenizer: Pretokenizer = None,
    full: Full = False,
    unit: Annotated[
        Unit, typer.Option(help="For results: the unit of the shares; pairs is the paper's.")
    ] = "bytes",
    limits: LimitsOption = "",
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Compare two tokenizers, or two results.

    Of tokenizers the common head and shared merges, of results the differences in shares.
    """
    reports.check()
    allowed, given = Limits.from_text(limits), in_order((first, second), names)
    if is_result(first) or is_result(second):
        document = compare_results(
            *(load_estimate(path, name=name) if name else path for path, name in given), unit=unit
        ).report()
        records = list(map(dict, document.records))
        reports.show(document, records if as_json else None)
        return
    if reports.csv or reports.latex:
        raise InferenceError("--csv and --latex are for two results, not for two tokenizers")
    loaded = [
        load_tokenizer(source, name=name, pretokenizer=pretokenizer, full=full, limits=allowed)
        for source, name in given
    ]
    found = compare_tokenizers(*loaded)
    reports.show(found.report(), found.to_dict() if as_json else None, partial(str, found))
