#!/usr/bin/env bash
# polars reads JSON lines without the fields that begin after line 100.
#
# Versions: polars 2.1.0, pyarrow 26.0.1
#
# Behaviour: A hundred records have a title, 900 more a title and a text. read_ndjson and scan_ndjson give a title column
# and no other; pyarrow has the text of all 900. A number with a point after a hundred whole ones is an error, a new
# field is not.
#
# One would guess otherwise: infer_schema_length is documented as the lines that types are inferred from, and
# where a type turns out wrong the reader says so. Files are sorted by source, and a source begins where it begins.
#
# Output seen, 30 November 2026:
#   polars, read: ['id', 'title']
#   polars, scan: ['id', 'title']
#   polars, all lines: ['id', 'title', 'text']
#   pyarrow: ['id', 'title', 'text']
#   a number with a point: ComputeError

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet polars==2.1.0 pyarrow==26.0.1
"$work/venv/bin/python" - "$work" <<'PY'
import pathlib
import sys

import polars as pl
import pyarrow.json


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


path = pathlib.Path(sys.argv[1], "records.jsonl")
path.write_text('{"id": 1, "title": "a"}\n' * 100 + '{"id": 2, "title": "b", "text": "c"}\n' * 900, encoding="utf-8")
check("polars, read", pl.read_ndjson(path).columns, ["id", "title"])
check("polars, scan", pl.scan_ndjson(path).collect().columns, ["id", "title"])
check("polars, all lines", pl.read_ndjson(path, infer_schema_length=None).columns, ["id", "title", "text"])
check("pyarrow", pyarrow.json.read_json(path).column_names, ["id", "title", "text"])
path.write_text('{"id": 1}\n' * 100 + '{"id": 1.5}\n', encoding="utf-8")
try:
    got = pl.read_ndjson(path).columns
except pl.exceptions.ComputeError as error:
    got = type(error).__name__
check("a number with a point", got, "ComputeError")
PY
