#!/usr/bin/env bash
# DataSketches' count-min sketch, told in Python that the word "2024" occurs 5 times, estimates 0, with an upper bound
# below 1.
#
# Versions: datasketches 5.2.0 (PyPI)
#
# Behaviour: update takes a string or an integer, and a weight that is a float. Called with a weight that is an integer,
# it takes a string for the integer that int() makes of it: "2024", "007" (as 7), "-3", "1_000", digits of other scripts.
# The estimate for the string is then that of a word never seen, the one for the integer has the count. With 5.0 for 5,
# or without a weight, the string is counted, and so are strings that are no integers in any case.
#
# One would guess otherwise: a count-min sketch errs upwards only, and the signatures that help() shows have one form for
# strings and one for integers. The counts of a Counter are integers: a sketch that is filled from one has all words and
# no numbers.
#
# Output seen, 30 November 2026:
#   'the', 5: estimate 5.0, upper bound 5.0
#   '2024', 5: estimate 0.0, upper bound 0.0; of the integer 2024: 5.0
#   '2024', 5.0: estimate 5.0, upper bound 5.0; of the integer 2024: 0.0
#   '007', 3: estimate 0.0, upper bound 0.0; of the integer 7: 3.0
#   '-3', 3: estimate 0.0, upper bound 0.0; of the integer -3: 3.0
#   '1_000', 3: estimate 0.0, upper bound 0.0; of the integer 1000: 3.0
#   '٣', 3: estimate 0.0, upper bound 0.0; of the integer 3: 3.0
#   '3.5', 3: estimate 3.0, upper bound 3.0
#   '½', 3: estimate 3.0, upper bound 3.0
#   '2024' without a weight: estimate 1.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet datasketches==5.2.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

from datasketches import count_min_sketch


def check(word, weight, want, integer=None):
    sketch = count_min_sketch(5, 1000)
    sketch.update(word, weight)
    got = sketch.get_estimate(word), round(sketch.get_upper_bound(word), 1)
    print(f"{word!r}, {weight!r}: estimate {got[0]}, upper bound {got[1]}", end="")
    print(f"; of the integer {integer}: {sketch.get_estimate(integer)}" if integer is not None else "")
    if got != want or (integer is not None and sketch.get_estimate(integer) != weight - want[0]):
        sys.exit(f"CHANGED: was {want}")


check("the", 5, (5.0, 5.0))
check("2024", 5, (0.0, 0.0), 2024)
check("2024", 5.0, (5.0, 5.0), 2024)
check("007", 3, (0.0, 0.0), 7)
check("-3", 3, (0.0, 0.0), -3)
check("1_000", 3, (0.0, 0.0), 1000)
check("٣", 3, (0.0, 0.0), 3)
check("3.5", 3, (3.0, 3.0))
check("½", 3, (3.0, 3.0))
sketch = count_min_sketch(5, 1000)
sketch.update("2024")
print(f"'2024' without a weight: estimate {sketch.get_estimate('2024')}")
if sketch.get_estimate("2024") != 1:
    sys.exit("CHANGED: was 1.0")
PY
