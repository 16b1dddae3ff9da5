#!/usr/bin/env bash
# DuckDB reads a list of words without its first word, and a table of words and counts without the rows between two
# quotation marks.
#
# Versions: duckdb 2.0.1, polars 2.1.0
#
# Behaviour: Of a file with the, of, and, to, a, in, fifty times over, read_csv makes a column named "the" of 299 rows. Of
# a tab-separated table of 60 words and counts in which each sixth word is a quotation mark, it makes 30 rows: a mark
# opens a quotation, the next one closes it, and what is between is one word of five lines. polars makes 30 too.
#
# One would guess otherwise: a header is told by its type being another than the column's, and here all rows are words;
# the first one is the most frequent of the language. Lists of tokens have the mark as a row, a tab-separated table
# needs no quotation, and no row is reported as rejected.
#
# Output seen, 29 November 2026:
#   words: names ['the'], rows 299 of 300
#   of which "the": 49 of 50
#   words and counts: names ['column0', 'column1'], rows 30 of 60
#   polars: rows 30

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==2.0.1 polars==2.1.0
"$work/venv/bin/python" - "$work" <<'PY'
import pathlib
import sys

import duckdb
import polars as pl


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


work = pathlib.Path(sys.argv[1])
words = ["the", "of", "and", "to", "a", "in"] * 50
(work / "words.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
read = duckdb.sql(f"from read_csv('{work}/words.txt')")
rows = read.fetchall()
check("words", f"names {read.columns}, rows {len(rows)} of {len(words)}", "names ['the'], rows 299 of 300")
check('of which "the"', f"{rows.count(('the',))} of {words.count('the')}", "49 of 50")
table = ["the", '"', "of", "'", "a", "in"] * 10
(work / "table.tsv").write_text("".join(f"{word}\t{row}\n" for row, word in enumerate(table)), encoding="utf-8")
read = duckdb.sql(f"from read_csv('{work}/table.tsv')")
got = f"names {read.columns}, rows {len(read.fetchall())} of {len(table)}"
check("words and counts", got, "names ['column0', 'column1'], rows 30 of 60")
read = pl.read_csv(work / "table.tsv", separator="\t", has_header=False)
check("polars", f"rows {len(read)}", "rows 30")
PY
