#!/usr/bin/env bash
# NLTK's TweetTokenizer cuts numbers in pieces: 1234567890 is 12345678 and 90, 2^64 three tokens.
#
# Versions: nltk 3.10.4
#
# Behaviour: by default it looks for telephone numbers first, and finds them inside runs of digits; the rest of the run
# is another token. Where the cut falls depends on the digits: 2147483648 is whole, 1732978800 is not. With
# match_phone_numbers=False a run of digits is one token.
#
# One would guess otherwise: a telephone number should end where the digits end, and the option's description speaks of
# looking for telephone numbers, not of cutting others. Times, book numbers and identifiers are counted as numbers that
# are not in the text.
#
# Output seen, 30 November 2026:
#   1234567890: ['12345678', '90']
#   1732978800: ['17329788', '00']
#   2147483648: ['2147483648']
#   9783161484100: ['9783161484', '100']
#   3141592653589793: ['3141592653', '589793']
#   18446744073709551616: ['18446744073', '7095516', '16']
#   without telephone numbers: all whole

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nltk==3.10.4
"$work/venv/bin/python" - <<'PY'
import sys

from nltk.tokenize import TweetTokenizer

numbers = {
    "1234567890": ["12345678", "90"],
    "1732978800": ["17329788", "00"],
    "2147483648": ["2147483648"],
    "9783161484100": ["9783161484", "100"],
    "3141592653589793": ["3141592653", "589793"],
    "18446744073709551616": ["18446744073", "7095516", "16"],
}
for number, want in numbers.items():
    got = TweetTokenizer().tokenize(number)
    print(f"{number}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")
plain = TweetTokenizer(match_phone_numbers=False)
whole = all(plain.tokenize(number) == [number] for number in numbers)
print(f"without telephone numbers: {'all whole' if whole else 'not all whole'}")
if not whole:
    sys.exit("CHANGED: all were whole")
PY
