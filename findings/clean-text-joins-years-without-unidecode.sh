#!/usr/bin/env bash
# clean-text turns 1914–1918 into 19141918, ≠ into = and Straße into Strae, unless Unidecode happens to be installed.
#
# Versions: clean-text 0.7.1, Unidecode 1.4.0
#
# Behaviour: clean() writes ASCII by default. Without Unidecode, an extra, it decomposes the text and drops what is left
# outside ASCII: dashes, so two years or words become one; ß, ł and ø out of words; the stroke of ≠; all Cyrillic and
# Chinese. lang="de" keeps ä and ß. With Unidecode there is a hyphen, ss and l, and ≠ is dropped. A log line at the
# first call says that the results are worse.
#
# One would guess otherwise: the readme says that texts come out otherwise with it and without, but that the built-in
# mapping is sufficient, and its example is ê. The same call gives other numbers on a machine where another package has
# brought Unidecode along.
#
# Output seen, 30 November 2026:
#   1914–1918: without '19141918', with '1914-1918'
#   north—south: without 'northsouth', with 'north--south'
#   a ≠ b: without 'a = b', with 'a b'
#   Straße, Łódź: without 'Strae, odz', with 'Strasse, Lodz'
#   Привет: without '', with 'Privet'
#   don’t “go”: without 'don\'t "go"', with 'don\'t "go"'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cat >"$work/clean.py" <<'PY'
import json
import logging
import sys

logging.disable(logging.WARNING)
from cleantext import clean  # noqa: E402

print(json.dumps([clean(text, lower=False) for text in json.loads(sys.argv[1])]))
PY
python3 -m venv "$work/without"
python3 -m venv "$work/with"
"$work/without/bin/pip" install --quiet clean-text==0.7.1
"$work/with/bin/pip" install --quiet clean-text==0.7.1 Unidecode==1.4.0
python3 - "$work" <<'PY'
import json
import subprocess
import sys

WANTED = {
    "1914–1918": ("19141918", "1914-1918"),
    "north—south": ("northsouth", "north--south"),
    "a ≠ b": ("a = b", "a b"),
    "Straße, Łódź": ("Strae, odz", "Strasse, Lodz"),
    "Привет": ("", "Privet"),
    "don’t “go”": ('don\'t "go"', 'don\'t "go"'),
}


def cleaned(kind):
    command = [f"{sys.argv[1]}/{kind}/bin/python", f"{sys.argv[1]}/clean.py", json.dumps(list(WANTED))]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


for (text, want), *got in zip(WANTED.items(), cleaned("without"), cleaned("with"), strict=True):
    print(f"{text}: without {got[0]!r}, with {got[1]!r}")
    if tuple(got) != want:
        sys.exit(f"CHANGED: was {want}")
PY
