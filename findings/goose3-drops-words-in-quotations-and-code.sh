#!/usr/bin/env bash
# goose3's article has no words that stand in <q>, <code>, <u>, <cite>, <abbr>, <mark>, <sub> and more such tags.
#
# Versions: goose3 3.1.22, readability-lxml 0.9
#
# Behaviour: of "Then <q>water</q> came." cleaned_text has "Then came.": the word goes with the tag. So it is with code,
# kbd, u, cite, abbr, mark, sub, time and the others listed below. In b, i, em, strong, a, span, small and sup it stays.
# readability-lxml keeps it in all of them.
#
# One would guess otherwise: tags inside a line say how words look or what they are, and an article is extracted for its
# words. The sentences that are left read well enough for nobody to notice.
#
# Output seen, 30 November 2026:
#   kept: a b em i small span strong sup
#   dropped: abbr cite code del dfn ins kbd mark q s samp sub time tt u var
#   readability-lxml keeps all: True

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile goose3==3.1.22 readability-lxml==0.9
"$work/venv/bin/python" -W ignore - <<'PY'
import logging
import sys

from goose3 import Goose
from readability import Document

logging.disable(logging.WARNING)
TEXT = "The committee met in the town hall to discuss the plan that was put forward last year, and put it off. " * 2
TAGS = "a abbr b cite code del dfn em i ins kbd mark q s samp small span strong sub sup time tt u var".split()


def page(tag):
    return f"<html><body><article><p>{TEXT}Then <{tag}>water</{tag}> came.</p><p>{TEXT}</p></article></body></html>"


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


texts = {tag: Goose().extract(raw_html=page(tag)).cleaned_text for tag in TAGS}
assert all(TEXT.strip() in text for text in texts.values())
kept = [tag for tag in TAGS if "Then water came." in texts[tag]]
dropped = [tag for tag in TAGS if "Then came." in texts[tag]]
check("kept", " ".join(kept), "a b em i small span strong sup")
check("dropped", " ".join(dropped), "abbr cite code del dfn ins kbd mark q s samp sub time tt u var")
check("readability-lxml keeps all", all(">water</" in Document(page(tag)).summary() for tag in TAGS), True)
PY
