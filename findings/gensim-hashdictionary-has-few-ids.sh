#!/usr/bin/env bash
# gensim's HashDictionary gives 9,000 numbers of four digits 792 ids, and no more if it may use a million; "their" and
# "often" are one word.
#
# Versions: gensim 4.4.0
#
# Behaviour: the id of a word is its zlib.adler32, modulo id_range. That checksum is made of two sums over the bytes, and
# many short words have both alike. A larger id_range then changes nothing, and 2^20 makes it worse. With crc32 as
# myhash there are as many ids as chance leaves: 6,400 words in 32,000 places leave 5,801.
#
# One would guess otherwise: the documentation says that words may collide, as with any hashing, and has id_range for
# that. Here counts of words, and shares made of them, are sums over strangers, at any size.
#
# Output seen, 30 November 2026:
#   for and may: one id
#   their and often: one id
#   enough and rather: one id
#   number and words: two ids
#   9,000 numbers of four digits: 792 ids of 32,000, 792 of 1,000,000, 486 of 1,048,576; crc32 7,789 of 32,000
#   6,400 words of two syllables: 1,968 ids of 32,000, 1,968 of 1,000,000, 591 of 1,048,576; crc32 5,779 of 32,000
#   32,000 words of three syllables: 4,348 ids of 32,000, 4,348 of 1,000,000, 760 of 1,048,576; crc32 20,078 of 32,000

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet gensim==4.4.0
"$work/venv/bin/python" - <<'PY'
import sys
import zlib

from gensim.corpora import HashDictionary


def ids(words, **options):
    return len(HashDictionary(**options).doc2bow(words))


def same(one, other, want):
    got = "one id" if ids([one, other]) == 1 else "two ids"
    print(f"{one} and {other}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


def count(what, words, *want):
    got = ids(words), ids(words, id_range=10**6), ids(words, id_range=2**20), ids(words, myhash=zlib.crc32)
    few, million, power, crc = (f"{number:,}" for number in got)
    print(f"{len(set(words)):,} {what}: {few} ids of 32,000, {million} of 1,000,000, {power} of 1,048,576; ", end="")
    print(f"crc32 {crc} of 32,000")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


same("for", "may", "one id")
same("their", "often", "one id")
same("enough", "rather", "one id")
same("number", "words", "two ids")
count("numbers of four digits", [str(number) for number in range(1000, 10000)], 792, 792, 486, 7789)
syllables = [one + two for one in "bcdfghklmnprstvz" for two in "aeiou"]
count("words of two syllables", [one + two for one in syllables for two in syllables], 1968, 1968, 591, 5779)
words = [one + two + three for one in syllables[:40] for two in syllables[::2] for three in syllables[::4]]
count("words of three syllables", words, 4348, 4348, 760, 20078)
PY
