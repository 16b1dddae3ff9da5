#!/usr/bin/env bash
# Two Bloom filters that grow, asked for one false find in a hundred, come to 52 and 6 in a hundred: of 100,000 different
# documents one takes 5,316 for repeats.
#
# Versions: pyprobables 0.7.0, pybloom-live 4.0.0
#
# Behaviour: both add a filter when the last is full, and find a text if any of their filters does. In the source,
# pyprobables' ExpandingBloomFilter gives every filter the first one's size and the whole rate; pybloom_live's
# ScalableBloomFilter gives each nine tenths of the rate of the one before, which sums up to nine times the rate. Both
# are near the rate until they first grow.
#
# One would guess otherwise: the rate is their second argument. The docstring of the one says that it grows if the rate
# is about to become greater than desired, that of the other has a steady rate; growing filters are for texts whose
# number is not known. What is dropped as a repeat leaves no trace, and late in a run it is more than early.
#
# Output seen, 30 November 2026:
#   ExpandingBloomFilter(100, 0.01) of 100 documents: 0.015 false finds
#   ExpandingBloomFilter(100, 0.01) of 1,000 documents: 0.091 false finds
#   ExpandingBloomFilter(100, 0.01) of 10,000 documents: 0.517 false finds
#   ScalableBloomFilter(100, 0.01) of 100 documents: 0.012 false finds
#   ScalableBloomFilter(100, 0.01) of 1,000 documents: 0.026 false finds
#   ScalableBloomFilter(100, 0.01) of 10,000 documents: 0.045 false finds
#   ScalableBloomFilter(100, 0.01) of 100,000 documents: 0.059 false finds
#   of 100,000 different documents, taken for repeats by ScalableBloomFilter: 5,316

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyprobables==0.7.0 pybloom-live==4.0.0
"$work/venv/bin/python" - <<'PY'
import sys

from probables import ExpandingBloomFilter
from pybloom_live import ScalableBloomFilter


def check(name, make, add, holds, size, want):
    bloom = make()
    for number in range(size):
        add(bloom, f"document {number}")
    found = sum(holds(bloom, f"other {number}") for number in range(20000))
    print(f"{name}(100, 0.01) of {size:,} documents: {found / 20000:.3f} false finds")
    if round(found / 20000, 3) != want:
        sys.exit(f"CHANGED: was {want}")
    return bloom


def expanding(size, want):
    make = lambda: ExpandingBloomFilter(100, 0.01)
    check("ExpandingBloomFilter", make, ExpandingBloomFilter.add, ExpandingBloomFilter.check, size, want)


def scalable(size, want):
    make = lambda: ScalableBloomFilter(100, 0.01, ScalableBloomFilter.SMALL_SET_GROWTH)
    kind = ScalableBloomFilter
    return check("ScalableBloomFilter", make, kind.add, kind.__contains__, size, want)


expanding(100, 0.015)
expanding(1000, 0.091)
expanding(10000, 0.517)
scalable(100, 0.012)
scalable(1000, 0.026)
scalable(10000, 0.045)
taken = 100000 - len(scalable(100000, 0.059))
print(f"of 100,000 different documents, taken for repeats by ScalableBloomFilter: {taken:,}")
if taken != 5316:
    sys.exit("CHANGED: was 5,316")
PY
