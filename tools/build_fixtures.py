"""Cut the small two-half corpus under fixtures/corpus out of the full texts that build_starter makes.

    python tools/build_starter.py --full FOLDER
    python tools/build_fixtures.py FOLDER

Both halves hold the same six categories; no document is in both (build_starter splits by a hash of the
document's name). Documents are cut to a few kilobytes, so that 200 KB hold many of them.
"""

from __future__ import annotations

import argparse
import json
import lzma
from pathlib import Path

CATEGORIES = ("c", "de", "el", "es", "fr", "python")
HALF_BYTES = 200_000
DOCUMENT_CHARACTERS = 4_000
TARGET = Path(__file__).parents[1] / "fixtures" / "corpus"


def shortened(source: Path) -> list[str]:
    """Return the beginnings of the first documents of a file, `HALF_BYTES` in all."""
    texts: list[str] = []
    room = HALF_BYTES
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"][:DOCUMENT_CHARACTERS]
            size = len(text.encode())
            if size > room:
                break
            texts.append(text)
            room -= size
    return texts


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("full", type=Path, help="the folder that build_starter.py --full wrote")
    full = parser.parse_args().full
    for half in ("train", "sample"):
        (TARGET / half).mkdir(parents=True, exist_ok=True)
        for name in CATEGORIES:
            texts = shortened(full / half / f"{name}.jsonl")
            lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
            packed = lzma.compress(lines.encode(), preset=9 | lzma.PRESET_EXTREME)
            (TARGET / half / f"{name}.jsonl.xz").write_bytes(packed)
            print(
                f"{half}/{name}: {len(texts)} documents, {len(lines.encode()):,} bytes, {len(packed):,} packed"
            )


if __name__ == "__main__":
    main()
