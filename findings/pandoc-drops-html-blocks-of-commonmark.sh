#!/usr/bin/env bash
# pandoc's plain text of a README has nothing of its HTML: <p align="center">Words</p> is empty, one<br>two is onetwo.
#
# Versions: pypandoc_binary 1.17 (pandoc 3.9)
#
# Behaviour: read as gfm or commonmark, a block that begins with an HTML tag is raw HTML, and the plain writer leaves
# raw HTML out, words and all: headings and paragraphs with align, <div>, <table>, <ul>, the summary of <details>, and a
# line that begins with a comment. Inside a line only the tags go: x<sup>2</sup> is x2, and <br> joins two words, in
# pandoc's own Markdown, too, which keeps the words of blocks. Only with --verbose is anything said.
#
# One would guess otherwise: gfm is the format of the files on GitHub, where these words are shown, and of the same HTML
# read as html all the words are kept. READMEs begin with such a block, and cells of their tables have <br>.
#
# Output seen, 30 November 2026:
#   '<p align="center">Words</p>': gfm '', commonmark '', markdown 'Words'
#   '<h1 align="center">Title</h1>\n\nText': gfm 'Text', commonmark 'Text', markdown 'Title\nText'
#   '<table><tr><td>cell</td></tr></table>': gfm '', commonmark '', markdown 'cell'
#   '<!-- note --> Words': gfm '', commonmark '', markdown 'Words'
#   'Text <b>bold</b>': gfm 'Text bold', commonmark 'Text bold', markdown 'Text bold'
#   'one<br>two': gfm 'onetwo', commonmark 'onetwo', markdown 'onetwo'
#   'x<sup>2</sup>': gfm 'x2', commonmark 'x2', markdown 'x2'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pypandoc_binary==1.17
"$work/venv/bin/python" - <<'PY'
import sys

import pypandoc


def check(text, *want):
    formats = ("gfm", "commonmark", "markdown")
    got = tuple(pypandoc.convert_text(text, "plain", format=name).rstrip() for name in formats)
    print(f"{text!r}: " + ", ".join(f"{name} {words!r}" for name, words in zip(formats, got)))
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check('<p align="center">Words</p>', "", "", "Words")
check('<h1 align="center">Title</h1>\n\nText', "Text", "Text", "Title\nText")
check("<table><tr><td>cell</td></tr></table>", "", "", "cell")
check("<!-- note --> Words", "", "", "Words")
check("Text <b>bold</b>", *["Text bold"] * 3)
check("one<br>two", *["onetwo"] * 3)
check("x<sup>2</sup>", *["x2"] * 3)
PY
