#!/usr/bin/env bash
# DuckDB's trim takes the no-break space and the ideographic space off a text, and leaves tabs and line ends.
#
# Versions: duckdb 2.0.1, polars 2.1.0; SQLite is that of the Python it was run on
#
# Behaviour: what goes is Unicode's space separators, all 17 of them. Tab, newline, carriage return, U+0085 and U+2028
# stay. SQLite takes the ASCII space only; polars and Python take all white space.
#
# One would guess otherwise: SQL's trim is known to take the plain space, and strip in other languages to take all white
# space; this is neither. "word" with a line end stays another word than "word", and the two ideographic spaces at the
# head of a Chinese paragraph are lost.
#
# Output seen, 30 November 2026:
#   duckdb takes: U+0020 U+00A0 U+1680 U+2000 to U+200A U+202F U+205F U+3000
#   sqlite takes: U+0020
#   polars and Python take, and duckdb does not: U+0009 U+000A U+000B U+000C U+000D U+0085 U+2028 U+2029
#   distinct after trim, of 'word', ' word', 'word' and a newline, a tab and 'word': 3

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==2.0.1 polars==2.1.0
"$work/venv/bin/python" - <<'PY'
import sqlite3
import sys

import duckdb
import polars as pl


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


def codes(characters):
    text = " ".join(f"U+{ord(character):04X}" for character in characters)
    return text.replace(" ".join(f"U+{number:04X}" for number in range(0x2000, 0x200B)), "U+2000 to U+200A")


spaces = [chr(number) for number in range(0x10000) if chr(number).isspace()]
duck, lite = duckdb.connect(), sqlite3.connect(":memory:")
takes = {
    "duckdb": [space for space in spaces if duck.execute("select trim(?)", [space + "x"]).fetchone()[0] == "x"],
    "sqlite": [space for space in spaces if lite.execute("select trim(?)", [space + "x"]).fetchone()[0] == "x"],
    "polars": [space for space in spaces if pl.Series([space + "x"]).str.strip_chars()[0] == "x"],
}
check("duckdb takes", codes(takes["duckdb"]), "U+0020 U+00A0 U+1680 U+2000 to U+200A U+202F U+205F U+3000")
check("sqlite takes", codes(takes["sqlite"]), "U+0020")
check(
    "polars and Python take, and duckdb does not",
    codes(space for space in takes["polars"] if space not in takes["duckdb"]),
    "U+0009 U+000A U+000B U+000C U+000D U+0085 U+2028 U+2029",
)
words = ["word", " word", "word\n", "\tword"]
count = duck.execute("select count(distinct trim(word)) from (select unnest(?) as word)", [words]).fetchone()[0]
check("distinct after trim, of 'word', ' word', 'word' and a newline, a tab and 'word'", count, 3)
PY
