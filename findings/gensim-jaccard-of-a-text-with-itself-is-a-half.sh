#!/usr/bin/env bash
# gensim's Jaccard distance of a bag of words to itself is 0.5, and its Hellinger distance of counts passes 1.
#
# Versions: gensim 4.4.0, scipy 1.17.1
#
# Behaviour: of two bags of words, matutils.jaccard divides what they share by the sum of both, not by their union: the
# distance is between 0.5 and 1. Of sets of the same ids it is 0. matutils.hellinger takes counts as they are: twice the
# text is another text, at 2.93 for a hundred words, where kullback_leibler and jensen_shannon divide by the sums
# first.
#
# One would guess otherwise: the documentation says of either that its value is between 0 and 1, and that 0 is the
# distance of the most similar; bags of words, as doc2bow gives them, are its example. A threshold of 0.5 on the Jaccard
# distance finds only a text itself.
#
# Output seen, 30 November 2026:
#   jaccard, a bag and itself: 0.5
#   jaccard, its ids and themselves: 0.0
#   jaccard, two bags with two of three words in common: 0.667
#   jaccard, their ids: 0.5
#   hellinger, a bag of 100 words and twice the bag: 2.929
#   hellinger, their shares: 0.0
#   jensen_shannon, a bag of 100 words and twice the bag: 0.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile gensim==4.4.0 scipy==1.17.1
"$work/venv/bin/python" - <<'PY'
import sys

from gensim.corpora import Dictionary
from gensim.matutils import hellinger, jaccard, jensen_shannon


def check(what, got, want):
    got = round(float(got), 3)
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


texts = [["red", "green", "blue"], ["red", "green", "grey"]]
dictionary = Dictionary(texts)
one, other = (dictionary.doc2bow(text) for text in texts)
check("jaccard, a bag and itself", jaccard(one, one), 0.5)
check("jaccard, its ids and themselves", jaccard({i for i, _ in one}, {i for i, _ in one}), 0.0)
check("jaccard, two bags with two of three words in common", jaccard(one, other), 0.667)
check("jaccard, their ids", jaccard({i for i, _ in one}, {i for i, _ in other}), 0.5)

bag = [(0, 50), (1, 30), (2, 20)]
twice = [(word, 2 * count) for word, count in bag]
check("hellinger, a bag of 100 words and twice the bag", hellinger(bag, twice), 2.929)
shares = [[(word, count / sum(c for _, c in b)) for word, count in b] for b in (bag, twice)]
check("hellinger, their shares", hellinger(*shares), 0.0)
check("jensen_shannon, a bag of 100 words and twice the bag", jensen_shannon(bag, twice, 3), 0.0)
PY
