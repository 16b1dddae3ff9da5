#!/usr/bin/env bash
# JAX takes numpy's 64-bit counts modulo 2^32: the shares of 3,000,000,000 and 1 are 1.0 and -8e-10.
#
# Versions: jax 0.10.2, numpy 2.4.6
#
# Behaviour: jnp.asarray of an int64 array is an int32 array of its lower halves, without a warning; 3,000,000,000 becomes
# -1,294,967,296. The sum of four counts of 2^30 is 0, though their mean is right. The same number
# as Python's int is refused with OverflowError.
#
# One would guess otherwise: the missing 64-bit types are documented, floats lose digits by it and no more, and a type
# that cannot hold a value is expected to refuse numpy's as it does Python's.
#
# Output seen, 30 November 2026:
#   int64 counts: [-1294967296, 1]
#   shares: ['1.0e+00', '-7.7e-10']
#   sum of four of 2^30: 0
#   mean of four of 2^30: 1073741824.0
#   Python's int: OverflowError
#   warnings: 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet jax==0.10.2 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

import jax.numpy as jnp
import numpy as np


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    counts = jnp.asarray(np.array([3_000_000_000, 1]))
    check("int64 counts", counts.tolist(), [-1294967296, 1])
    check("shares", [f"{share:.1e}" for share in (counts / counts.sum()).tolist()], ["1.0e+00", "-7.7e-10"])
    many = jnp.asarray(np.full(4, 2**30))
    check("sum of four of 2^30", int(many.sum()), 0)
    check("mean of four of 2^30", float(many.mean()), 1073741824.0)
    try:
        got = jnp.asarray([3_000_000_000, 1]).tolist()
    except OverflowError as error:
        got = type(error).__name__
    check("Python's int", got, "OverflowError")
check("warnings", len(seen), 0)
PY
