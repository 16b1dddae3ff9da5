#!/usr/bin/env bash
# resiliparse, asked for a page's main content, drops a bulleted list that stands in the page's article, keeps a
# numbered one, and keeps either if there is one more element around it.
#
# Versions: resiliparse 0.14.5 and 2.0.1
#
# Behaviour: with main_content=True a ul that has at most two elements between itself and the body is left out, whatever
# it says: a page of eight long items in main and article is empty but for its heading. An ol at the same place stays,
# and so does the ul once a section or div more surrounds the article's contents.
#
# One would guess otherwise: what looks for main content should look at what a list has, links or sentences, and main
# and article are HTML's own names for it. Pages with little markup lose their lists, pages with much keep them.
#
# Output seen, 30 November 2026, with either version:
#   body: ul False, ol True
#   body main: ul False, ol True
#   body main article: ul False, ol True
#   body main article section: ul True, ol True
#   body div div div: ul True, ol True
#   eight items of 306 characters, in body main article: 'Heading'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cat >"$work/extract.py" <<'PY'
import sys

from resiliparse.extract.html2text import extract_plain_text

item = "This item of the list is a whole sentence, with a comma and a full stop, and nothing in it is a link. "


def extract(path, body):
    for name in reversed(path.split()):
        body = f"<{name}>{body}</{name}>"
    return extract_plain_text(f"<!doctype html><title>page</title>{body}", main_content=True)


def kept(path, tag):
    return "item" in extract(path, f"<h1>Heading</h1><p>Before.</p><{tag}><li>{item}</li></{tag}><p>After.</p>")


for path, want in [
    ("body", False),
    ("body main", False),
    ("body main article", False),
    ("body main article section", True),
    ("body div div div", True),
]:
    got = kept(path, "ul"), kept(path, "ol")
    print(f"{path}: ul {got[0]}, ol {got[1]}")
    if got != (want, True):
        sys.exit(f"CHANGED: was ul {want}, ol True")
whole = extract("body main article", f"<h1>Heading</h1><ul>{f'<li>{item * 3}</li>' * 8}</ul>")
print(f"eight items of {len(item * 3)} characters, in body main article: {whole!r}")
if whole != "Heading":
    sys.exit("CHANGED: was 'Heading'")
PY
for version in 0.14.5 2.0.1; do
    python3 -m venv "$work/$version"
    "$work/$version/bin/pip" install --quiet resiliparse=="$version"
    echo "resiliparse $version"
    "$work/$version/bin/python" "$work/extract.py"
done
