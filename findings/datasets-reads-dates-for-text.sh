#!/usr/bin/env bash
# datasets reads a JSON text column of dates as timestamps: "2024-01-01" comes back as a datetime.
#
# Versions: datasets 5.2.0, pyarrow 26.0.1
#
# Behaviour: load_dataset("json") takes the type of {"text": "..."} from the values. If all look like ISO dates
# the column is timestamp[s] and the spelling is gone; one other value among them and all stay strings. CSV does
# not do so, but has "NA", "null", "None" and "nan" as missing.
#
# One would guess otherwise: JSON has strings, and these are quoted. A category of short records (log lines,
# table cells, one word a line) loses its text without an error.
#
# Output seen, 28 November 2026:
#   JSON, dates only: ('timestamp[s]', ['2024-01-01 00:00:00', '2023-05-06 00:00:00'])
#   JSON, one word more: ('string', ['2024-01-01', '2023-05-06', 'word'])
#   CSV: ['None', 'None', 'None', 'None', 'word']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet datasets==5.2.0 pyarrow==26.0.1
"$work/venv/bin/python" - "$work" <<'PY'
import json
import pathlib
import sys

import datasets


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


datasets.disable_progress_bars()
work = pathlib.Path(sys.argv[1])


def text(name, lines, kind):
    path = work / name
    path.write_text("\n".join(lines) + "\n")
    rows = datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(work / "cache"))
    return rows.features["text"].dtype, [str(value) for value in rows["text"]]


def quoted(values):
    return [json.dumps({"text": value}) for value in values]


dates = ["2024-01-01", "2023-05-06"]
check("JSON, dates only", text("a.jsonl", quoted(dates), "json"), ("timestamp[s]", ["2024-01-01 00:00:00", "2023-05-06 00:00:00"]))
check("JSON, one word more", text("b.jsonl", quoted([*dates, "word"]), "json"), ("string", [*dates, "word"]))
names = ["text,n", "NA,1", "null,2", "None,3", "nan,4", "word,5"]
check("CSV", text("c.csv", names, "csv")[1], ["None", "None", "None", "None", "word"])
PY
