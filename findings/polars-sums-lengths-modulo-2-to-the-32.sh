#!/usr/bin/env bash
# polars adds lengths and counts modulo 2^32: the bytes of 4.4 GB of text are 105 MB.
#
# Versions: polars 2.1.0
#
# Behaviour: str.len_bytes(), str.len_chars(), len() and value_counts() give UInt32, and the sum of a UInt32 column
# is a UInt32, without an error. 4,400 strings of a million bytes have 105,032,704 bytes in all; two categories
# counted 3,000,000,000 times each, grouped, 1,705,032,704. The mean of the same column is right.
#
# One would guess otherwise: sums of narrower integers widen, in polars those of 8 and 16 bits too, in numpy, pandas and
# DuckDB all. Corpora have gigabytes, and the wrong total is a plausible one.
#
# Output seen, 29 November 2026:
#   types: ['UInt32', 'UInt32', 'UInt32']
#   sum of bytes, and what it should be: (105032704, 4400000000)
#   mean of bytes: 1000000.0
#   sum by group: [1705032704]
#   sum of 16-bit numbers: 131070
#   sum of 64-bit numbers: 6000000000

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet polars==2.1.0
"$work/venv/bin/python" - <<'PY'
import sys

import polars as pl


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = pl.select(pl.repeat("a" * 1_000_000, 4_400).alias("text"))
lengths = text.select(pl.col("text").str.len_bytes().alias("bytes"))
types = [lengths["bytes"].dtype, text.head(1).select(pl.col("text").str.len_chars())["text"].dtype]
types += [text.head(1)["text"].value_counts()["count"].dtype]
check("types", [str(kind) for kind in types], ["UInt32"] * 3)
check("sum of bytes, and what it should be", (lengths["bytes"].sum(), 4_400 * 1_000_000), (105032704, 4400000000))
check("mean of bytes", lengths["bytes"].mean(), 1_000_000.0)
counts = pl.DataFrame({"language": ["en", "en"], "count": [3_000_000_000] * 2}, schema_overrides={"count": pl.UInt32})
check("sum by group", counts.group_by("language").agg(pl.col("count").sum())["count"].to_list(), [1705032704])
check("sum of 16-bit numbers", pl.Series([65535, 65535], dtype=pl.UInt16).sum(), 131070)
check("sum of 64-bit numbers", counts["count"].cast(pl.Int64).sum(), 6_000_000_000)
PY
