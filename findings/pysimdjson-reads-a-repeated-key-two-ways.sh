#!/usr/bin/env bash
# Of a token that a JSON vocabulary lists twice, pysimdjson gives the first id or the last, by how the object is asked.
#
# Versions: pysimdjson 7.0.2, orjson 3.13.0
#
# Behaviour: vocab["the"] and dict(vocab) of a parsed object give the first id, vocab.as_dict() and simdjson.loads the
# last; items() gives both. json and orjson give the last.
#
# One would guess otherwise: loads is a drop-in for json.loads, and an object and the dict made of it are one mapping.
# Vocabularies that were extended by hand do list tokens twice; the ids then depend on the way of reading.
#
# Output seen, 30 November 2026:
#   object, dict(object), as_dict: (1, 1, 2)
#   items: [('the', 1), ('the', 2)]
#   loads of simdjson, json, orjson: [2, 2, 2]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pysimdjson==7.0.2 orjson==3.13.0
"$work/venv/bin/python" - <<'PY'
import json
import sys

import orjson
import simdjson


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = '{"the": 1, "the": 2}'
vocab = simdjson.Parser().parse(text.encode())
check("object, dict(object), as_dict", (vocab["the"], dict(vocab)["the"], vocab.as_dict()["the"]), (1, 1, 2))
check("items", list(vocab.items()), [("the", 1), ("the", 2)])
check("loads of simdjson, json, orjson", [module.loads(text)["the"] for module in (simdjson, json, orjson)], [2, 2, 2])
PY
