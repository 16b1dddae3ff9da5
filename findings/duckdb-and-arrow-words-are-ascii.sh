#!/usr/bin/env bash
# In DuckDB and pyarrow \w is ASCII: counting words of a text column cuts every word with an accent, and finds
# none in Russian.
#
# Versions: duckdb 2.0.1, pyarrow 26.0.1, polars 2.1.0
#
# Behaviour: regexp_extract_all(text, '\w+') gives "na", "ve" of naïve and nothing of слово, and \s leaves the
# no-break space alone, while their own utf8 functions (lower, split on white space) know Unicode. polars, on
# the same Arrow data, gives whole words.
#
# One would guess otherwise: all three are UTF-8 throughout, and the same query runs in each. In a table of a
# multilingual corpus the numbers are off by language, English being right.
#
# Output seen, 28 November 2026:
#   duckdb, \w+ and lower: (['na', 've', 'x1'], 'слово')
#   duckdb, \s of no-break space and space: 'a\xa0b_c'
#   pyarrow, between \W+: ['na', 've', 'x1']
#   pyarrow, utf8_split_whitespace: ['naïve', 'слово', '日本', 'x1']
#   polars, \w+: ['naïve', 'слово', '日本', 'x1']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==2.0.1 pyarrow==26.0.1 polars==2.1.0
"$work/venv/bin/python" - <<'PY'
import sys

import duckdb
import polars
import pyarrow
import pyarrow.compute


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = "naïve слово 日本 x1"
rows = duckdb.execute("select regexp_extract_all($text, '\\w+'), lower('СЛОВО')", {"text": text}).fetchall()
check("duckdb, \\w+ and lower", rows[0], (["na", "ve", "x1"], "слово"))
array = pyarrow.array([text])
rows = duckdb.execute("select regexp_replace($text, '\\s', '_', 'g')", {"text": "a\u00a0b c"}).fetchall()
check("duckdb, \\s of no-break space and space", ascii(rows[0][0]), r"'a\xa0b_c'")
check("pyarrow, between \\W+", pyarrow.compute.split_pattern_regex(array, r"\W+")[0].as_py(), ["na", "ve", "x1"])
check("pyarrow, utf8_split_whitespace", pyarrow.compute.utf8_split_whitespace(array)[0].as_py(), text.split())
check("polars, \\w+", polars.Series([text]).str.extract_all(r"\w+").to_list()[0], ["naïve", "слово", "日本", "x1"])
PY
