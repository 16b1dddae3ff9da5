#!/usr/bin/env bash
# HiGHS accepts "threads" for a second model, then run() fails without solving, because another model of the
# process ran with a different number.
#
# Versions: highspy 1.16.0
#
# Behaviour: The first run of a process fixes the number of threads for all. A later model whose option is set
# to another number gets kOk from setOptionValue, kError from run() and the model status Notset.
# Highs.resetGlobalScheduler(True) cures it.
#
# One would guess otherwise: options belong to a Highs object, and a refused value is refused when it is set. A
# library that asks for one thread, for the sake of determinism, fails or not by what the caller's process did
# before.
#
# Output seen, 28 November 2026:
#   first model, threads=2: ('kOk', 'kOk', 'kOptimal')
#   second model, threads=1: ('kOk', 'kError', 'kNotset')
#   the same after resetGlobalScheduler: ('kOk', 'kOptimal')

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet highspy==1.16.0
"$work/venv/bin/python" - <<'PY' | grep -v -e '^Running HiGHS' -e '^Includes third'
import sys

import highspy


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def model(threads):
    highs = highspy.Highs()
    highs.silent()
    highs.addVar(0, 1)
    highs.changeColCost(0, 1)
    status = highs.setOptionValue("threads", threads)
    return highs, status.name


def outcome(highs):
    run = highs.run()
    return run.name, highs.getModelStatus().name


first, status = model(2)
check("first model, threads=2", (status, *outcome(first)), ("kOk", "kOk", "kOptimal"))
second, status = model(1)
check("second model, threads=1", (status, *outcome(second)), ("kOk", "kError", "kNotset"))
highspy.Highs.resetGlobalScheduler(True)
check("the same after resetGlobalScheduler", outcome(second), ("kOk", "kOptimal"))
PY
