#!/usr/bin/env bash
# fastparquet reads a column of conversations, lists of role and content, as None in every row, and shares in float16 as
# strings of two bytes.
#
# Versions: fastparquet 2026.9.0, pyarrow 26.0.1, pandas 3.1.1, numpy 2.4.6
#
# Behaviour: of lists within lists, and of records within lists, nothing is read, and nothing is said. A half float is
# handed on as its bytes, a decimal number becomes a float, so that 2^53 + 1 is 2^53, and bytes of fixed length lose
# their zeros at the end. Plain lists and 64-bit integers are right.
#
# One would guess otherwise: the maintainers say that only one level is supported (issue 917, 2024); then one would
# guess an error, as the file has the type. Whoever counts what pandas' engine "fastparquet" gives counts no text.
#
# Output seen, 30 November 2026:
#   lists of records: [None, None], for [[{'role': 'user', 'content': 'Hello'}, {'role': 'assistant', 'content': 'Hi'}], [{'role': 'user', 'content': 'Hello'}]]
#   lists of lists: [None, None], for [[['a'], ['b', 'c']], [['d']]]
#   lists: [['a', 'b'], ['c']], for [['a', 'b'], ['c']]
#   half floats: [b'\x008', b'\x004'], for [0.5, 0.25]
#   decimal: [9007199254740992.0, 3.0], for [Decimal('9007199254740993'), Decimal('3')]
#   four bytes: [b'abcd', b'ab'], for [b'abcd', b'ab\x00\x00']
#   integers: [9007199254740993, 9223372036854775807], for [9007199254740993, 9223372036854775807]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps --no-compile fastparquet==2026.9.0 pyarrow==26.0.1 pandas==3.1.1 numpy==2.4.6 \
    cramjam==2.14.0 fsspec==2026.9.0 packaging==26.4 python-dateutil==4.0.0 six==1.17.0
cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import pandas
import pyarrow
from pyarrow import parquet


def check(name, values, want):
    parquet.write_table(pyarrow.table({"column": values}), "file.parquet")
    got = pandas.read_parquet("file.parquet", engine="fastparquet")["column"].tolist()
    right = parquet.read_table("file.parquet")["column"].to_pylist()
    print(f"{name}: {got}, for {right}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


one, two = {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}
check("lists of records", pyarrow.array([[one, two], [one]]), [None, None])
check("lists of lists", pyarrow.array([[["a"], ["b", "c"]], [["d"]]]), [None, None])
check("lists", pyarrow.array([["a", "b"], ["c"]]), [["a", "b"], ["c"]])
check("half floats", pyarrow.array([0.5, 0.25], pyarrow.float16()), [b"\x008", b"\x004"])
check("decimal", pyarrow.array([2**53 + 1, 3], pyarrow.decimal128(20)), [2.0**53, 3.0])
check("four bytes", pyarrow.array([b"abcd", b"ab\0\0"], pyarrow.binary(4)), [b"abcd", b"ab"])
check("integers", pyarrow.array([2**53 + 1, 2**63 - 1]), [2**53 + 1, 2**63 - 1])
PY
