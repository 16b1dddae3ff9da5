"""Is text of held-out projects in the starter pack? Documents that share lines with the packages that tests use.

    python benchmarks/overlap.py
    python benchmarks/overlap.py --pack DIR --least 0.3

Every line of at least 40 characters of every package that `held_out.toml` names is looked up in the pack. A document
is listed where at least `--least` of its own long lines are found there, with the package that has most of them.
Some overlap is innocent: licences, what editors or build systems write, headers that many projects copy.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from shifted_text import HELD_OUT
from single_language import PROJECTS

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from markup import line_key, printable
from packages import Package, PackageError, default_cache, fetch

PACK = Path(__file__).parents[1] / "bpeinfer/starter"
SHORTEST, MOST_BYTES = 40, 3_000_000
LANGUAGES = ("de", "en", "fr", "ru")  # of packages that there are in every language


def held_out_packages() -> Iterator[Package]:
    """Every package of the test side."""
    named = tomllib.loads(HELD_OUT.read_text())
    for side in ("prose", "english", "code"):
        for packages in named[side].values():
            for name in packages:
                yield from (
                    Package("apt", name.format(tag)) for tag in (LANGUAGES if "{}" in name else ("",))
                )
    for _, _, projects in PROJECTS.values():
        for project in projects.split():
            registry, _, rest = project.partition(":")
            name, _, version = rest.rpartition("@")
            yield Package(registry, name, version)


def lines_of(root: Path) -> Iterator[str]:
    """The long lines of a package's text files."""
    for path in root.rglob("*"):
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MOST_BYTES:
            continue
        data = path.read_bytes()
        if path.suffix in {".gz", ".bz2"}:
            try:
                data = (gzip if path.suffix == ".gz" else bz2).decompress(data)
            except (OSError, EOFError):
                continue
        if b"\0" not in data[:1000]:
            yield from long_lines(data.decode("utf-8", errors="replace"))


def long_lines(text: str) -> list[str]:
    """A text's lines of at least `SHORTEST` characters, without the blanks around them."""
    return [line for part in printable(text).splitlines() if len(line := part.strip()) >= SHORTEST]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pack", type=Path, default=PACK, help="folder of the pack to look at")
    parser.add_argument("--least", type=float, default=0.2, help="share of a document's long lines")
    parser.add_argument(
        "--packages", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    options = parser.parse_args()
    owner: dict[int, str] = {}
    for package in held_out_packages():
        try:
            root = fetch(package, options.packages).root
        except PackageError as error:
            print(f"passed over: {error}", file=sys.stderr, flush=True)
            continue
        for line in lines_of(root):
            owner.setdefault(line_key(line), package.name)
    print(f"{len(owner):,} lines of held-out packages", flush=True)
    looked = found = 0
    for path in sorted(options.pack.glob("*.jsonl.xz")):
        for row in map(json.loads, lzma.decompress(path.read_bytes()).splitlines()):
            lines = long_lines(row["text"])
            owners = Counter(owner[key] for line in lines if (key := line_key(line)) in owner)
            looked += 1
            if len(lines) >= 3 and owners.total() >= options.least * len(lines):
                found += 1
                most, count = owners.most_common(1)[0]
                name = path.name.partition(".")[0]
                print(f"{name} {row['source']}: {owners.total()} of {len(lines)} lines, {count} in {most}")
    print(f"{found} of {looked:,} documents")


if __name__ == "__main__":
    main()
