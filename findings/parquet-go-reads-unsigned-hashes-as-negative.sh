#!/usr/bin/env bash
# parquet-go, reading rows without a Go struct, gives unsigned 64-bit numbers as negative ones, and decimals of nine
# digits as 32-bit floats, which have seven.
#
# Versions: github.com/parquet-go/parquet-go v0.32.0 (Go), pyarrow 26.0.1
#
# Behaviour: in rows of type any, a column of uint64 has Go's int64, so that a hash above 2^63 is negative; uint32 and
# uint8 are unsigned, and a struct with the field uint64 reads the same file right. A decimal that the file stores as an
# integer is float32 up to nine digits, float64 up to 18 and big.Float beyond; stored as bytes, as pyarrow does unless
# told and DuckDB does not, it is big.Float at any length.
#
# One would guess otherwise: the reader looks at the column's logical type, since 32 bits come out right, and a decimal
# is chosen over a float to be exact. Hashes of documents, as sketches and deduplication have them, are no longer those
# of the file.
#
# Output seen, 30 November 2026:
#   hash: int64 -1, in the file 18446744073709551615
#   id: uint32 4294967295, in the file 4294967295
#   nine digits: float32 1.2345679e+06, in the file 1234567.89
#   18 digits: float64 9.007199254740992e+13, in the file 90071992547409.93
#   20 digits: *big.Float 90071992547409.93, in the file 90071992547409.93
#   nine digits as bytes: *big.Float 1234567.89, in the file 1234567.89
#   hash, in a struct: uint64 18446744073709551615

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyarrow==26.0.1
mkdir "$work/module"
cd "$work/module"
"$work/venv/bin/python" - <<'PY'
from decimal import Decimal

import pyarrow
from pyarrow import parquet


def write(name, integers, **columns):
    parquet.write_table(pyarrow.table(columns), name, store_decimal_as_integer=integers)


long, short = Decimal("90071992547409.93"), Decimal("1234567.89")
write(
    "integers.parquet",
    True,
    hash=pyarrow.array([2**64 - 1], pyarrow.uint64()),
    id=pyarrow.array([2**32 - 1], pyarrow.uint32()),
    nine=pyarrow.array([short], pyarrow.decimal128(9, 2)),
    eighteen=pyarrow.array([long], pyarrow.decimal128(18, 2)),
    twenty=pyarrow.array([long], pyarrow.decimal128(20, 2)),
)
write("bytes.parquet", False, nine=pyarrow.array([short], pyarrow.decimal128(9, 2)))
PY
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math/big"
	"os"

	"github.com/parquet-go/parquet-go"
)

func read[T any](name string) T {
	rows, err := parquet.ReadFile[T](name)
	if err != nil {
		panic(err)
	}
	return rows[0]
}

func check(what string, value any, want, right string) {
	got := fmt.Sprintf("%T %v", value, value)
	if number, ok := value.(*big.Float); ok {
		got = fmt.Sprintf("%T %s", value, number.Text('f', 2))
	}
	fmt.Printf("%s: %s%s\n", what, got, right)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	integers, bytes := read[any]("integers.parquet").(map[string]any), read[any]("bytes.parquet").(map[string]any)
	check("hash", integers["hash"], "int64 -1", ", in the file 18446744073709551615")
	check("id", integers["id"], "uint32 4294967295", ", in the file 4294967295")
	check("nine digits", integers["nine"], "float32 1.2345679e+06", ", in the file 1234567.89")
	check("18 digits", integers["eighteen"], "float64 9.007199254740992e+13", ", in the file 90071992547409.93")
	check("20 digits", integers["twenty"], "*big.Float 90071992547409.93", ", in the file 90071992547409.93")
	check("nine digits as bytes", bytes["nine"], "*big.Float 1234567.89", ", in the file 1234567.89")
	check("hash, in a struct", read[struct {
		Hash uint64 `parquet:"hash"`
	}]("integers.parquet").Hash, "uint64 18446744073709551615", "")
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/parquet-go/parquet-go@v0.32.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
