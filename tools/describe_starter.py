"""Write docs/reference/starter-pack.md from the manifest: what each category of the starter pack is made of.

python tools/describe_starter.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "starter-pack.md"

HEAD = """# The starter pack

The samples that ship with the package, `bundled:starter`: {categories} categories, {text:.0f} MB of text,
{packed:.1f} MB packed. All of it comes from published packages, whose versions and hashes are in
`tools/starter.lock`: from these packages, `tools/build_starter.py` rebuilds it byte for byte (`--check` compares),
and every document names its source. The licences are in `bpeinfer/starter/ATTRIBUTION.md` and, for programs, in
`bpeinfer/starter/manifest.json`.

**Weights.** A category's bytes are divided equally among its registers: kinds of text, each by different people for
a different purpose. A register with several genres counts for more: word frequencies (web, news, subtitles,
encyclopedia, forums) three times, single sentences from web and news pages and the commonest words of an identifier
of languages twice. What a register lacks goes to the others, so that small languages get whatever there is. Within a
register, the sources share by fixed weights. In code, every project is a register: each gets the same share.

**Word frequencies** are lists (`wordfreq`), strung into text as `--corpus` does with your own lists: each word with
the list's frequency, capitals and signs as in the category's running text. Languages that are written without spaces
have none. **Common words** are lists, too: the ten thousand commonest words that the model of an identifier of
languages (HeLI-OTS 2.0) holds of each language that `wordfreq` lacks, with their frequencies. A **glossary** is the
names and search words of pictures (emoji) and signs in the languages of Unicode's CLDR.

**Names, places, numbers** (`names-numbers`) occur in text of every language. The group `neutral` takes them, so
that they are not counted as English; its word list has the words that most language families use about equally.

**How many registers.** {registers}

**Held out.** The packages in `benchmarks/held_out.toml` are in no category: benchmarks use them.

**Size.** What a tenth more text in each part would add, and which number sets its size:

| part | categories | MB of text | MB packed | a tenth more, packed | set by |
|---|---|---|---|---|---|
{sizes}

`python tools/describe_starter.py` writes this page.
"""

# Parts of the pack by group; languages from the first small one on have three fifths of the bytes of the others.
FIRST_OF_SMALL = "af"
LEVERS = {
    "English": "each category's size in `tools/english.py`",
    "other languages, large": "`_BYTES` in `tools/languages.py`",
    "other languages, small": "three fifths of `_BYTES`, as far as there is text",
    "code": "`_CODE_BYTES` in `tools/programming.py`",
    "neutral": "`tools/neutral.py`",
    "notations": "`tools/neutral.py`",
}

ENOUGH = 30_000
"""Bytes from which a register counts."""

TABLE = ("| category | title | kB | registers or projects (kB) |", "|---|---|---|---|")


def main() -> None:
    """Write the page."""
    folder = ROOT / "bpeinfer" / "starter"
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["categories"]
    packed = sum((folder / row["file"]).stat().st_size for row in rows)
    lines = [
        HEAD.format(
            categories=len(rows),
            text=sum(row["bytes"] for row in rows) / 1e6,
            packed=packed / 1e6,
            sizes=_sizes(rows, folder),
            registers=_registers(rows),
        )
    ]
    for group in dict.fromkeys(row["group"] for row in rows):
        lines += [f"\n## {group[0].upper()}{group[1:]}\n", *TABLE]
        for row in rows:
            if row["group"] == group:
                lines.append(
                    f"| {row['name']} | {row['title']} | {row['bytes'] / 1000:,.0f} | {_parts(row)} |"
                )
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sizes(rows: list[dict[str, Any]], folder: Path) -> str:
    """A line for each part of the pack."""
    names = [row["name"] for row in rows]
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        part = row["group"]
        if part == "other languages":
            small = names.index(row["name"]) >= names.index(FIRST_OF_SMALL)
            part += ", small" if small else ", large"
        parts.setdefault(part, []).append(row)
    lines = []
    for part, members in parts.items():
        packed = sum((folder / row["file"]).stat().st_size for row in members) / 1e6
        text = sum(row["bytes"] for row in members) / 1e6
        cells = (part, str(len(members)), f"{text:.1f}", f"{packed:.1f}", f"{packed / 10:.2f}", LEVERS[part])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _registers(rows: list[dict[str, Any]]) -> str:
    """How many languages have three registers of which the sample holds enough."""
    languages = [_register_sizes(row) for row in rows if row["group"] == "other languages"]
    few = [sum(size >= ENOUGH for size in sizes.values()) < 3 for sizes in languages]
    return (
        f"Of the {len(few)} languages beside English, {len(few) - sum(few)} have three registers and more of which"
        f" the sample holds\n{ENOUGH // 1000} kB; {sum(few)} have fewer."
    )


def _register_sizes(row: dict[str, Any]) -> dict[str, int]:
    """Bytes of each register of a category."""
    sizes: dict[str, int] = {}
    for source in row["sources"]:
        register = source["name"] if source["register"] == source["package"] else source["register"]
        sizes[register] = sizes.get(register, 0) + source["bytes"]
    return sizes


def _parts(row: dict[str, Any]) -> str:
    """The registers of a category with their sizes, or how many projects it has."""
    sources = row["sources"]
    sizes = _register_sizes(row)
    if row["group"] == "code" or len(sizes) > 15:
        return f"{len({source['name'] for source in sources})} projects"
    return ", ".join(
        f"{name} {size / 1000:,.0f}" for name, size in sorted(sizes.items(), key=lambda item: -item[1])
    )


if __name__ == "__main__":
    main()
