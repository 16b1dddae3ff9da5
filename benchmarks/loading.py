"""Time to load real tokenizers, beside the `tokenizers` library's own load where it reads the file.

    python benchmarks/fetch_tokenizers.py && python benchmarks/loading.py

CPU seconds on one core, the best of three. `bpeinfer` recovers the learned merges, accounts for every token and
builds the pre-tokenizer; `tokenizers` (Rust) builds the encoder from the same tokenizer.json.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from fetch_tokenizers import default_folder
from tokenizers import Tokenizer

from bpeinfer.loading import load_tokenizer

NAMES = [
    "hub-gpt4o",
    "o200k",
    "hub-gptoss",
    "cl100k",
    "hub-llama3",
    "hub-qwen3",
    "hub-gemma3",
    "tekken-240911",
    "gguf-command-r",
    "claude",
    "mistral-v1",
    "r50k",
]


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the least CPU seconds of `times` runs."""
    seconds = []
    for _ in range(times):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--tokenizers", type=Path, default=default_folder(), help="folder of fetched files")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print(
        f"{'tokenizer':16} {'file':36} {'MB':>6} {'listed':>8} {'learned':>8} {'bpeinfer s':>10} {'tokenizers s':>12}"
    )
    for name in options.names:
        file = max((options.tokenizers / name).iterdir(), key=lambda path: path.stat().st_size)
        loaded = load_tokenizer(file)
        ours = best_of(options.times, lambda file=file: load_tokenizer(file))  # type: ignore[misc]
        theirs = "—"
        if file.name == "tokenizer.json":
            seconds = best_of(options.times, lambda file=file: Tokenizer.from_file(str(file)))  # type: ignore[misc]
            theirs = f"{seconds:.2f}"
        print(
            f"{name:16} {file.name:36} {file.stat().st_size / 1e6:6.1f} {loaded.audit.listed_merges:8,} "
            f"{len(loaded.merges):8,} {ours:10.2f} {theirs:>12}",
            flush=True,
        )


if __name__ == "__main__":
    main()
