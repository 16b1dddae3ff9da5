#!/usr/bin/env bash
# tantivy's default tokenizer drops every Georgian word of 14 letters, Russian word of 20 and line of 14 Chinese
# characters: the limit that its documentation calls 40 characters is 39 bytes.
#
# Versions: tantivy 0.27.0 (PyPI)
#
# Behaviour: text is cut at all but letters and digits, and a token of 40 bytes or more is left out of the index,
# without a word. In Chinese and Thai, which have no spaces, a token is what stands between two signs of punctuation;
# much of it is longer. A search for the very text finds nothing, the document's other words are found.
#
# One would guess otherwise: the crate's page on its tokenizers says that the default removes tokens "longer than 40
# chars". So long a word is rare in English, and 14 letters are not in Georgian. An index of training text, asked
# whether it holds a sentence, says no.
#
# Output seen, 30 November 2026:
#   39 Latin letters, 39 bytes: found
#   40 Latin letters, 40 bytes: not found
#   საქართველოში, 12 letters, 36 bytes: found
#   საქართველოსთვის, 15 letters, 45 bytes: not found
#   достопримечательность, 21 letters, 42 bytes: not found
#   委员会将于星期二开会讨论该, 13 letters, 39 bytes: found
#   委员会将于星期二开会讨论该报, 14 letters, 42 bytes: not found
#   委员会，将于星期二开会讨论该报, 15 letters, 45 bytes: found
#   รายงานของคณะกรรมการ, 19 letters, 57 bytes: not found

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tantivy==0.27.0
"$work/venv/bin/python" - <<'PY'
import sys

import tantivy

builder = tantivy.SchemaBuilder()
builder.add_text_field("text")
schema = builder.build()


def check(text, want, name=None):
    index = tantivy.Index(schema)
    writer = index.writer(num_threads=1)
    writer.add_document(tantivy.Document(text=text))
    writer.commit()
    index.reload()
    count = index.searcher().search(index.parse_query(f'"{text}"', ["text"])).count
    got = "found" if count else "not found"
    print(f"{name or f'{text}, {len(text)} letters'}, {len(text.encode())} bytes: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("a" * 39, "found", "39 Latin letters")
check("a" * 40, "not found", "40 Latin letters")
check("საქართველოში", "found")
check("საქართველოსთვის", "not found")
check("достопримечательность", "not found")
check("委员会将于星期二开会讨论该", "found")
check("委员会将于星期二开会讨论该报", "not found")
check("委员会，将于星期二开会讨论该报", "found")
check("รายงานของคณะกรรมการ", "not found")
PY
