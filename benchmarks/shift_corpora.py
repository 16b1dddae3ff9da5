"""Text of the same languages from two kinds of sources, for the experiments on distribution shift.

    python benchmarks/shift_corpora.py DIR     # needs the packages that tools/build_starter.py names

DIR/train and DIR/sample are halves of LibreOffice's help and interface, split by document; DIR/shifted has the same
languages from every other source: handbooks, manual pages, games, quotations. Languages with less than
`SMALLEST` bytes in any of the three are left out.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from build_starter import jsonl, write_atomically
from categories import CATEGORIES
from choosing import choose
from packages import default_cache
from texts import english_keys, read_sources

SMALLEST = 400_000
LARGEST = 3_000_000


def main() -> None:
    """Write the three folders."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    given = parser.parse_args()
    known: dict[str, frozenset[int]] = {}
    for category in CATEGORIES:
        if not category.language or not any("libreoffice" in one.package.name for one in category.sources):
            continue
        read = read_sources(category, given.cache, english_keys(category, given.cache, known), 2 * LARGEST)
        read = [one for one in read if one.texts]  # lists of words are no text of a document
        parts = {}
        for name, from_office, half in (("train", True, 0), ("sample", True, 1), ("shifted", False, None)):
            mine = [
                replace(one, texts=[text for text in one.texts if half is None or text.half == half])
                for one in read
                if ("libreoffice" in one.source.package.name) == from_office
            ]
            parts[name] = [text for taken in choose(category, mine, LARGEST, given.cache) for text in taken]
        sizes = {name: sum(text.size for text in texts) for name, texts in parts.items()}
        if min(sizes.values()) >= SMALLEST:
            for name, texts in parts.items():
                write_atomically(given.folder / name / f"{category.name}.jsonl", jsonl(texts))
        print(category.name, sizes, "" if min(sizes.values()) >= SMALLEST else "(left out)", flush=True)


if __name__ == "__main__":
    main()
