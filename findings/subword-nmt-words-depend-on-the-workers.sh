#!/usr/bin/env bash
# With one worker subword-nmt ends lines at U+2028 and U+0085 and leaves the sign on the word; with two it does neither.
#
# Versions: subword-nmt 0.3.8
#
# Behaviour: learn-bpe opens its input by codecs.open, whose lines end wherever str.splitlines cuts, and takes only
# carriage returns, newlines and spaces off them. With --num-workers 2 the file is opened by open, whose lines end at
# newlines alone. So one text has four words with one worker, two of them with a stray sign, and two with two.
#
# One would guess otherwise: the number of workers is a matter of speed, and a sign that ends a line is no part of a word.
#
# Output seen, 28 November 2026:
#   1 worker: ['four', 'one\u2028', 'three\x85', 'two']
#   2 workers: ['one\u2028two', 'three\x85four']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps subword-nmt==0.3.8 tqdm==4.67.1
cat > "$work/words.py" <<'PY'
import codecs
import sys

from subword_nmt.learn_bpe import get_vocabulary


def check(what, got, want):
    print(f"{what}: [{', '.join(map(ascii, got))}]")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("one\u2028two three\x85four\n" * 3)
    for workers, want in ((1, ["four", "one\u2028", "three\x85", "two"]), (2, ["one\u2028two", "three\x85four"])):
        with codecs.open(sys.argv[1], encoding="utf-8") as lines:
            words = get_vocabulary(lines, num_workers=workers)
        check(f"{workers} worker{'s' * (workers > 1)}", sorted(words), want)
PY
"$work/venv/bin/python" "$work/words.py" "$work/text"
