"""How much of tokenizers' training text is in no category: bound, unsupplied share and disagreement of each list.

    python benchmarks/outside.py TOKENIZER...

Lists of the samples' own languages should read 0, lists of other languages 80 % and more: BY_CHANCE, FITS and CLASHES
of bpeinfer/diagnostics/outside.py were chosen between the two.
"""

from __future__ import annotations

import argparse

import bpeinfer as bi
from bpeinfer.counting.cache_folder import cache_folder


def main() -> None:
    """Print a row for each tokenizer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tokenizers", nargs="+")
    parser.add_argument("--corpus", default="bundled:starter")
    parser.add_argument("--merges", type=int, default=2_000)
    options = parser.parse_args()
    samples = bi.load_corpus(options.corpus)
    print("| list | at least | unsupplied | disagreement | merges | script | nearest |")
    print("|---|---|---|---|---|---|---|")
    for path in options.tokenizers:
        tokenizer = bi.load_tokenizer(path)
        merges = min(options.merges, len(tokenizer.merges))
        found = bi.infer(tokenizer, samples, merges=merges, resamples=0, cache=cache_folder())
        outside = found.outside
        script = next(iter(outside.scripts), "")
        nearest = ", ".join(list(found.proportions)[:3])
        print(
            f"| {tokenizer.name} | {outside.at_least:.1%} | {outside.unsupplied:.1%} | {outside.disagreement:.2f} | "
            f"{outside.merges:,} | {script} | {nearest} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
